package dev.pipit.actuation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.driver.Fault;
import dev.pipit.driver.TimedActuator;
import dev.pipit.driver.ValueKind;
import dev.pipit.driver.ValueKind.Position;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the guard makes of outputs that take their time, of fades, and of pins that go astray. */
final class TimedOutputsGuardTest implements OutputListener {
    private static final long MS = 1_000_000;
    private static final ValueKind PLACES =
            new Position(
                    new ValueKind.Level("%", new BigDecimal("0.1"), 0, 1000), "stop", Map.of());

    /** Moves by one tenth of a percent each millisecond. */
    private static final class Motor implements TimedActuator {
        long told = Position.REST;
        long place;
        long nextNs = NEVER;
        boolean fresh;
        boolean holds;
        @Nullable Fault fault;
        @Nullable Fault faultOnce;
        @Nullable Fault writeFault;
        boolean throwing;
        long readBack = UNKNOWN;

        @Override
        public @Nullable Fault write(long value) {
            if (writeFault != null) {
                return writeFault;
            }
            told = value;
            fresh = true;
            return null;
        }

        @Override
        public @Nullable Fault advance(long nowNs) {
            if (throwing) {
                throw new IllegalStateException("a driver that breaks its contract");
            }
            if (fault != null) {
                return fault;
            }
            if (faultOnce != null) {
                Fault once = faultOnce;
                faultOnce = null;
                return once;
            }
            if (!fresh && moving()) {
                place += Long.signum(told - place);
            }
            fresh = false;
            nextNs = moving() ? nowNs + MS : NEVER;
            return null;
        }

        @Override
        public long nextNs() {
            return fresh ? Long.MIN_VALUE : nextNs;
        }

        @Override
        public boolean moving() {
            return told != Position.REST && place != told;
        }

        @Override
        public boolean resting() {
            return !moving() && !holds;
        }

        @Override
        public long shown() {
            return place;
        }

        @Override
        public long readBack() {
            return readBack;
        }

        @Override
        public void close() {}
    }

    private final Motor motor = new Motor();
    private final FakeOutput pump = new FakeOutput();
    private final FakeOutput lamp = new FakeOutput();
    private final List<String> log = new ArrayList<>();
    private long nowNs = 1_000_000 * MS;
    private OutputGuard guard = guard(RulesBuilder.onOff().safe(Position.REST), false);

    private OutputGuard guard(RulesBuilder rules, boolean pumpNeedsIt) {
        RulesBuilder pumps = RulesBuilder.onOff();
        return guard(
                rules,
                pumpNeedsIt
                        ? pumps.needs(new Condition.OutputIs("motor", 100, 100)).latch()
                        : pumps.excludes("motor", 500));
    }

    private OutputGuard guard(RulesBuilder rules, RulesBuilder pumps) {
        guard =
                new OutputGuard(
                        List.of(
                                new GuardedOutput(
                                        "motor", PLACES, rules.range(0, 900).build(), motor),
                                new GuardedOutput("pump", FakeOutput.SWITCH, pumps.build(), pump),
                                new GuardedOutput(
                                        "lamp",
                                        FakeOutput.LEVEL,
                                        RulesBuilder.level().latch().build(),
                                        lamp)),
                        Measurements.none(),
                        this,
                        1_000 * MS);
        // The dead time counts from the start.
        guard.start(nowNs - 1_000 * MS);
        log.clear();
        return guard;
    }

    private void pass(long ms) {
        long endNs = nowNs + ms * MS;
        while (guard.nextDeadlineNs(nowNs) <= endNs) {
            nowNs = Math.max(nowNs, guard.nextDeadlineNs(nowNs));
            guard.advance(nowNs);
        }
        nowNs = endNs;
    }

    private Outcome order(String output, long value) {
        return guard.apply(output, Order.of(value), nowNs).outcome();
    }

    private String at(String what) {
        return (nowNs / MS - 1_000_000) + " " + what;
    }

    @Test
    void anOutputThatHasArrivedIsSafeByItselfAndKeepsItsPlace() {
        assertThat(order("motor", 100)).isEqualTo(Outcome.OK);
        pass(99);
        assertThat(guard.untilNs("motor")).isNotEqualTo(Decision.NEVER);
        pass(1);
        assertThat(log).contains("100 motor=stop arrived", "100 motor moved");
        assertThat(guard.value("motor")).isEqualTo(100);
        assertThat(guard.untilNs("motor")).isEqualTo(Decision.NEVER);
    }

