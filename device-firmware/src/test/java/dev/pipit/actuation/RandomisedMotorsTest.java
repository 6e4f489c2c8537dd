package dev.pipit.actuation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.DriverRegistry;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Options;
import dev.pipit.driver.ValueKind.Position;
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
 * Random orders, freezes and stuck pins on actuators that take their time, with their real drivers
 * on simulated pins in virtual time. What is judged is the pins, and a motor that is moved by them
 * as a real one would be: it knows nothing of what the drivers believe. {@code
 * -Dpipit.steps=1000000} runs more than the usual 50,000 steps.
 */
final class RandomisedMotorsTest {
    private static final long MS = 1_000_000;
    private static final long LATE_NS = 50 * MS;
    private static final int STEPS = Integer.getInteger("pipit.steps", 50_000);

    private static final int BLIND_OPEN = 5;
    private static final int BLIND_CLOSE = 6;
    private static final int VALVE_OPEN = 12;
    private static final int VALVE_CLOSE = 13;
    private static final int PUMP = 16;
    private static final int MOTOR = 20;
    private static final int SERVO = 18;
    private static final int FAN = 19;
    private static final long PAUSE_NS = 500 * MS;
    private static final long DEAD_NS = 700 * MS;

    /** One rule withheld from the guard, which must then be seen broken. */
    enum Withheld {
        LEASE,
        REQUIRED_VALVE,
        EXCLUDES,
        DEAD_TIME,
        RANGE_OF_THE_MOTOR,
        RANGE_OF_THE_SERVO
    }

    private static final class Violated extends AssertionError {
        private static final long serialVersionUID = 1L;

        Violated(String message) {
            super(message);
        }
    }

    @Test
    void motorsAreSafeAtEveryInstantWhateverHappens() {
        Run run = new Run(7, null);
        run.steps(STEPS);
        assertThat(run.outcomes.getOrDefault(Outcome.OK, 0)).isGreaterThan(STEPS / 20);
        assertThat(run.outcomes.keySet())
                .contains(
                        Outcome.OK,
                        Outcome.INTERLOCKED,
                        Outcome.OUT_OF_RANGE,
                        Outcome.HARDWARE_ERROR,
                        Outcome.LOCKED_OUT);
        assertThat(run.causes.keySet())
                .contains(
                        Cause.COMMAND,
                        Cause.ARRIVED,
                        Cause.LEASE_ENDED,
                        Cause.PULSE_ENDED,
                        Cause.INTERLOCK,
                        Cause.READ_BACK,
                        Cause.HARDWARE);
        assertThat(run.pumped).isPositive();
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
                .isInstanceOf(Violated.class);
    }

    @Test
    void afterDeathEveryPinOfAMotorIsLow() {
        Run run = new Run(1, null);
        run.steps(2_000);
        assertThat(run.board.safeLines())
                .contains(
                        "simulated\tpin 5\t0\tblind-open",
                        "simulated\tpin 6\t0\tblind-close",
                        "simulated\tpin 12\t0\tvalve-open",
                        "simulated\tpin 13\t0\tvalve-close",
                        "simulated\tpin 16\t0\tpump",
                        "simulated\tpin 20\t0\tmotor-in1",
                        "simulated\tpin 21\t0\tmotor-in2",
                        "simulated\tpin 22\t0\tmotor-in3",
                        "simulated\tpin 23\t0\tmotor-in4");
    }

    /** A motor between two ends, moved by the levels of two pins. */
    private static final class Moved {
        private final long openNs;
        private final long closeNs;

        /** 0 closed, 1 open. */
        double place;

        private boolean opening;
        private boolean closing;
        private long sinceNs;
        long openOffNs = Long.MIN_VALUE / 2;
        long closeOffNs = Long.MIN_VALUE / 2;

        Moved(long openMs, long closeMs, double place) {
            openNs = openMs * MS;
            closeNs = closeMs * MS;
            this.place = place;
        }

