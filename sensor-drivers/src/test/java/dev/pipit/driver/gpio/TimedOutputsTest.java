package dev.pipit.driver.gpio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.driver.Options;
import dev.pipit.driver.ValueKind;
import org.junit.jupiter.api.Test;

/** Servo, fan, stepper and PWM, on simulated pins. */
final class TimedOutputsTest {
    private static ActuatorBench servo(String initial, Object... options) {
        return new ActuatorBench(new ServoType(), 18, initial, options);
    }

    @Test
    void aServosAngleIsTheLengthOfItsPulse() {
        ActuatorBench bench = servo("off");
        assertThat(bench.world.dutyNanos(18)).isZero();
        for (String[] row :
                new String[][] {{"0", "1000"}, {"180", "2000"}, {"90", "1500"}, {"45.5", "1252"}}) {
            bench.tell(row[0]);
            assertThat(bench.world.dutyNanos(18) / 1_000).isEqualTo(Long.parseLong(row[1]));
            assertThat(bench.readBack()).isEqualTo(row[0]);
        }
    }

    @Test
    void aServoLetsGoAfterItsTimeAndHoldsWhereThatIs0() {
        ActuatorBench bench = servo("off");
        bench.tell("90");
        bench.pass(999);
        assertThat(bench.timed().resting()).isFalse();
        bench.pass(1);
        assertThat(bench.world.dutyNanos(18)).isZero();
        assertThat(bench.timed().resting()).isTrue();
        assertThat(bench.shown()).isEqualTo("90");
        assertThat(bench.readBack()).isEqualTo("90");
        ActuatorBench holding = servo("off", "detach", 0L);
        holding.tell("90");
        holding.pass(100_000);
        assertThat(holding.world.dutyNanos(18)).isEqualTo(1_500_000);
    }

    @Test
    void aServoThatIsToldAgainHoldsAgainAndOffLetsGoAtOnce() {
        ActuatorBench bench = servo("off");
        bench.tell("90");
        bench.pass(600);
        bench.tell("100");
        bench.pass(999);
        assertThat(bench.timed().resting()).isFalse();
        bench.tell("off");
        assertThat(bench.world.dutyNanos(18)).isZero();
        assertThat(bench.readBack()).isEqualTo("off");
        assertThat(bench.timed().moving()).isFalse();
    }

    @Test
    void aServoWithASafeAngleHasItFromTheFirstMoment() {
        ActuatorBench bench =
                servo("270", "travel", 270L, "least-pulse", 500L, "most-pulse", 2_500L);
        assertThat(bench.pins).containsExactly("pin 18 = 12.5% at 0");
        assertThat(bench.readBack()).isEqualTo("270");
    }

    @Test
    void aServosPulsesMustDiffer() {
        ServoType type = new ServoType();
        Options usual = Options.usual(type.options());
        assertThat(type.contradiction(usual)).isEmpty();
        assertThat(type.contradiction(usual.with("most-pulse", 1_000L)))
                .isEqualTo("most-pulse is not longer than 'least-pulse'");
    }

    @Test
    void aPulseThatIsNotWhatWasAskedForIsReadBackAsItsAngle() {
        ActuatorBench bench = servo("0", "detach", 0L);
        PulseOutputProbe.force(bench, 18, 2_000_000);
        assertThat(bench.readBack()).isEqualTo("180");
        PulseOutputProbe.force(bench, 18, 0);
        assertThat(bench.readBack()).isEqualTo("off");
    }

    private static ActuatorBench fan(Object... options) {
        return new ActuatorBench(new FanType(), 18, "0", options);
    }

    @Test
    void aFanThatStartsSlowlyGetsAKickFirst() {
        ActuatorBench bench = fan();
        bench.tell("20");
        assertThat(bench.world.permille(18)).isEqualTo(400);
        assertThat(bench.shown()).isEqualTo("20");
        assertThat(bench.readBack()).isEqualTo("20");
        bench.pass(499);
        assertThat(bench.world.permille(18)).isEqualTo(400);
        bench.pass(1);
        assertThat(bench.world.permille(18)).isEqualTo(200);
        bench.tell("10");
        assertThat(bench.world.permille(18)).isEqualTo(100);
    }

    @Test
    void aFanThatStartsFastNeedsNoKickAndStopsAtOnce() {
        ActuatorBench bench = fan();
        bench.tell("40");
        assertThat(bench.world.permille(18)).isEqualTo(400);
        assertThat(bench.timed().nextNs()).isEqualTo(Long.MAX_VALUE);
        bench.tell("0");
        assertThat(bench.world.permille(18)).isZero();
        assertThat(bench.timed().resting()).isTrue();
        bench.tell("15");
        bench.pass(100);
        bench.tell("0");
        assertThat(bench.world.permille(18)).isZero();
        bench.pass(10_000);
        assertThat(bench.world.permille(18)).isZero();
    }

    @Test
    void aFanToldSomethingElseDuringItsKickGetsTheLargerOfBoth() {
        ActuatorBench bench = fan("start", 50L, "kick", 1_000L);
        bench.tell("20");
        bench.pass(500);
        bench.tell("80");
        assertThat(bench.world.permille(18)).isEqualTo(800);
        bench.tell("30");
        assertThat(bench.world.permille(18)).isEqualTo(500);
        bench.pass(500);
        assertThat(bench.world.permille(18)).isEqualTo(300);
    }

    @Test
    void aFanWithoutAKickGetsWhatItIsTold() {
        ActuatorBench bench = fan("kick", 0L);
        bench.tell("5");
        assertThat(bench.world.permille(18)).isEqualTo(50);
        assertThat(bench.timed().moving()).isFalse();
    }