    @Test
    void oneThatStillHoldsHasNotArrived() {
        motor.holds = true;
        order("motor", 100);
        pass(59_999);
        assertThat(log).doesNotContain("100 motor=stop arrived");
        pass(1);
        assertThat(log).contains("60000 motor=stop lease-ended");
    }

    @Test
    void whereItIsOnItsWayIsToldOnceASecondAndAtTheEnd() {
        order("motor", 800);
        pass(300);
        order("motor", 900);
        pass(2_000);
        assertThat(log.stream().filter(line -> line.endsWith("moved")))
                .containsExactly("1 motor moved", "900 motor moved");
    }

    @Test
    void aLeaseThatEndsOnTheWayStopsIt() {
        guard.apply("motor", Order.leased(800, 50 * MS), nowNs);
        pass(1_000);
        assertThat(log).contains("50 motor=stop lease-ended");
        assertThat(motor.place).isBetween(49L, 50L);
    }

    @Test
    void itsLimitsHoldButStoppingIsAlwaysAllowed() {
        guard(RulesBuilder.onOff().safe(0).range(0, 900), false);
        assertThat(order("motor", 901)).isEqualTo(Outcome.OUT_OF_RANGE);
        order("motor", 500);
        pass(100);
        assertThat(order("motor", Position.REST)).isEqualTo(Outcome.OK);
        pass(1_000);
        assertThat(motor.place).isEqualTo(100);
        pass(60_000);
        assertThat(motor.place).isZero();
    }

    @Test
    void oneThatIsOnItsWayToItsSafePlaceIsNotOffYet() {
        guard(RulesBuilder.onOff().safe(0), false);
        order("motor", 300);
        pass(300);
        assertThat(order("motor", 0)).isEqualTo(Outcome.OK);
        assertThat(guard.safe(nowNs).outcome()).isEqualTo(Outcome.OK);
        assertThat(order("pump", 1)).isEqualTo(Outcome.INTERLOCKED);
        pass(300);
        Decision tooSoon = guard.apply("pump", Order.of(1), nowNs);
        assertThat(tooSoon.outcome()).isEqualTo(Outcome.INTERLOCKED);
        assertThat(tooSoon.untilNs()).isEqualTo(nowNs + 500 * MS);
        pass(500);
        assertThat(order("pump", 1)).isEqualTo(Outcome.OK);
    }

    @Test
    void whatDependsOnItsPlaceWaitsUntilItIsThereAndEndsBeforeItLeaves() {
        guard(RulesBuilder.onOff().safe(0), true);
        order("motor", 100);
        assertThat(order("pump", 1)).isEqualTo(Outcome.INTERLOCKED);
        pass(100);
        assertThat(order("pump", 1)).isEqualTo(Outcome.OK);
        assertThat(order("motor", Position.REST)).isEqualTo(Outcome.OK);
        assertThat(pump.value).isEqualTo(1);
        log.clear();
        order("motor", 0);
        assertThat(log).first().isEqualTo("100 pump=off interlock");
        guard.acknowledge("pump", nowNs);
        // It has just begun to leave and does not know it yet.
        assertThat(motor.place).isEqualTo(100);
        assertThat(order("pump", 1)).isEqualTo(Outcome.INTERLOCKED);
    }

    @Test
    void whatDependsOnARangeOfPlacesStaysWhileItMovesWithinIt() {
        guard(RulesBuilder.onOff().safe(0), true);
        order("motor", 101);
        pass(101);
        assertThat(order("pump", 1)).isEqualTo(Outcome.INTERLOCKED);
        order("motor", 100);
        pass(1);
        assertThat(order("pump", 1)).isEqualTo(Outcome.OK);
    }

