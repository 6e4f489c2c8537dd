package dev.pipit.actuation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.driver.Fault;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random commands, measurements, faults and pauses on eight outputs that are tied to each other, in
 * virtual time, judged by {@link Invariant} at every step. {@code -Dpipit.steps=1000000} runs more
 * than the usual 100,000 steps.
 */
final class RandomisedGuardTest {
    private static final long MS = 1_000_000;
    private static final int STEPS = Integer.getInteger("pipit.steps", 100_000);
    private static final Map<String, BigDecimal> CHANNELS =
            Map.of("tank.level", new BigDecimal("0.5"), "air.temperature", new BigDecimal("0.01"));

    /** One rule withheld from the guard, which the invariant must then see broken. */
    enum Withheld {
        LEASE,
        LONGEST_LEASE,
        NO_HOLD,
        RANGE,
        MAX_ON,
        MIN_ON,
        MIN_OFF,
        SWITCHES_PER_HOUR,
        RAMP,
        EXCLUDES,
        DEAD_TIME,
        REQUIRED_OUTPUT,
        REQUIRED_MEASUREMENT,
        AGE_OF_MEASUREMENT,
        DISCONNECT;

        private Rules from(RulesBuilder r) {
            switch (this) {
                case LEASE -> r.leaseMs(10_000_000).longestLeaseMs(10_000_000);
                case LONGEST_LEASE -> r.longestLeaseMs(10_000_000);
                case NO_HOLD -> r.hold();
                case RANGE -> r.range(r.least, r.most == 800 ? 1000 : r.most);
                case MAX_ON -> r.maxOnMs(0);
                case MIN_ON -> r.minOnMs(0);
                case MIN_OFF -> r.minOffMs(0);
                case SWITCHES_PER_HOUR -> r.switchesPerHour(0);
                case RAMP -> r.rampMs(r.rampMs / 4);
                case EXCLUDES -> r.excludes.clear();
                case DEAD_TIME -> r.deadTimeMs = 0;
                case REQUIRED_OUTPUT -> r.conditions.removeIf(c -> c instanceof Condition.OutputIs);
                case REQUIRED_MEASUREMENT ->
                        r.conditions.removeIf(c -> c instanceof Condition.Measured);
                case AGE_OF_MEASUREMENT -> r.conditions.replaceAll(Withheld::old);
                case DISCONNECT -> r.safeOnDisconnect = false;
            }
            return r.build();
        }

        private static Condition old(Condition condition) {
            return condition instanceof Condition.Measured m
                    ? new Condition.Measured(m.channel(), m.above(), m.below(), m.maxAgeNs() * 100)
                    : condition;
        }
    }

    private static Map<String, RulesBuilder> rules() {
        Map<String, RulesBuilder> rules = new LinkedHashMap<>();
        rules.put("plain", RulesBuilder.onOff().leaseMs(5_000).longestLeaseMs(60_000));
        rules.put(
                "pump",
                RulesBuilder.onOff()
                        .leaseMs(20_000)
                        .maxOnMs(30_000)
                        .minOffMs(2_000)
                        .switchesPerHour(6)
                        .needs(new Condition.OutputIs("valve", 1, 1))
                        .needs(
                                new Condition.Measured(
                                        "tank.level",
                                        new BigDecimal("10"),
                                        new BigDecimal("90"),
                                        3_000 * MS))
                        .latch());
        rules.put("valve", RulesBuilder.onOff().hold().minOnMs(4_000));
        rules.put("up", RulesBuilder.onOff().leaseMs(8_000).excludes("down", 500));
        rules.put("down", RulesBuilder.onOff().leaseMs(8_000).safeOnDisconnect());
        rules.put("dimmer", RulesBuilder.level().leaseMs(10_000).rampMs(3_000).range(0, 800));
        rules.put(
                "heater",
                RulesBuilder.level()
                        .safe(200)
                        .leaseMs(6_000)
                        .minOnMs(1_000)
                        .safeOnDisconnect()
                        .needs(
                                new Condition.Measured(
                                        "air.temperature",
                                        null,
                                        new BigDecimal("30"),
                                        5_000 * MS)));
        rules.put(
                "vent",
                RulesBuilder.level()
                        .rampMs(2_000)
                        .maxOnMs(20_000)
                        .needs(new Condition.OutputIs("heater", 200, 200))
                        .excludes("up", 200));
        return rules;
    }

    @Test
    void anOutputIsSafeOrLeasedAndWithinAllLimitsAtEveryInstant() {
        Run run = new Run(42, null);
        run.steps(STEPS);
        // A model that refuses everything would hold the invariant as well.
        assertThat(run.outcomes.getOrDefault(Outcome.OK, 0)).isGreaterThan(STEPS / 20);
        assertThat(run.outcomes.keySet())
                .contains(
                        Outcome.OK,
                        Outcome.TOO_SOON,
                        Outcome.INTERLOCKED,
                        Outcome.LOCKED_OUT,
                        Outcome.OUT_OF_RANGE,
                        Outcome.HARDWARE_ERROR);
        assertThat(run.causes.keySet())
                .contains(
                        Cause.COMMAND,
                        Cause.RAMP,
                        Cause.RAMP_ENDED,
                        Cause.LEASE_ENDED,
                        Cause.PULSE_ENDED,
                        Cause.MAX_ON,
                        Cause.DISCONNECTED,
                        Cause.INTERLOCK,
                        Cause.CONDITION,
                        Cause.HARDWARE,
                        Cause.RETRY,
                        Cause.SAFE_VERB);
    }

    @ParameterizedTest
    @EnumSource(Withheld.class)
    void aRuleWithheldFromTheGuardIsNoticed(Withheld withheld) {
        assertThatThrownBy(
                        () -> {
                            for (int seed = 0; seed < 20; seed++) {
                                new Run(seed, withheld).steps(20_000);
                            }
                        })
                .isInstanceOf(Invariant.Violated.class);
    }

