package dev.pipit.actuation;

import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.command.Outputs;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Millis;
import dev.pipit.driver.ValueKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The only code that writes an output.
 *
 * <p><b>Invariant:</b> at every instant an output is safe, or it has a valid lease and meets all
 * limits and interlocks.
 *
 * <p>Called on the actuation thread only, which waits until {@link #nextDeadlineNs} or for a
 * command and then calls {@link #advance} or {@link #apply}. Nothing here waits, and nothing here
 * reads a clock: the caller brings the time.
 */
public final class OutputGuard implements Outputs {
    private static final long NEVER = Decision.NEVER;

    /** How often conditions on sensors are looked at while an output depends on one. */
    private static final long WATCH_NS = 20_000_000;

    private static final Decision NOT_RUNNING =
            Decision.refused(Outcome.NOT_READY, "outputs are held safe: starting or stopping");

    private final Map<String, Output> outputs = new LinkedHashMap<>();
    private final Interlocks interlocks;
    private boolean running;
    private final long readBackNs;
    private long nextReadBackNs = NEVER;

    /**
     * @param measurements the channels that conditions name
     * @throws IllegalArgumentException where a rule names an output or a channel that is not there
     */
    public OutputGuard(
            List<GuardedOutput> guarded, Measurements measurements, OutputListener listener) {
        this(guarded, measurements, listener, 0);
    }

    /**
     * As the other one, and looks whether the hardware still has what it was told.
     *
     * @param readBackNs how often; 0: only when it is written
     */
    public OutputGuard(
            List<GuardedOutput> guarded,
            Measurements measurements,
            OutputListener listener,
            long readBackNs) {
        this.readBackNs = readBackNs;
        for (GuardedOutput output : guarded) {
            if (outputs.put(output.name(), new Output(output, listener)) != null) {
                throw new IllegalArgumentException("two outputs named '" + output.name() + "'");
            }
        }
        interlocks = new Interlocks(outputs, measurements);
    }

    /** Drives every output to its safe value; until then every order is refused. */
    public void start(long nowNs) {
        outputs.values().forEach(output -> output.start(nowNs));
        running = true;
        nextReadBackNs = readBackNs == 0 ? NEVER : nowNs + readBackNs;
    }

    /** Drives every output to its safe value, and refuses every order from now on. */
    public void stop(long nowNs) {
        running = false;
        allSafe(Cause.STOP, nowNs);
    }

    /** Every output safe at once, whatever it was doing. */
    public Decision safe(long nowNs) {
        allSafe(Cause.SAFE_VERB, nowNs);
        List<String> failed = new ArrayList<>();
        outputs.values().stream()
                .filter(output -> !output.safeTaken())
                .forEach(output -> failed.add(output.name));
        return failed.isEmpty()
                ? Decision.ok(NEVER)
                : Decision.refused(
                        Outcome.HARDWARE_ERROR, "not safe: " + String.join(", ", failed));
    }

    /** Takes the lock off an output that a violation latched. */
    public Decision acknowledge(String output, long nowNs) {
        Output found = outputs.get(output);
        if (found == null) {
            return Decision.refused(Outcome.BAD_PAYLOAD, "no actuator '" + output + "'");
        }
        found.acknowledge(nowNs);
        return Decision.ok(NEVER);
    }

    /** The broker is gone: ends the leases of the outputs that are configured so. */
    public void disconnected(long nowNs) {
        for (Output output : outputs.values()) {
            if (output.rules.safeOnDisconnect() && !output.safeTaken()) {
                goSafe(output, Cause.DISCONNECTED, nowNs);
            }
        }
    }

    /**
     * When {@link #advance} must be called next at the latest; {@link Decision#NEVER}: need not.
     */
    public long nextDeadlineNs(long nowNs) {
        long next = nextReadBackNs;
        for (Output output : outputs.values()) {
            next = Math.min(next, output.deadlineNs());
            if (output.on() && interlocks.watches(output)) {
                next = Math.min(next, nowNs + WATCH_NS);
            }
        }
        return next;
    }

    /** Does whatever is due at {@code nowNs}. */
    public void advance(long nowNs) {
        for (Output output : outputs.values()) {
            if (output.on()) {
                advance(output, nowNs);
            }
            Fault fault = output.certain() ? output.move(nowNs) : null;
            if (fault != null) {
                hardwareFailed(output, fault, nowNs);
            }
        }
        if (nowNs >= nextReadBackNs) {
            nextReadBackNs = nowNs + readBackNs;
            outputs.values().forEach(output -> compare(output, nowNs));
        }
    }

    /** Looks whether the hardware has what it was told. */
    private void compare(Output output, long nowNs) {
        if (!output.certain()) {
            return;
        }
        if (output.faithful()) {
            output.astray("", nowNs);
            return;
        }
        String what = "the hardware shows another value than the one in force";
        output.astray(what, nowNs);
        goSafe(output, Cause.READ_BACK, nowNs);
        latch(output, what, nowNs);
    }

    private void advance(Output output, long nowNs) {
        if (!output.certain()) {
            if (nowNs >= output.retryNs()) {
                goSafe(output, Cause.RETRY, nowNs);
            }
            return;
        }
        if (output.safeTaken()) {
            return;
        }
        if (nowNs >= output.endNs()) {
            goSafe(output, output.pulse() ? Cause.PULSE_ENDED : Cause.LEASE_ENDED, nowNs);
            return;
        }
        if (nowNs >= output.maxOnEndNs()) {
            goSafe(output, Cause.MAX_ON, nowNs);
            latch(output, "on for longer than " + ms(output.rules.maxOnNs()), nowNs);
            return;
        }
        String violation = interlocks.violation(output, nowNs);
        if (violation != null) {
            goSafe(output, Cause.CONDITION, nowNs);
            latch(output, violation, nowNs);
            return;
        }
        if (nowNs >= output.rampNextNs()) {
            dependentsFirst(output, output.rampValue(nowNs), nowNs);
            Fault fault = output.step(nowNs);
            if (fault != null) {
                hardwareFailed(output, fault, nowNs);
            }
        }
    }

    /** Why an order would be refused now, the hardware apart; {@code null}: it would not. */
    @Nullable Decision check(String name, Order order, long nowNs) {
        advance(nowNs);
        Output output = find(name);
        if (!running) {
            return NOT_RUNNING;
        }
        boolean off = order.safe() || order.value() == output.rules.safe();
        return off ? null : refusal(output, order, nowNs);
    }

    @Override
    public Decision apply(String name, Order order, long nowNs) {
        // A lease that ended a moment ago has ended, even if the thread had no chance to say so.
        advance(nowNs);
        Output output = find(name);
        if (!running) {
            return NOT_RUNNING;
        }
        if (order.safe() || order.value() == output.rules.safe()) {
            return off(output, order, nowNs);
        }
        Decision refusal = refusal(output, order, nowNs);
        if (refusal != null) {
            return refusal;
        }
        dependentsFirst(output, order.value(), nowNs);
        // What just went safe may be what this output needs.
        Decision second = interlocks.refusal(output, nowNs);
        if (second != null) {
            return second;
        }
        lease(output, order, nowNs);
        Fault fault = output.drive(order.value(), order.fadeNs(), nowNs);
        if (fault != null) {
            hardwareFailed(output, fault, nowNs);
            return Decision.refused(Outcome.HARDWARE_ERROR, fault.words());
        }
        return Decision.ok(output.untilNs());
    }

    private Decision off(Output output, Order order, long nowNs) {
        if (output.safeTaken()) {
            return Decision.ok(NEVER);
        }
        if (!order.safe() && output.certain() && nowNs < output.minOnEndNs()) {
            return Decision.refused(
                    Outcome.TOO_SOON,
                    "must stay on for " + ms(output.rules.minOnNs()) + "; 'safe' ends it at once",
                    output.minOnEndNs());
        }
        boolean gently = output.rules.rampNs() > 0 || order.fadeNs() > 0;
        if (!order.safe() && gently && output.certain()) {
            dependentsFirst(output, output.rules.safe(), nowNs);
            output.drive(output.rules.safe(), order.fadeNs(), nowNs);
            return Decision.ok(output.untilNs());
        }
        Fault fault = goSafe(output, Cause.COMMAND, nowNs);
        return fault == null
                ? Decision.ok(NEVER)
                : Decision.refused(Outcome.HARDWARE_ERROR, fault.words(), output.retryNs());
    }

    /** Why an order for a value other than the safe one may not be carried out. */
    private @Nullable Decision refusal(Output output, Order order, long nowNs) {
        Rules rules = output.rules;
        String latched = output.latchedBy();
        if (latched != null) {
            return Decision.refused(
                    Outcome.LOCKED_OUT, latched + "; acknowledge it to unlock the output");
        }
        if (!output.certain()) {
            return Decision.refused(
                    Outcome.HARDWARE_ERROR,
                    "the hardware does not take the safe value; it is tried again",
                    output.retryNs());
        }
        if (!output.rest(order.value())
                && (order.value() < rules.least() || order.value() > rules.most())) {
            return Decision.refused(
                    Outcome.OUT_OF_RANGE,
                    "expected "
                            + output.values.format(rules.least())
                            + " to "
                            + output.values.format(rules.most()));
        }
        long longest = Math.max(order.fadeNs(), Math.max(order.leaseNs(), order.forNs()));
        if (longest > rules.longestLeaseNs()) {
            return Decision.refused(
                    Outcome.OUT_OF_RANGE,
                    "expected a time of at most " + ms(rules.longestLeaseNs()));
        }
        if (rules.maxOnNs() > 0 && order.forNs() > rules.maxOnNs()) {
            return Decision.refused(
                    Outcome.OUT_OF_RANGE, "may be on for at most " + ms(rules.maxOnNs()));
        }
        if (!output.on()) {
            if (nowNs < output.minOffEndNs()) {
                return Decision.refused(
                        Outcome.TOO_SOON,
                        "must stay off for " + ms(rules.minOffNs()),
                        output.minOffEndNs());
            }
            if (nowNs < output.nextSwitchNs()) {
                return Decision.refused(
                        Outcome.TOO_SOON,
                        "switched on " + rules.switchesPerHour() + " times within an hour",
                        output.nextSwitchNs());
            }
        }
        return interlocks.refusal(output, nowNs);
    }

    /** A pulse is its own lease; a pulse of the same value never cuts a running one short. */
    private static void lease(Output output, Order order, long nowNs) {
        Rules rules = output.rules;
        long leaseEndNs =
                order.leaseNs() > 0
                        ? nowNs + order.leaseNs()
                        : rules.hold() || order.forNs() > 0 ? NEVER : nowNs + rules.leaseNs();
        if (order.forNs() == 0) {
            output.lease(leaseEndNs, false);
            return;
        }
        long pulseEndNs = nowNs + order.forNs();
        if (output.on() && output.pulse() && output.target() == order.value()) {
            pulseEndNs = Math.max(pulseEndNs, output.endNs());
        }
        output.lease(Math.min(pulseEndNs, leaseEndNs), true);
    }

    private void hardwareFailed(Output output, Fault fault, long nowNs) {
        output.astray(fault.words(), nowNs);
        goSafe(output, Cause.HARDWARE, nowNs);
        latch(output, "the hardware did not take a value", nowNs);
    }

    private @Nullable Fault goSafe(Output output, Cause cause, long nowNs) {
        if (output.falling()) {
            return null;
        }
        output.falling(true);
        dependentsFirst(output, output.rules.safe(), nowNs);
        output.falling(false);
        return output.safe(cause, nowNs);
    }

    /**
     * Break before make, the other way round: what depends on an output goes safe before it moves.
     */
    private void dependentsFirst(Output output, long value, long nowNs) {
        for (Output dependent : interlocks.dependents(output, value)) {
            if (dependent.on() && dependent.certain()) {
                goSafe(dependent, Cause.INTERLOCK, nowNs);
                latch(dependent, "'" + output.name + "' changed", nowNs);
            }
        }
    }

    private void allSafe(Cause cause, long nowNs) {
        for (Output output : outputs.values()) {
            if (!output.safeTaken()) {
                goSafe(output, cause, nowNs);
            }
        }
    }

    private static void latch(Output output, String reason, long nowNs) {
        if (output.rules.latch()) {
            output.latch(nowNs, reason);
        }
    }

    private Output find(String name) {
        Output output = outputs.get(name);
        if (output == null) {
            throw new IllegalArgumentException("no output '" + name + "'");
        }
        return output;
    }

    @Override
    public Collection<String> names() {
        return outputs.keySet();
    }

    @Override
    public ValueKind values(String output) {
        return find(output).values;
    }

    @Override
    public long value(String output) {
        return find(output).shown();
    }

    @Override
    public long untilNs(String output) {
        return find(output).untilNs();
    }

    /** Why an output is locked; {@code null}: it is not. */
    public @Nullable String latchedBy(String output) {
        return find(output).latchedBy();
    }

    private static String ms(long ns) {
        return Millis.format(ns / 1_000_000);
    }
}