    @Test
    void whereverItIsGoingWithinARangeItIsInItAndOnItsWayOutItIsNot() {
        RulesBuilder pumps = RulesBuilder.onOff().needs(new Condition.OutputIs("motor", 100, 200));
        guard(RulesBuilder.onOff().safe(0), pumps);
        order("motor", 150);
        pass(150);
        for (long end : new long[] {100, 200}) {
            order("motor", end);
            pass(10);
            assertThat(motor.moving()).isTrue();
            assertThat(order("pump", 1)).as("on its way to %d", end).isEqualTo(Outcome.OK);
            order("pump", 0);
        }
        for (long beyond : new long[] {99, 201}) {
            order("motor", beyond);
            pass(5);
            assertThat(motor.place).isBetween(110L, 190L);
            assertThat(order("pump", 1))
                    .as("on its way to %d", beyond)
                    .isEqualTo(Outcome.INTERLOCKED);
        }
    }

    @Test
    void oneSecondAfterItWasToldLastItIsToldAgain() {
        order("motor", 900);
        pass(890);
        order("motor", 0);
        pass(200);
        assertThat(log.stream().filter(line -> line.endsWith("moved")))
                .containsExactly("1 motor moved", "1001 motor moved");
    }

    @Test
    void oneThatArrivesBeforeAnybodyLookedAgainIsToldAndItsTimeOffCountsFromThere() {
        guard(RulesBuilder.onOff().safe(0), false);
        order("motor", 1);
        nowNs += 50 * MS;
        guard.advance(nowNs);
        assertThat(log).contains("50 motor moved");
        order("motor", 0);
        nowNs += 50 * MS;
        guard.advance(nowNs);
        Decision tooSoon = guard.apply("pump", Order.of(1), nowNs);
        assertThat(tooSoon.untilNs()).isEqualTo(nowNs + 500 * MS);
    }

    @Test
    void oneThatHasArrivedAndCannotBeReleasedIsAFault() {
        order("motor", 100);
        pass(99);
        motor.writeFault = Fault.BUS_ERROR;
        pass(1);
        assertThat(log)
                .contains(
                        "100 motor=stop arrived !BUS_ERROR", "100 motor=stop hardware !BUS_ERROR");
        motor.writeFault = null;
        pass(1_000);
        assertThat(log).contains("1100 motor=stop retry");
    }

    @Test
    void aFaultThatComesOnceIsAnAlarmAllTheSame() {
        order("motor", 500);
        pass(10);
        motor.faultOnce = Fault.TIMEOUT;
        pass(1);
        assertThat(log)
                .contains("11 motor astray: " + Fault.TIMEOUT.words(), "11 motor=stop hardware");
    }

    @Test
    void aSafeValueThatTheHardwareRefusesIsAnAlarm() {
        order("lamp", 700);
        lamp.fault = Fault.BUS_ERROR;
        assertThat(order("lamp", 0)).isEqualTo(Outcome.HARDWARE_ERROR);
        assertThat(log)
                .containsSubsequence(
                        "0 lamp astray: " + Fault.BUS_ERROR.words(), "0 lamp=0 command !BUS_ERROR");
    }

    @Test
    void aFaultOnTheWayIsAnAlarmAndMakesItSafe() {
        order("motor", 500);
        pass(10);
        motor.fault = Fault.TIMEOUT;
        pass(1);
        assertThat(log)
                .contains(
                        "11 motor astray: " + Fault.TIMEOUT.words(),
                        "11 motor=stop hardware !TIMEOUT");
        assertThat(order("motor", 500)).isEqualTo(Outcome.HARDWARE_ERROR);
        motor.fault = null;
        pass(1_000);
        assertThat(log).contains("1011 motor=stop retry");
        pass(1_000);
        assertThat(log).contains("2000 motor astray: ");
        assertThat(order("motor", 500)).isEqualTo(Outcome.OK);
    }

    @Test
    void aDriverThatThrowsOnTheWayTakesNobodyWithIt() {
        order("motor", 500);
        order("lamp", 700);
        motor.throwing = true;
        pass(5);
        assertThat(log).contains("1 motor astray: " + Fault.OTHER.words());
        assertThat(guard.value("lamp")).isEqualTo(700);
        motor.throwing = false;
        pass(1_001);
        assertThat(order("motor", 300)).isEqualTo(Outcome.OK);
    }