    private static ActuatorBench stepper(Object... options) {
        Object[] all = new Object[8 + options.length];
        for (int i = 0; i < 4; i++) {
            all[2 * i] = "in" + (i + 1) + "-pin";
            all[2 * i + 1] = (long) (5 + i);
        }
        System.arraycopy(options, 0, all, 8, options.length);
        return new ActuatorBench(new StepperType(), -1, "release", all);
    }

    private static String coils(ActuatorBench bench) {
        StringBuilder coils = new StringBuilder();
        for (int pin = 5; pin < 9; pin++) {
            coils.append(bench.world.high(pin) ? '1' : '0');
        }
        return coils.toString();
    }

    @Test
    void aStepperGoesThroughItsPatternOneStepAtATime() {
        ActuatorBench bench = stepper("step", "full", "speed", 100L);
        assertThat(coils(bench)).isEqualTo("0000");
        bench.tell("5");
        StringBuilder seen = new StringBuilder(coils(bench));
        for (int i = 0; i < 4; i++) {
            bench.pass(10);
            seen.append(' ').append(coils(bench));
        }
        assertThat(seen).hasToString("0110 0011 1001 1100 0110");
        assertThat(bench.shown()).isEqualTo("5");
        assertThat(bench.timed().moving()).isFalse();
        bench.tell("4");
        bench.pass(10);
        assertThat(coils(bench)).isEqualTo("1100");
    }

    @Test
    void aStepperInHalfStepsHasOneOrTwoCoilsOn() {
        ActuatorBench bench = stepper("speed", 500L);
        bench.tell("-9");
        StringBuilder seen = new StringBuilder(coils(bench));
        for (int i = 0; i < 8; i++) {
            bench.pass(2);
            seen.append(' ').append(coils(bench));
        }
        assertThat(seen).hasToString("1001 0001 0011 0010 0110 0100 1100 1000 1001");
    }

    @Test
    void aStepperLetsGoAfterItsLastStep() {
        ActuatorBench bench = stepper("speed", 100L);
        bench.tell("3");
        bench.pass(20 + 499);
        assertThat(bench.timed().resting()).isFalse();
        bench.pass(1);
        assertThat(coils(bench)).isEqualTo("0000");
        assertThat(bench.timed().resting()).isTrue();
        assertThat(bench.shown()).isEqualTo("3");
        ActuatorBench holding = stepper("speed", 100L, "release", 0L);
        holding.tell("1");
        holding.pass(100_000);
        assertThat(coils(holding)).isEqualTo("1100");
    }

    @Test
    void releaseTakesAStepperItsCurrentAtOnceAndItKeepsItsCount() {
        ActuatorBench bench = stepper("speed", 100L);
        bench.tell("100");
        bench.pass(495);
        bench.tell("release");
        assertThat(coils(bench)).isEqualTo("0000");
        assertThat(bench.shown()).isEqualTo("50");
        bench.pass(10_000);
        assertThat(bench.shown()).isEqualTo("50");
    }

    @Test
    void aStepperThatWasHeldUpDoesNotCatchUpInABurst() {
        ActuatorBench bench = stepper("speed", 100L);
        bench.tell("100");
        bench.freeze(5_000);
        bench.timed().advance(bench.nowNs());
        assertThat(bench.shown()).isEqualTo("2");
        assertThat(bench.timed().nextNs()).isEqualTo(bench.nowNs() + 10 * ActuatorBench.MS);
    }

    @Test
    void aNewOrderDoesNotMakeAStepperFasterThanItsSpeed() {
        ActuatorBench bench = stepper("speed", 100L);
        for (int i = 1; i <= 50; i++) {
            bench.tell(Integer.toString(i));
            bench.pass(1);
        }
        // At 0, 10, ... 50 ms.
        assertThat(bench.shown()).isEqualTo("6");
    }

    @Test
    void aStepperThatIsClosedHasNoCurrent() {
        ActuatorBench bench = stepper();
        bench.tell("100");
        bench.driver.close();
        assertThat(bench.pins).last().asString().contains(" = 0 ");
        assertThatThrownBy(() -> bench.values.parse("1000001"))
                .isInstanceOf(ValueKind.OutOfRange.class);
    }

    @Test
    void aPwmTakesTenthsOfAPercentOrNanoseconds() {
        ActuatorBench bench = new ActuatorBench(new PwmType(), 18, "0");
        bench.tell("12.3");
        assertThat(bench.world.dutyNanos(18)).isEqualTo(123_000);
        assertThat(bench.readBack()).isEqualTo("12.3");
        ActuatorBench fine = new ActuatorBench(new PwmType(), 18, "7", "unit", "nanoseconds");
        assertThat(fine.world.dutyNanos(18)).isEqualTo(7);
        fine.tell("123457ns");
        assertThat(fine.world.dutyNanos(18)).isEqualTo(123_457);
        assertThat(fine.readBack()).isEqualTo("123457");
        assertThatThrownBy(() -> fine.values.parse("1000001"))
                .isInstanceOf(ValueKind.OutOfRange.class);
    }

    @Test
    void aPwmThatIsActiveOnLowIsOffAtFullDuty() {
        ActuatorBench bench = new ActuatorBench(new PwmType(), 18, "0", "active", "low");
        assertThat(bench.pins).containsExactly("pin 18 = 100% at 0");
        bench.tell("25");
        assertThat(bench.world.permille(18)).isEqualTo(750);
        assertThat(bench.readBack()).isEqualTo("25");
    }

    @Test
    void aRelayThatSwitchesOnLowDoesNotClickAtTheStart() {
        ActuatorBench bench =
                new ActuatorBench(new DigitalOutputType(), 27, "off", "active", "low");
        bench.tell("off");
        bench.tell("on");
        assertThat(bench.pins).containsExactly("pin 27 = 1 at 0", "pin 27 = 0 at 0");
    }
}