        void advance(long nowNs) {
            double way = opening == closing ? 0 : opening ? 1.0 / openNs : -1.0 / closeNs;
            place = Math.clamp(place + way * (nowNs - sinceNs), 0, 1);
            sinceNs = nowNs;
        }

        void relay(boolean open, boolean on, long nowNs) {
            advance(nowNs);
            if (open) {
                openOffNs = opening && !on ? nowNs : openOffNs;
                opening = on;
            } else {
                closeOffNs = closing && !on ? nowNs : closeOffNs;
                closing = on;
            }
        }

        boolean runs() {
            return opening || closing;
        }
    }

    /** One world, from its seed. */
    private static final class Run implements OutputListener {
        private final Random random;
        private final World world = new World(this::nowNs, 1, false);
        final SimulatedBoard board = new SimulatedBoard(world);
        private final List<GuardedOutput> outputs = new ArrayList<>();
        private final Map<String, RulesBuilder> rules = new LinkedHashMap<>();
        private final Map<String, Long> leaseEndNs = new LinkedHashMap<>();
        private final OutputGuard guard;
        private final Moved blind;
        private final Moved valve;
        private final @Nullable Withheld withheld;
        final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        final Map<Cause, Integer> causes = new EnumMap<>(Cause.class);
        private final Map<Integer, Boolean> stuck = new LinkedHashMap<>();
        private long nowNs = 1_000_000 * MS;
        private boolean waking;
        private long blindOffNs = Long.MIN_VALUE / 2;
        long pumped;

        Run(long seed, @Nullable Withheld withheld) {
            random = new Random(seed);
            this.withheld = withheld;
            blind = new Moved(9_000, 8_000, random.nextDouble());
            valve = new Moved(4_000, 4_000, random.nextDouble());
            boolean lease = withheld == Withheld.LEASE;
            add("blind", "cover", 0, Position.REST, RulesBuilder.onOff().range(0, 1_000));
            rule("blind").leaseMs(lease ? 900_000 : 6_000);
            add("valve", "valve", 0, 0, RulesBuilder.onOff().range(0, 1_000));
            rule("valve").leaseMs(30_000);
            add("pump", "digital-output", PUMP, 0, RulesBuilder.onOff().leaseMs(5_000).latch());
            if (withheld != Withheld.REQUIRED_VALVE) {
                rule("pump").needs(new Condition.OutputIs("valve", 1_000, 1_000));
            }
            if (withheld != Withheld.EXCLUDES) {
                rule("pump").excludes("blind", withheld == Withheld.DEAD_TIME ? 0 : DEAD_NS / MS);
            }
            add("motor", "stepper", 0, Position.REST, RulesBuilder.onOff().leaseMs(8_000));
            rule("motor").range(-40, withheld == Withheld.RANGE_OF_THE_MOTOR ? 400 : 200);
            add("servo", "servo", SERVO, 900, RulesBuilder.onOff().leaseMs(5_000));
            rule("servo").range(450, withheld == Withheld.RANGE_OF_THE_SERVO ? 1_800 : 1_350);
            add("fan", "fan", FAN, 0, RulesBuilder.level().leaseMs(5_000).rampMs(2_000));
            guard =
                    new OutputGuard(
                            outputs.stream().map(this::built).toList(),
                            Measurements.none(),
                            this,
                            1_000 * MS);
            world.onOutput(this::pin);
            guard.start(nowNs);
        }

        private long nowNs() {
            return nowNs;
        }

