package dev.pipit.actuation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.driver.Fault;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exactly at a limit, what a refusal says, and what must come first. */
final class EdgesOfTheGuardTest {
    private static final long MS = Bench.MS;

    private static Bench two(RulesBuilder first, RulesBuilder second) {
        Map<String, RulesBuilder> rules = new LinkedHashMap<>();
        rules.put("a", first);
        rules.put("b", second);
        return new Bench(rules).start();
    }

    @Test
    void offIsAllowedFromTheEndOfTheMinimumOnTime() {
        Bench bench = Bench.of(RulesBuilder.onOff().minOnMs(2_000));
        bench.order("relay", 1);
        bench.pass(1_999);
        Decision tooSoon = bench.order("relay", 0);
        assertThat(tooSoon.outcome()).isEqualTo(Outcome.TOO_SOON);
        assertThat(tooSoon.reason()).isEqualTo("must stay on for 2s; 'safe' ends it at once");
        assertThat(Bench.untilMs(tooSoon)).isEqualTo(2_000);
        bench.pass(1);
        assertThat(bench.order("relay", 0).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void refusalsSayHowLong() {
        Bench bench = two(RulesBuilder.onOff().minOffMs(3_000), RulesBuilder.onOff());
        assertThat(bench.order("a", 1).reason()).isEqualTo("must stay off for 3s");
        Bench most = Bench.of(RulesBuilder.onOff().maxOnMs(5_000).longestLeaseMs(90_000));
        assertThat(most.pulse("relay", 1, 5_001).reason()).isEqualTo("may be on for at most 5s");
        assertThat(most.pulse("relay", 1, 90_001).reason())
                .isEqualTo("expected a time of at most 90s");
        assertThat(most.order("relay", Order.leased(1, 90_000 * MS)).outcome())
                .isEqualTo(Outcome.OK);
        Bench apart = two(RulesBuilder.onOff().excludes("b", 700), RulesBuilder.onOff());
        assertThat(apart.order("a", 1).reason()).isEqualTo("'b' went off less than 700ms ago");
    }

    @Test
    void aRenewalWritesNothingUnlessTheHardwareLostTheValue() {
        Bench bench = Bench.of(RulesBuilder.onOff());
        bench.order("relay", 1);
        long writes = bench.hardware("relay").writes;
        bench.order("relay", 1);
        assertThat(bench.hardware("relay").writes).isEqualTo(writes);
        bench.hardware("relay").value = 0;
        bench.order("relay", 1);
        assertThat(bench.hardware("relay").writes).isEqualTo(writes + 1);
        assertThat(bench.value("relay")).isEqualTo(1);
    }

    @Test
    void aRampIsMeasuredOverTheRangeThatCommandsHave() {
        Bench bench = Bench.of(RulesBuilder.level().range(200, 1_000).rampMs(1_000));
        bench.order("relay", 600);
        bench.pass(380);
        assertThat(bench.value("relay")).isEqualTo(304);
        bench.pass(380);
        assertThat(bench.value("relay")).isEqualTo(600);
    }

    @Test
    void aSlowRampWritesOnlyWhatChanges() {
        Bench bench = Bench.of(RulesBuilder.level().range(0, 10).rampMs(10_000).leaseMs(60_000));
        long before = bench.hardware("relay").writes;
        bench.order("relay", 10);
        bench.pass(10_100);
        assertThat(bench.value("relay")).isEqualTo(10);
        assertThat(bench.hardware("relay").writes - before).isEqualTo(10);
    }

    @Test
    void offByARampIsAnsweredOkWithItsLease() {
        Bench bench = Bench.of(RulesBuilder.level().rampMs(1_000));
        bench.order("relay", 500);
        bench.pass(1_000);
        Decision off = bench.order("relay", 0);
        assertThat(off.outcome()).isEqualTo(Outcome.OK);
        assertThat(Bench.untilMs(off)).isEqualTo(60_000);
        bench.pass(500);
        assertThat(bench.guard.untilNs("relay")).isEqualTo(Decision.NEVER);
    }

    @Test
    void offThatTheHardwareRefusesIsAnsweredSo() {
        Bench bench = Bench.of(RulesBuilder.onOff().latch());
        bench.order("relay", 1);
        bench.hardware("relay").fault = Fault.BUS_ERROR;
        Decision off = bench.order("relay", 0);
        assertThat(off.outcome()).isEqualTo(Outcome.HARDWARE_ERROR);
        assertThat(off.reason()).isEqualTo(Fault.BUS_ERROR.words());
        assertThat(Bench.untilMs(off)).isEqualTo(1_000);
        assertThat(bench.guard.safe(bench.nowNs()).outcome()).isEqualTo(Outcome.HARDWARE_ERROR);
    }

    @Test
    void hardwareThatDidNotTakeAValueLocksWhereLatched() {
        Bench bench = Bench.of(RulesBuilder.onOff().latch());
        bench.hardware("relay").fault = Fault.BUS_ERROR;
        bench.order("relay", 1);
        bench.hardware("relay").fault = null;
        bench.pass(1_000);
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.LOCKED_OUT);
        assertThat(bench.guard.acknowledge("relay", bench.nowNs()).outcome()).isEqualTo(Outcome.OK);
        assertThat(bench.log).endsWith("1000 relay unlocked");
        assertThat(bench.guard.acknowledge("nobody", bench.nowNs()).outcome())
                .isEqualTo(Outcome.BAD_PAYLOAD);
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void whatDependsOnARampGoesFirstAtTheStepThatLeavesItsRange() {
        Bench bench =
                two(
                        RulesBuilder.level().rampMs(1_000),
                        RulesBuilder.onOff().needs(new Condition.OutputIs("a", 0, 300)));
        bench.order("b", 1);
        bench.order("a", 200);
        bench.pass(1_000);
        assertThat(bench.value("b")).isEqualTo(1);
        bench.order("a", 290);
        bench.pass(1_000);
        bench.order("a", Order.of(300));
        bench.pass(1_000);
        assertThat(bench.value("b")).isEqualTo(1);
        bench.log.clear();
        bench.order("a", 320);
        bench.pass(1_000);
        assertThat(bench.log.getFirst()).endsWith("b=0 interlock");
    }

    @Test
    void whatDependsOnAnOutputGoesBeforeItsLeaseEnds() {
        Bench bench =
                two(
                        RulesBuilder.onOff().leaseMs(1_000),
                        RulesBuilder.onOff().needs(new Condition.OutputIs("a", 1, 1)));
        bench.order("a", 1);
        bench.order("b", 1);
        bench.log.clear();
        bench.pass(1_000);
        assertThat(bench.log).containsExactly("1000 b=0 interlock", "1000 a=0 lease-ended");
    }

    @Test
    void anOrderThatTakesItsOwnGroundAwayIsRefusedAfterwards() {
        // b needs a off, and a needs b on: switching a on drops b, and with it a's own condition.
        Bench bench =
                two(
                        RulesBuilder.onOff().needs(new Condition.OutputIs("b", 1, 1)),
                        RulesBuilder.onOff().needs(new Condition.OutputIs("a", 0, 0)));
        bench.order("b", 1);
        assertThat(bench.order("a", 1).outcome()).isEqualTo(Outcome.INTERLOCKED);
        assertThat(bench.value("a")).isZero();
        assertThat(bench.value("b")).isZero();
    }

    @Test
    void measurementsAreKnownByNameAndAge() {
        Rules rules =
                RulesBuilder.onOff()
                        .needs(new Condition.OutputIs("b", 1, 1))
                        .needs(new Condition.Measured("air.t", BigDecimal.ONE, null, 5 * MS))
                        .build();
        Measurements measurements = Measurements.of(List.of(rules));
        assertThat(measurements.channels()).containsExactly("air.t");
        assertThat(measurements.unbound()).containsExactly("air.t");
        assertThat(measurements.fresh("air.t", 5 * MS, 0)).isNull();
        assertThat(measurements.bind("air.u", BigDecimal.TEN)).isEqualTo(-1);
        int index = measurements.bind("air.t", BigDecimal.TEN);
        assertThat(index).isZero();
        assertThat(measurements.unbound()).isEmpty();
        measurements.put(index, 3, 100 * MS);
        assertThat(measurements.fresh("air.t", 5 * MS, 105 * MS)).isEqualByComparingTo("30");
        assertThat(measurements.fresh("air.t", 5 * MS, 105 * MS + 1)).isNull();
        assertThat(measurements.fresh("air.u", 5 * MS, 105 * MS)).isNull();
        measurements.missing(index);
        assertThat(measurements.fresh("air.t", Long.MAX_VALUE / 4, 105 * MS)).isNull();
        Measurements two = new Measurements(List.of("x.a", "x.b"));
        assertThat(two.bind("x.b", BigDecimal.ONE)).isEqualTo(1);
        assertThat(Measurements.none().channels()).isEmpty();
    }

    @Test
    void rulesNeedARangeAndTheUsualOnesHaveALease() {
        RulesBuilder wrong = RulesBuilder.level().range(5, 4);
        assertThatIllegalArgumentException().isThrownBy(wrong::build);
        assertThat(RulesBuilder.level().range(5, 5).build().most()).isEqualTo(5);
        Rules usual = Rules.usual(0, 0, 1);
        assertThat(usual.leaseNs()).isEqualTo(60_000 * MS);
        assertThat(usual.hold()).isFalse();
    }

    @Test
    void nobodyIsWokenBeforeSomethingIsDue() {
        Bench bench =
                new Bench(
                                Map.of(
                                        "relay", RulesBuilder.onOff().leaseMs(5_000),
                                        "fan", RulesBuilder.level().rampMs(1_000)))
                        .start();
        bench.order("relay", 1);
        assertThat(bench.guard.nextDeadlineNs(bench.nowNs()))
                .as("the end of the lease: no sensor has to be watched")
                .isEqualTo(bench.nowNs() + 5_000 * MS);
        bench.order("fan", 500);
        assertThat(bench.guard.nextDeadlineNs(bench.nowNs()))
                .as("the first step of the ramp")
                .isEqualTo(bench.nowNs() + 20 * MS);
    }

    @Test
    void pinsAreLookedAtForTheFirstTimeOnePeriodAfterTheStart() {
        OutputGuard guard =
                new OutputGuard(
                        List.of(
                                new GuardedOutput(
                                        "relay",
                                        FakeOutput.SWITCH,
                                        RulesBuilder.onOff().build(),
                                        new FakeOutput())),
                        Measurements.none(),
                        OutputListener.NONE,
                        1_000 * MS);
        guard.start(7_000 * MS);
        assertThat(guard.nextDeadlineNs(7_000 * MS)).isEqualTo(8_000 * MS);
    }

    /** System.nanoTime may begin anywhere, below zero too. */
    @Test
    void timesBelowZeroAreTimesLikeAnyOther() {
        OutputGuard guard =
                new OutputGuard(
                        List.of(
                                new GuardedOutput(
                                        "relay",
                                        FakeOutput.SWITCH,
                                        RulesBuilder.onOff()
                                                .switchesPerHour(2)
                                                .minOffMs(1_000)
                                                .leaseMs(5_000)
                                                .build(),
                                        new FakeOutput())),
                        Measurements.none(),
                        OutputListener.NONE);
        long nowNs = -9_000_000_000_000_000_000L;
        guard.start(nowNs);
        assertThat(guard.apply("relay", Order.of(1), nowNs).outcome()).isEqualTo(Outcome.TOO_SOON);
        nowNs += 1_000 * MS;
        Decision on = guard.apply("relay", Order.of(1), nowNs);
        assertThat(on.outcome()).isEqualTo(Outcome.OK);
        assertThat(on.untilNs()).isEqualTo(nowNs + 5_000 * MS);
        guard.advance(nowNs + 5_000 * MS);
        assertThat(guard.value("relay")).isZero();
    }

    @Test
    void aRampFromOneValueToAnotherTakesItsShareOfTheTime() {
        Bench bench = Bench.of(RulesBuilder.level().rampMs(1_000));
        bench.order("relay", 500);
        bench.pass(500);
        bench.order("relay", 700);
        bench.pass(100);
        assertThat(bench.value("relay")).isEqualTo(600);
        bench.pass(100);
        assertThat(bench.value("relay")).isEqualTo(700);
        bench.order("relay", 300);
        bench.pass(200);
        assertThat(bench.value("relay")).isEqualTo(500);
        bench.pass(200);
        assertThat(bench.value("relay")).isEqualTo(300);
    }

    @Test
    void hardwareThatFailsMidRampGoesSafeAtOnceAndLocks() {
        Bench bench = Bench.of(RulesBuilder.level().rampMs(1_000).latch());
        bench.order("relay", 1_000);
        bench.pass(100);
        bench.hardware("relay").stuckAt = 0;
        bench.pass(20);
        assertThat(bench.log)
                .endsWith(
                        "120 relay=120 ramp !OTHER",
                        "120 relay=0 hardware",
                        "120 relay locked: the hardware did not take a value");
    }

    @Test
    void whatWentOnWhileARampPassesGoesOffBeforeTheStepThatTakesItsGroundAway() {
        Bench bench =
                two(
                        RulesBuilder.level().rampMs(1_000),
                        RulesBuilder.onOff().latch().needs(new Condition.OutputIs("a", 50, 300)));
        bench.order("a", 1_000);
        bench.pass(100);
        assertThat(bench.order("b", 1).outcome()).isEqualTo(Outcome.OK);
        bench.pass(200);
        assertThat(bench.value("b")).isEqualTo(1);
        bench.log.clear();
        bench.pass(20);
        assertThat(bench.log)
                .containsExactly(
                        "320 b=0 interlock", "320 b locked: 'a' changed", "320 a=320 ramp");
    }

    @Test
    void onForTooLongLocksWhereLatched() {
        Bench bench = Bench.of(RulesBuilder.onOff().maxOnMs(5_000).latch());
        assertThat(bench.pulse("relay", 1, 5_000).outcome())
                .as("a pulse may last as long as the limit")
                .isEqualTo(Outcome.OK);
        bench.pass(4_000);
        bench.order("relay", 1);
        bench.pass(1_000);
        assertThat(bench.log)
                .endsWith("5000 relay=0 max-on", "5000 relay locked: on for longer than 5s");
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.LOCKED_OUT);
    }

    @Test
    void aDriverThatThrowsWhenItIsReadCountsAsOneThatCannotBeRead() {
        Bench bench = Bench.of(RulesBuilder.onOff());
        bench.hardware("relay").readThrows = true;
        assertThat(bench.order("relay", 1).outcome()).isEqualTo(Outcome.OK);
        assertThat(bench.guard.value("relay")).isEqualTo(1);
    }
}