    @Test
    void aPinThatDoesNotFollowIsSafeWithinASecondLatchedAndAnAlarmUntilItFollowsAgain() {
        order("lamp", 700);
        pass(1_400);
        lamp.value = 300;
        assertThat(guard.value("lamp")).isEqualTo(300);
        pass(599);
        assertThat(lamp.value).isEqualTo(300);
        pass(1);
        assertThat(log)
                .contains(
                        "2000 lamp astray: the hardware shows another value than the one in force",
                        "2000 lamp=0 read-back",
                        "2000 lamp locked");
        pass(1_000);
        assertThat(log).contains("3000 lamp astray: ");
        assertThat(order("lamp", 100)).isEqualTo(Outcome.LOCKED_OUT);
        log.clear();
        pass(10_000);
        assertThat(log).isEmpty();
    }

    @Test
    void onePinStuckOnIsTriedAgainAndAgain() {
        order("lamp", 700);
        lamp.stuckAt = 700;
        pass(100);
        order("lamp", 200);
        assertThat(log).contains("100 lamp=200 command !OTHER", "100 lamp=0 hardware !OTHER");
        pass(2_000);
        assertThat(log).contains("1100 lamp=0 retry !OTHER", "2100 lamp=0 retry !OTHER");
        assertThat(log.stream().filter(line -> line.contains("astray"))).hasSize(1);
        lamp.stuckAt = FakeOutput.UNKNOWN;
        pass(1_000);
        assertThat(log).contains("3100 lamp=0 retry");
    }

    @Test
    void aFadeTakesItsTimeThereAndBack() {
        guard.apply("lamp", new Order(false, 800, 0, 0, 400 * MS), nowNs);
        pass(100);
        assertThat(lamp.value).isEqualTo(200);
        pass(100);
        assertThat(lamp.value).isEqualTo(400);
        pass(200);
        assertThat(lamp.value).isEqualTo(800);
        guard.apply("lamp", new Order(false, 0, 0, 0, 200 * MS), nowNs);
        pass(100);
        assertThat(lamp.value).isEqualTo(400);
        pass(100);
        assertThat(log).endsWith("600 lamp=0 ramp-ended");
        assertThat(guard.untilNs("lamp")).isEqualTo(Decision.NEVER);
    }

    @Test
    void aFadeIsNeverFasterThanTheRampAndNeverLongerThanTheLongestLease() {
        Bench bench = Bench.of(RulesBuilder.level().rampMs(1_000).longestLeaseMs(70_000));
        bench.order("relay", new Order(false, 500, 0, 0, 100 * MS));
        bench.pass(100);
        assertThat(bench.value("relay")).isEqualTo(100);
        bench.pass(400);
        assertThat(bench.value("relay")).isEqualTo(500);
        bench.order("relay", new Order(false, 0, 0, 0, 2_000 * MS));
        bench.pass(1_000);
        assertThat(bench.value("relay")).isEqualTo(250);
        assertThat(bench.order("relay", new Order(false, 9, 0, 0, 70_001 * MS)).outcome())
                .isEqualTo(Outcome.OUT_OF_RANGE);
        assertThat(bench.order("relay", new Order(false, 9, 0, 0, 70_000 * MS)).outcome())
                .isEqualTo(Outcome.OK);
    }

    @Test
    void theSafeValueMayLieOutsideTheRangeOfCommands() {
        Bench bench = Bench.of(RulesBuilder.level().range(200, 800));
        assertThat(bench.order("relay", 100).outcome()).isEqualTo(Outcome.OUT_OF_RANGE);
        assertThat(bench.order("relay", 200).outcome()).isEqualTo(Outcome.OK);
        assertThat(bench.order("relay", 0).outcome()).isEqualTo(Outcome.OK);
        assertThat(bench.value("relay")).isZero();
    }

    @Override
    public void written(long atNs, String output, long value, Cause cause, @Nullable Fault fault) {
        ValueKind kind = guard.values(output);
        String text = output.equals("lamp") ? Long.toString(value) : kind.format(value);
        log.add(at(output + "=" + text + " " + cause.word() + (fault == null ? "" : " !" + fault)));
    }

    @Override
    public void latched(long atNs, String output, String reason) {
        log.add(at(output + (reason.isEmpty() ? " unlocked" : " locked")));
    }

    @Override
    public void moved(long atNs, String output) {
        log.add(at(output + " moved"));
    }

    @Override
    public void astray(long atNs, String output, String what) {
        log.add(at(output + " astray: " + what));
    }
}