        private void add(String name, String driver, int pin, long safe, RulesBuilder builder) {
            ActuatorType type = DriverRegistry.installed().actuator(driver).orElseThrow();
            Options options = Options.usual(type.options());
            options =
                    switch (name) {
                        case "blind" ->
                                options.with("open-pin", (long) BLIND_OPEN)
                                        .with("close-pin", (long) BLIND_CLOSE)
                                        .with("open-time", 9_000L)
                                        .with("close-time", 8_000L);
                        case "valve" ->
                                options.with("open-pin", (long) VALVE_OPEN)
                                        .with("close-pin", (long) VALVE_CLOSE)
                                        .with("open-time", 4_000L)
                                        .with("close-time", 4_000L);
                        case "motor" ->
                                options.with("in1-pin", (long) MOTOR)
                                        .with("in2-pin", MOTOR + 1L)
                                        .with("in3-pin", MOTOR + 2L)
                                        .with("in4-pin", MOTOR + 3L)
                                        .with("speed", 50L);
                        default -> options;
                    };
            rules.put(name, builder.safe(safe));
            leaseEndNs.put(name, Long.MIN_VALUE);
            outputs.add(
                    new GuardedOutput(
                            name,
                            type.values(options),
                            builder.build(),
                            type.create(board, name, pin, options, safe)));
        }

        private RulesBuilder rule(String name) {
            RulesBuilder found = rules.get(name);
            if (found == null) {
                throw new IllegalStateException(name);
            }
            return found;
        }

        private GuardedOutput built(GuardedOutput draft) {
            return new GuardedOutput(
                    draft.name(), draft.values(), rule(draft.name()).build(), draft.driver());
        }

        void steps(int count) {
            for (int i = 0; i < count; i++) {
                int dice = random.nextInt(1_000);
                if (dice < 300) {
                    order();
                } else if (dice < 970) {
                    pass(random.nextInt(10) == 0 ? random.nextInt(9_000) : random.nextInt(250));
                } else if (dice < 973) {
                    stickOrLoosen();
                } else if (dice < 985) {
                    rules.keySet().forEach(name -> guard.acknowledge(name, nowNs));
                } else if (dice < 987) {
                    guard.safe(nowNs);
                } else if (dice < 989) {
                    freeze();
                } else {
                    pass(1_000);
                }
                judge();
            }
        }

        private void freeze() {
            waking = true;
            nowNs += 30_000 * MS;
            guard.advance(nowNs);
            waking = false;
        }

        private void order() {
            GuardedOutput output = outputs.get(random.nextInt(outputs.size()));
            String name = output.name();
            long value =
                    switch (name) {
                        case "pump" -> random.nextInt(2);
                        case "motor" -> random.nextInt(-60, 300);
                        case "servo" -> random.nextInt(1_801);
                        default -> random.nextInt(3) * 500L;
                    };
            if (output.values() instanceof Position && random.nextInt(8) == 0) {
                value = Position.REST;
            }
            Order order =
                    switch (random.nextInt(8)) {
                        case 0 -> Order.SAFE;
                        case 1 -> Order.pulse(value, (1 + random.nextInt(9_000)) * MS);
                        case 2 -> Order.leased(value, (1 + random.nextInt(40_000)) * MS);
                        default -> Order.of(value);
                    };
            guard.advance(nowNs);
            long before = lease(name);
            leaseEndNs.put(name, Math.max(before, end(name, order)));
            Decision decision = guard.apply(name, order, nowNs);
            outcomes.merge(decision.outcome(), 1, Integer::sum);
            boolean taken = decision.outcome() == Outcome.OK && !order.safe();
            leaseEndNs.put(name, taken ? end(name, order) : before);
            if (taken && (order.forNs() > 0 || order.value() == rule(name).safe)) {
                // A pulse may be lengthened by the one before; a ramp to safe needs no new lease.
                leaseEndNs.put(name, Math.max(before, end(name, order)));
            }
        }

        private long end(String name, Order order) {
            long ms = name.equals("blind") ? 6_000 : name.equals("valve") ? 30_000 : 8_000;
            long longest = Math.max(order.forNs(), order.leaseNs());
            return nowNs + (longest == 0 ? ms * MS : longest);
        }

        private long lease(String name) {
            return leaseEndNs.getOrDefault(name, Long.MIN_VALUE);
        }

