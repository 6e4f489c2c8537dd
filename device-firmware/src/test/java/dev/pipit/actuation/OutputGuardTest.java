package dev.pipit.actuation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.driver.Fault;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OutputGuardTest {
    private static final long MS = Bench.MS;

    @Test
    void nothingMovesBeforeTheSafeValuesAreDriven() {
        Bench bench = new Bench(Map.of("relay", RulesBuilder.onOff()));
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.NOT_READY);
        assertThat(bench.log).isEmpty();
        bench.guard.start(bench.nowNs());
        assertThat(bench.log).containsExactly("0 relay=0 start");
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void aLeaseThatNobodyRenewsEndsInTheSafeValue() {
        Bench bench = Bench.of(RulesBuilder.onOff());
        Decision decision = bench.order("relay", 1);
        assertThat(Bench.untilMs(decision)).isEqualTo(60_000);
        bench.pass(59_999);
        assertThat(bench.value("relay")).isEqualTo(1);
        bench.pass(1);
        assertThat(bench.log).containsExactly("0 relay=1 command", "60000 relay=0 lease-ended");
    }

    @Test
    void renewingAMillisecondBeforeTheEndKeepsTheValue() {
        Bench bench = Bench.of(RulesBuilder.onOff());
        bench.order("relay", 1);
        bench.pass(59_999);
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.OK);
        bench.pass(59_999);
        assertThat(bench.value("relay")).isEqualTo(1);
        bench.pass(1);
        assertThat(bench.value("relay")).isZero();
    }

    @Test
    void renewingAMillisecondAfterTheEndIsANewStart() {
        Bench bench = Bench.of(RulesBuilder.onOff().minOffMs(5_000));
        bench.pass(5_000);
        bench.order("relay", 1);
        bench.freeze(60_001);
        Decision late = bench.order("relay", 1);
        assertThat(late.outcome()).isEqualTo(Outcome.TOO_SOON);
        assertThat(bench.log).containsExactly("5000 relay=1 command", "65001 relay=0 lease-ended");
    }

    @Test
    void aHeldValueNeedsNoLeaseUnlessTheCommandAsksForOne() {
        Bench bench = Bench.of(RulesBuilder.onOff().hold());
        assertThat(bench.order("relay", 1).untilNs()).isEqualTo(Decision.NEVER);
        bench.pass(100_000_000);
        assertThat(bench.value("relay")).isEqualTo(1);
        bench.order("relay", Order.leased(1, 5_000 * MS));
        bench.pass(5_000);
        assertThat(bench.value("relay")).isZero();
    }

    @Test
    void losingTheBrokerEndsALeaseOnlyWhereConfigured() {
        Bench bench =
                new Bench(
                                Map.of(
                                        "a", RulesBuilder.onOff(),
                                        "b", RulesBuilder.onOff().safeOnDisconnect()))
                        .start();
        bench.order("a", 1);
        bench.order("b", 1);
        bench.guard.disconnected(bench.nowNs());
        assertThat(bench.value("a")).isEqualTo(1);
        assertThat(bench.value("b")).isZero();
    }

    @Test
    void overlappingPulsesNeverCutEachOtherShort() {
        Bench bench = Bench.of(RulesBuilder.onOff());
        bench.pulse("relay", 1, 1_000);
        bench.pass(500);
        assertThat(Bench.untilMs(bench.pulse("relay", 1, 1_000))).isEqualTo(1_500);
        bench.pass(100);
        assertThat(Bench.untilMs(bench.pulse("relay", 1, 10))).isEqualTo(1_500);
        bench.pass(899);
        assertThat(bench.value("relay")).isEqualTo(1);
        bench.pass(1);
        assertThat(bench.log).endsWith("1500 relay=0 pulse-ended");
    }

    @Test
    void aPulseOfAnotherValueReplacesTheRunningOne() {
        Bench bench = Bench.of(RulesBuilder.level());
        bench.pulse("relay", 500, 1_000);
        bench.pass(100);
        assertThat(Bench.untilMs(bench.pulse("relay", 800, 200))).isEqualTo(300);
        bench.pass(200);
        assertThat(bench.value("relay")).isZero();
    }

    @Test
    void onForTooLongGoesSafeHoweverOftenTheLeaseIsRenewed() {
        Bench bench = Bench.of(RulesBuilder.onOff().maxOnMs(100_000).leaseMs(40_000));
        bench.order("relay", 1);
        bench.pass(30_000);
        bench.order("relay", 1);
        bench.pass(30_000);
        bench.order("relay", 1);
        bench.pass(30_000);
        assertThat(Bench.untilMs(bench.order("relay", 1))).isEqualTo(100_000);
        bench.pass(10_000);
        assertThat(bench.log).endsWith("100000 relay=0 max-on");
        assertThat(bench.pulse("relay", 1, 100_001).outcome()).isEqualTo(Outcome.OUT_OF_RANGE);
    }

    @Test
    void theMinimumOnTimeHoldsAgainstOffButNeverDelaysGoingSafe() {
        Bench bench = Bench.of(RulesBuilder.onOff().minOnMs(10_000).leaseMs(4_000));
        bench.order("relay", 1);
        bench.pass(1_000);
        Decision off = bench.order("relay", 0);
        assertThat(off.outcome()).isEqualTo(Outcome.TOO_SOON);
        assertThat(Bench.untilMs(off)).isEqualTo(10_000);
        assertThat(bench.order("relay", Order.SAFE).outcome()).isEqualTo(Outcome.OK);
        assertThat(bench.value("relay")).isZero();
        bench.order("relay", 1);
        bench.pass(4_000);
        assertThat(bench.value("relay")).isZero();
    }

    @Test
    void theMinimumOffTimeCountsFromTheStartToo() {
        Bench bench = Bench.of(RulesBuilder.onOff().minOffMs(3_000));
        bench.pass(2_999);
        assertThat(Bench.untilMs(bench.order("relay", 1))).isEqualTo(3_000);
        bench.pass(1);
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.OK);
        bench.order("relay", 0);
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.TOO_SOON);
    }

    @Test
    void switchesPerHourAreCountedInAnyHour() {
        Bench bench = Bench.of(RulesBuilder.onOff().switchesPerHour(2));
        bench.order("relay", 1);
        bench.pass(1_000);
        bench.order("relay", 1);
        bench.order("relay", 0);
        bench.order("relay", 1);
        bench.order("relay", 0);
        Decision third = bench.order("relay", 1);
        assertThat(third.outcome()).isEqualTo(Outcome.TOO_SOON);
        assertThat(Bench.untilMs(third)).isEqualTo(3_600_000);
        bench.pass(3_599_000);
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void oneOutputExcludesAnotherAndADeadTimeLiesBetween() {
        Bench bench =
                new Bench(
                                Map.of(
                                        "up", RulesBuilder.onOff().excludes("down", 500),
                                        "down", RulesBuilder.onOff()))
                        .start();
        bench.pass(500);
        bench.order("up", 1);
        Decision down = bench.order("down", 1);
        assertThat(down.outcome()).isEqualTo(Outcome.INTERLOCKED);
        assertThat(down.reason()).isEqualTo("'up' is not off");
        bench.pass(100);
        bench.order("up", 0);
        assertThat(Bench.untilMs(bench.order("down", 1))).isEqualTo(1_100);
        bench.pass(500);
        assertThat(bench.order("down", 1).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void anErrorOfTheHardwareIsAnsweredAndTheNextCommandWorks() {
        Bench bench = Bench.of(RulesBuilder.onOff());
        bench.hardware("relay").fault = Fault.BUS_ERROR;
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.HARDWARE_ERROR);
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.HARDWARE_ERROR);
        bench.pass(2_500);
        bench.hardware("relay").fault = null;
        bench.pass(1_000);
        assertThat(bench.log).endsWith("3000 relay=0 retry");
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void aDriverThatThrowsIsAFaultAndNotTheEnd() {
        Bench bench =
                new Bench(Map.of("a", RulesBuilder.onOff(), "b", RulesBuilder.onOff())).start();
        bench.order("b", 1);
        bench.hardware("a").throwing = true;
        assertThat(bench.order("a", 1).outcome()).isEqualTo(Outcome.HARDWARE_ERROR);
        bench.pass(60_000);
        assertThat(bench.value("b")).isZero();
    }

    @Test
    void aStuckOutputIsAHardwareError() {
        Bench bench = Bench.of(RulesBuilder.onOff());
        bench.hardware("relay").stuckAt = 0;
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.HARDWARE_ERROR);
        assertThat(bench.log).containsExactly("0 relay=1 command !OTHER", "0 relay=0 hardware");
    }

    @Test
    void aRampMovesInStepsAndGoesSafeAtOnce() {
        Bench bench = Bench.of(RulesBuilder.level().rampMs(1_000));
        bench.order("relay", 1000);
        assertThat(bench.value("relay")).isZero();
        bench.pass(500);
        assertThat(bench.value("relay")).isEqualTo(500);
        bench.pass(500);
        assertThat(bench.value("relay")).isEqualTo(1000);
        bench.order("relay", 0);
        bench.pass(200);
        assertThat(bench.value("relay")).isEqualTo(800);
        bench.order("relay", Order.SAFE);
        assertThat(bench.value("relay")).isZero();
        bench.pass(5_000);
        assertThat(bench.value("relay")).isZero();
    }

    @Test
    void stoppingDrivesEverythingSafeAndRefusesWhatComesAfter() {
        Bench bench =
                new Bench(Map.of("a", RulesBuilder.onOff(), "b", RulesBuilder.onOff().safe(1)))
                        .start();
        bench.order("a", 1);
        bench.order("b", 0);
        bench.guard.stop(bench.nowNs());
        assertThat(bench.value("a")).isZero();
        assertThat(bench.value("b")).isEqualTo(1);
        assertThat(bench.order("a", 1).outcome()).isEqualTo(Outcome.NOT_READY);
    }

    @Test
    void theSafeVerbEndsEverythingAndSaysWhatFailed() {
        Bench bench = Bench.of(RulesBuilder.onOff().minOnMs(10_000));
        bench.order("relay", 1);
        assertThat(bench.guard.safe(bench.nowNs()).outcome()).isEqualTo(Outcome.OK);
        assertThat(bench.value("relay")).isZero();
        bench.order("relay", 1);
        bench.hardware("relay").fault = Fault.NO_ANSWER;
        assertThat(bench.guard.safe(bench.nowNs()).reason()).isEqualTo("not safe: relay");
    }

    @Test
    void valuesAndTimesOutsideTheirRangesAreRefused() {
        Bench bench = Bench.of(RulesBuilder.level().range(0, 700).longestLeaseMs(90_000));
        assertThat(bench.order("relay", 701).reason()).isEqualTo("expected 0 to 70");
        assertThat(bench.order("relay", -1).outcome()).isEqualTo(Outcome.OUT_OF_RANGE);
        assertThat(bench.order("relay", Order.leased(1, 90_001 * MS)).outcome())
                .isEqualTo(Outcome.OUT_OF_RANGE);
        assertThat(bench.pulse("relay", 1, 90_001).outcome()).isEqualTo(Outcome.OUT_OF_RANGE);
        assertThat(bench.pulse("relay", 1, 90_000).outcome()).isEqualTo(Outcome.OK);
    }

    private static Bench watched() {
        Bench bench =
                new Bench(
                        Map.of(
                                "pump",
                                RulesBuilder.onOff()
                                        .latch()
                                        .hold()
                                        .needs(
                                                new Condition.Measured(
                                                        "tank.level",
                                                        new BigDecimal("0.2"),
                                                        new BigDecimal("5"),
                                                        1_000 * MS))),
                        Map.of("tank.level", new BigDecimal("0.1")));
        return bench.start();
    }

    @Test
    void withoutAFreshMeasurementAnOutputThatNeedsOneStaysSafe() {
        Bench bench = watched();
        assertThat(bench.order("pump", 1).reason()).isEqualTo("'tank.level' has no value");
        bench.measurements.put(0, 2, bench.nowNs());
        assertThat(bench.order("pump", 1).outcome()).isEqualTo(Outcome.OK);
        bench.pass(1_000);
        assertThat(bench.value("pump")).isEqualTo(1);
        bench.pass(20);
        assertThat(bench.log)
                .endsWith(
                        "1020 pump=0 condition", "1020 pump locked: 'tank.level' is older than 1s");
    }

    @Test
    void aMeasurementOutOfBoundsEndsItWithinTwentyMilliseconds() {
        Bench bench = watched();
        bench.measurements.put(0, 50, bench.nowNs());
        bench.order("pump", 1);
        bench.pass(100);
        bench.measurements.put(0, 51, bench.nowNs());
        bench.pass(20);
        assertThat(bench.value("pump")).isZero();
        assertThat(bench.guard.latchedBy("pump")).isEqualTo("'tank.level' is 5.1");
        bench.measurements.put(0, 1, bench.nowNs());
        assertThat(bench.order("pump", 1).outcome()).isEqualTo(Outcome.LOCKED_OUT);
        bench.guard.acknowledge("pump", bench.nowNs());
        assertThat(bench.order("pump", 1).reason()).isEqualTo("'tank.level' is 0.1");
        bench.measurements.put(0, 2, bench.nowNs());
        assertThat(bench.order("pump", 1).outcome()).isEqualTo(Outcome.OK);
        bench.measurements.missing(0);
        bench.pass(20);
        assertThat(bench.value("pump")).isZero();
    }

    @Test
    void whatDependsOnAnOutputGoesSafeBeforeItMoves() {
        Bench bench =
                new Bench(
                                Map.of(
                                        "valve", RulesBuilder.onOff().leaseMs(5_000),
                                        "pump",
                                                RulesBuilder.onOff()
                                                        .needs(
                                                                new Condition.OutputIs(
                                                                        "valve", 1, 1))))
                        .start();
        assertThat(bench.order("pump", 1).reason()).isEqualTo("'valve' is off");
        bench.order("valve", 1);
        bench.order("pump", 1);
        bench.log.clear();
        bench.pass(5_000);
        assertThat(bench.log).containsExactly("5000 pump=0 interlock", "5000 valve=0 lease-ended");
    }

    @Test
    void anInterlockFlippingMidRampGoesSafeAtOnce() {
        Bench bench =
                new Bench(
                                Map.of(
                                        "gate", RulesBuilder.onOff(),
                                        "fan",
                                                RulesBuilder.level()
                                                        .rampMs(1_000)
                                                        .needs(
                                                                new Condition.OutputIs(
                                                                        "gate", 1, 1))))
                        .start();
        bench.order("gate", 1);
        bench.order("fan", 1_000);
        bench.pass(300);
        assertThat(bench.value("fan")).isEqualTo(300);
        bench.order("gate", 0);
        assertThat(bench.value("fan")).isZero();
        bench.pass(2_000);
        assertThat(bench.value("fan")).isZero();
    }

    @Test
    void aRampThatIsRenewedAllTheTimeArrives() {
        Bench bench = Bench.of(RulesBuilder.level().rampMs(1_000));
        for (int i = 0; i < 250; i++) {
            bench.order("relay", 1_000);
            bench.pass(5);
        }
        assertThat(bench.value("relay")).isEqualTo(1_000);
    }

    @Test
    void rulesThatNameWhatIsNotThereAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bench.of(RulesBuilder.onOff().excludes("nobody", 1)))
                .withMessage("relay names 'nobody', which is not another output");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Bench.of(
                                RulesBuilder.onOff()
                                        .needs(new Condition.Measured("a.b", null, null, 1))))
                .withMessage("relay depends on 'a.b', which is not measured");
    }
}