    /** One world, from its seed. */
    private static final class Run implements OutputListener {
        private final Random random;
        private final Map<String, FakeOutput> hardware = new LinkedHashMap<>();
        private final List<String> names;
        private final Map<String, Rules> rules = new LinkedHashMap<>();
        private final Measurements measurements = new Measurements(CHANNELS.keySet());
        private final OutputGuard guard;
        private final Invariant invariant;
        final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        final Map<Cause, Integer> causes = new EnumMap<>(Cause.class);
        private long nowNs = 7_777_777_777L;

        Run(long seed, @Nullable Withheld withheld) {
            random = new Random(seed);
            List<GuardedOutput> outputs = new ArrayList<>();
            Map<String, RulesBuilder> weak = rules();
            rules().forEach((name, builder) -> rules.put(name, builder.build()));
            weak.forEach((name, builder) -> {
                Rules built = withheld == null ? builder.build() : withheld.from(builder);
                FakeOutput output = new FakeOutput();
                output.value = built.safe();
                hardware.put(name, output);
                outputs.add(new GuardedOutput(name, FakeOutput.LEVEL, built, output));
            });
            names = List.copyOf(rules.keySet());
            invariant = new Invariant(rules, CHANNELS);
            CHANNELS.forEach(measurements::bind);
            guard = new OutputGuard(outputs, measurements, this);
            guard.start(nowNs);
        }

        void steps(int count) {
            for (int i = 0; i < count; i++) {
                step();
                invariant.instant(nowNs);
            }
        }

        private void step() {
            int dice = random.nextInt(1000);
            if (dice < 350) {
                order();
            } else if (dice < 650) {
                measure();
            } else if (dice < 960) {
                pass(random.nextInt(10) == 0 ? random.nextInt(5_000) : random.nextInt(200));
            } else if (dice < 970) {
                guard.disconnected(nowNs);
                invariant.disconnected(nowNs);
            } else if (dice < 980) {
                breakOrMend();
            } else if (dice < 996) {
                names.forEach(name -> guard.acknowledge(name, nowNs));
            } else if (dice < 998) {
                guard.safe(nowNs);
            } else if (dice < 999) {
                // Stopped for half a minute: the first thing afterwards is to look at the clock.
                nowNs += 30_000 * MS;
                invariant.waking(true);
                guard.advance(nowNs);
                invariant.waking(false);
            } else {
                pass(400_000);
            }
        }

        private void order() {
            String name = names.get(random.nextInt(names.size()));
            Rules own = rule(name);
            long value =
                    own.most() == 1
                            ? random.nextInt(20) == 0 ? 5 : random.nextInt(2)
                            : random.nextInt(5) == 0 ? own.safe() : random.nextInt(1001);
            Order order =
                    switch (random.nextInt(8)) {
                        case 0 -> Order.SAFE;
                        case 1, 2 -> Order.pulse(value, (1 + random.nextInt(20_000)) * MS);
                        case 3 -> Order.leased(value, (1 + random.nextInt(90_000)) * MS);
                        case 4 ->
                                new Order(
                                        false,
                                        value,
                                        (1 + random.nextInt(5_000)) * MS,
                                        (1 + random.nextInt(5_000)) * MS);
                        default -> Order.of(value);
                    };
            // What is due is done before the order is looked at: not part of the order.
            guard.advance(nowNs);
            invariant.ordering(name, order);
            Decision decision = guard.apply(name, order, nowNs);
            invariant.decided(decision, nowNs);
            outcomes.merge(decision.outcome(), 1, Integer::sum);
        }

        private void measure() {
            boolean tank = random.nextBoolean();
            String channel = tank ? "tank.level" : "air.temperature";
            int index = measurements.index(channel);
            if (random.nextInt(20) == 0) {
                measurements.missing(index);
                invariant.missing(channel);
                return;
            }
            long value =
                    random.nextInt(10) == 0
                            ? random.nextInt(-100, 5_000)
                            : tank ? random.nextInt(15, 190) : random.nextInt(1_500, 3_010);
            measurements.put(index, value, nowNs);
            invariant.measured(channel, value, nowNs);
        }

        private void breakOrMend() {
            FakeOutput output = hardware.get(names.get(random.nextInt(names.size())));
            if (output == null) {
                throw new IllegalStateException("no such output");
            }
            switch (random.nextInt(6)) {
                case 0 -> output.fault = Fault.BUS_ERROR;
                case 1 -> output.throwing = true;
                case 2 -> output.stuckAt = output.value;
                default -> {
                    output.fault = null;
                    output.throwing = false;
                    output.stuckAt = FakeOutput.UNKNOWN;
                }
            }
        }

        /** As the actuation thread does it, up to 5 ms late. */
        private void pass(long ms) {
            long endNs = nowNs + ms * MS;
            while (true) {
                long next = guard.nextDeadlineNs(nowNs);
                if (next > endNs) {
                    nowNs = Math.max(nowNs, endNs);
                    return;
                }
                nowNs = Math.max(nowNs, next) + random.nextInt(5) * MS;
                guard.advance(nowNs);
                invariant.instant(nowNs);
            }
        }

        private Rules rule(String name) {
            Rules found = rules.get(name);
            if (found == null) {
                throw new IllegalStateException(name);
            }
            return found;
        }

        @Override
        public void written(
                long atNs, String output, long value, Cause cause, @Nullable Fault fault) {
            causes.merge(cause, 1, Integer::sum);
            invariant.written(atNs, output, value, cause, fault);
        }

        @Override
        public void latched(long atNs, String output, String reason) {
            invariant.latched(atNs, output, reason);
        }
    }
}