        private void stickOrLoosen() {
            int[] pins = {BLIND_OPEN, BLIND_CLOSE, PUMP, MOTOR};
            int pin = pins[random.nextInt(pins.length)];
            boolean stick = !stuck.getOrDefault(pin, false) && random.nextInt(3) == 0;
            // What is welded may be on for ever: only what is off sticks here.
            if (!stick || !world.high(pin)) {
                stuck.put(pin, stick);
                world.stick(pin, stick);
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
                judge();
            }
        }

        /** A pin has changed. */
        private void pin(String line) {
            String[] words = line.split(" ");
            int pin = Integer.parseInt(words[1]);
            if (pin == BLIND_OPEN || pin == BLIND_CLOSE) {
                boolean on = words[3].equals("1");
                pauses(blind, pin == BLIND_OPEN, on);
                blind.relay(pin == BLIND_OPEN, on, nowNs);
                if (!blind.runs()) {
                    blindOffNs = nowNs;
                }
                require(!on || !world.high(PUMP), "blind ran while the pump did");
            }
            if (pin == VALVE_OPEN || pin == VALVE_CLOSE) {
                boolean on = words[3].equals("1");
                pauses(valve, pin == VALVE_OPEN, on);
                valve.relay(pin == VALVE_OPEN, on, nowNs);
            }
            if (pin == PUMP && words[3].equals("1")) {
                require(!blind.runs(), "pump went on while the blind ran");
                require(nowNs - blindOffNs >= DEAD_NS, "pump went on too soon after the blind");
                pumped++;
            }
        }

        private void pauses(Moved moved, boolean open, boolean on) {
            long otherNs = open ? moved.closeOffNs : moved.openOffNs;
            require(!on || nowNs - otherNs >= PAUSE_NS, "turned round without a pause");
        }

        /** The invariant, by the pins alone. */
        private void judge() {
            require(
                    !(world.high(BLIND_OPEN) && world.high(BLIND_CLOSE)),
                    "both relays of the blind are on");
            require(
                    !(world.high(VALVE_OPEN) && world.high(VALVE_CLOSE)),
                    "both relays of the valve are on");
            blind.advance(nowNs);
            valve.advance(nowNs);
            require(!blind.runs() || nowNs <= lease("blind") + LATE_NS, "blind has no lease");
            require(
                    !world.high(VALVE_OPEN) || nowNs <= lease("valve") + LATE_NS,
                    "valve opens without a lease");
            if (world.high(PUMP)) {
                require(nowNs <= lease("pump") + LATE_NS, "pump has no lease");
                require(valve.place > 0.999, "pump runs against a valve at " + valve.place);
            }
            int coils = 0;
            for (int pin = MOTOR; pin < MOTOR + 4; pin++) {
                coils += world.high(pin) ? 1 : 0;
            }
            require(coils <= 2, "more than two coils");
            require(coils == 0 || nowNs <= lease("motor") + LATE_NS, "motor has no lease");
            long at = guard.value("motor");
            require(at >= -40 && at <= 200, "motor is at " + at);
            long pulseUs = world.dutyNanos(SERVO) / 1_000;
            require(
                    pulseUs == 0 || (pulseUs >= 1_250 && pulseUs <= 1_750),
                    "servo got " + pulseUs + " us");
            require(
                    world.permille(FAN) == 0 || nowNs <= lease("fan") + LATE_NS,
                    "fan has no lease");
        }

        private void require(boolean holds, String what) {
            if (!holds && !waking) {
                throw new Violated(what + " at " + nowNs / MS + " ms, withheld " + withheld);
            }
        }

        @Override
        public void written(
                long atNs, String output, long value, Cause cause, @Nullable Fault fault) {
            causes.merge(cause, 1, Integer::sum);
        }

        @Override
        public void latched(long atNs, String output, String reason) {}
    }
}
