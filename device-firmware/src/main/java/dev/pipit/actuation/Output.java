package dev.pipit.actuation;

import dev.pipit.command.Decision;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.Fault;
import dev.pipit.driver.TimedActuator;
import dev.pipit.driver.ValueKind;
import org.jspecify.annotations.Nullable;

/**
 * One output: what it is held to, what it does now, and since when. Times are monotonic
 * nanoseconds; {@link #NEVER} is none.
 */
final class Output {
    static final long NEVER = Decision.NEVER;

    /** Steps of a ramp come this often. */
    static final long RAMP_TICK_NS = 20_000_000;

    private static final long RETRY_NS = 1_000_000_000;

    /** Where an output is on its way is told this often. */
    private static final long TELL_NS = 1_000_000_000;

    private static final long HOUR_NS = 3_600_000_000_000L;

    final String name;
    final ValueKind values;
    final Rules rules;
    private final ActuatorDriver driver;

    /** The driver, where it takes its time. */
    private final @Nullable TimedActuator timed;

    private final OutputListener listener;

    /** The last value that the hardware took. */
    private long inForce;

    /** The last value that was asked for; a ramp may still be on its way there. */
    private long target;

    /** Whether the hardware is known to have {@link #inForce}. */
    private boolean certain;

    /** Whether it left the safe value, or is about to by a ramp, and has not come back. */
    private boolean away;

    /** Whether it is on its way to safe already, while those that depend on it go first. */
    private boolean falling;

    private long onSinceNs;
    private long offSinceNs;

    /** When the lease or the pulse ends. */
    private long endNs = NEVER;

    private boolean pulse;

    // valid while ramping
    private boolean ramping;
    private long rampFrom;
    private long rampTo;
    private long rampStartNs;
    private long rampLastsNs;
    private long rampNextNs = NEVER;

    private long retryNs = NEVER;
    private @Nullable String latched;

    /** Whether the listener was told that the hardware goes astray. */
    private boolean astray;

    // of an output that takes its time: what the listener was told last
    private boolean wasMoving;
    private long toldNs = Long.MIN_VALUE / 2;

    /** When it went on, the newest at {@code (starts - 1) % length}. */
    private final long[] startsNs;

    private long starts;

    Output(GuardedOutput output, OutputListener listener) {
        this.name = output.name();
        this.values = output.values();
        this.rules = output.rules();
        this.driver = output.driver();
        this.timed = output.driver() instanceof TimedActuator taking ? taking : null;
        this.listener = listener;
        this.inForce = rules.safe();
        this.startsNs = new long[rules.switchesPerHour()];
    }

    /** Whether it is anything but surely safe; one that is on its way there is not yet. */
    boolean on() {
        return away || !certain || moving();
    }

    /** Whether it has its safe value, or at least goes there by itself. */
    boolean safeTaken() {
        return !away && certain;
    }

    private boolean moving() {
        return timed != null && timed.moving();
    }

    /** Where it really is, as far as anybody knows: what others may depend on. */
    long actual() {
        return timed == null ? inForce : timed.shown();
    }

    /**
     * Whether it is between two values, and will be: one that has just begun to leave does not know
     * yet how far it got.
     */
    boolean within(long least, long most) {
        long at = actual();
        boolean goes = moving() && (inForce < least || inForce > most);
        return at >= least && at <= most && !goes;
    }

    /** Whether a value means to stay as it is with nothing driven. */
    boolean rest(long value) {
        return value == ValueKind.Position.REST && values instanceof ValueKind.Position;
    }

    boolean certain() {
        return certain;
    }

    long target() {
        return target;
    }

    /** The value that the hardware shows, else the last one that it took. */
    long shown() {
        if (timed != null) {
            return timed.shown();
        }
        long read = readBack();
        return read == ActuatorDriver.UNKNOWN ? inForce : read;
    }

    long offSinceNs() {
        return offSinceNs;
    }

    /** When it goes safe by itself. */
    long untilNs() {
        return away && certain ? Math.min(endNs, maxOnEndNs()) : NEVER;
    }

    /** When something must be done about it. */
    long deadlineNs() {
        if (!certain) {
            return retryNs;
        }
        long next = Math.min(untilNs(), rampNextNs);
        return timed == null ? next : Math.min(next, timed.nextNs());
    }

    boolean falling() {
        return falling;
    }

    void falling(boolean falling) {
        this.falling = falling;
    }

    boolean pulse() {
        return pulse;
    }

    long endNs() {
        return endNs;
    }

    @Nullable String latchedBy() {
        return latched;
    }

    long maxOnEndNs() {
        return rules.maxOnNs() == 0 || !away ? NEVER : onSinceNs + rules.maxOnNs();
    }

    long minOnEndNs() {
        return onSinceNs + rules.minOnNs();
    }

    long minOffEndNs() {
        return offSinceNs + rules.minOffNs();
    }

    /** When it may go on once more within its switches per hour. */
    long nextSwitchNs() {
        if (rules.switchesPerHour() == 0 || starts < rules.switchesPerHour()) {
            return Long.MIN_VALUE;
        }
        return startsNs[(int) (starts % startsNs.length)] + HOUR_NS;
    }

    long rampNextNs() {
        return rampNextNs;
    }

    long retryNs() {
        return retryNs;
    }

    void latch(long nowNs, String reason) {
        if (latched == null) {
            latched = reason;
            listener.latched(nowNs, name, reason);
        }
    }

    void acknowledge(long nowNs) {
        if (latched != null) {
            latched = null;
            listener.latched(nowNs, name, "");
        }
    }

    /** Renews the lease, or starts or replaces a pulse. */
    void lease(long endNs, boolean pulse) {
        this.endNs = endNs;
        this.pulse = pulse;
    }

    /**
     * Takes a value that all rules allow, by a ramp where there is one.
     *
     * @return what the hardware says of the first step; {@code null}: taken
     */
    @Nullable Fault drive(long value, long fadeNs, long nowNs) {
        if (!away) {
            away = true;
            onSinceNs = nowNs;
            if (startsNs.length > 0) {
                startsNs[(int) (starts++ % startsNs.length)] = nowNs;
            }
        }
        target = value;
        if (ramping && value == rampTo) {
            // Renewed on its way: beginning again each time, it would never arrive.
            return null;
        }
        if (!ramping && value == inForce && (timed != null || shown() == value)) {
            // A lease renewed: the hardware has the value already.
            return null;
        }
        ramping = false;
        rampNextNs = NEVER;
        rampLastsNs = Math.max(fadeNs, rampNs(value));
        if (rampLastsNs == 0 || value == inForce) {
            return write(value, Cause.COMMAND, nowNs);
        }
        ramping = true;
        rampFrom = inForce;
        rampTo = value;
        rampStartNs = nowNs;
        rampNextNs = nowNs + RAMP_TICK_NS;
        return null;
    }

    /** How long the way to a value takes at the speed that the rules allow. */
    private long rampNs(long value) {
        return rules.rampNs() == 0
                ? 0
                : (long)
                        ((double) rules.rampNs()
                                * Math.abs(value - inForce)
                                / ((double) rules.most() - rules.least()));
    }

    /** The next step of a ramp. */
    @Nullable Fault step(long nowNs) {
        long value = rampValue(nowNs);
        if (value == rampTo) {
            ramping = false;
            rampNextNs = NEVER;
        } else {
            rampNextNs = nowNs + RAMP_TICK_NS;
        }
        if (!ramping) {
            return write(value, Cause.RAMP_ENDED, nowNs);
        }
        return value == inForce ? null : write(value, Cause.RAMP, nowNs);
    }

    /**
     * Where the ramp is, which its next step would write: computed from its start, so that steps
     * that come late do not slow it.
     */
    long rampValue(long nowNs) {
        if (nowNs - rampStartNs >= rampLastsNs) {
            return rampTo;
        }
        double way = (double) (rampTo - rampFrom) * (nowNs - rampStartNs) / rampLastsNs;
        return rampFrom + (long) way;
    }

    /** Goes safe at once; nothing delays it. Where the hardware refuses, it is tried again. */
    @Nullable Fault safe(Cause cause, long nowNs) {
        ramping = false;
        rampNextNs = NEVER;
        return write(rules.safe(), cause, nowNs);
    }

    /** At start: the safe value, and no memory of a time before. */
    void start(long nowNs) {
        onSinceNs = nowNs;
        away = true;
        write(rules.safe(), Cause.START, nowNs);
    }

    /** Takes an output that takes its time further. */
    @Nullable Fault move(long nowNs) {
        if (timed == null) {
            return null;
        }
        Fault fault = null;
        if (nowNs >= timed.nextNs()) {
            fault = advance(timed, nowNs);
        }
        boolean moving = timed.moving();
        if (!away && wasMoving) {
            offSinceNs = nowNs;
        }
        if (moving ? nowNs - toldNs >= TELL_NS : wasMoving) {
            toldNs = nowNs;
            listener.moved(nowNs, name);
        }
        wasMoving = moving;
        if (fault == null && away && certain && timed.resting() && rest(rules.safe())) {
            return write(rules.safe(), Cause.ARRIVED, nowNs);
        }
        return fault;
    }

    private static @Nullable Fault advance(TimedActuator timed, long nowNs) {
        try {
            return timed.advance(nowNs);
        } catch (RuntimeException e) {
            return Fault.OTHER;
        }
    }

    /** Whether the hardware still shows what it was told, as far as it can tell. */
    boolean faithful() {
        long read = readBack();
        return read == ActuatorDriver.UNKNOWN || read == inForce;
    }

    /** Tells once that the hardware goes astray, or no longer does; empty: all is well. */
    void astray(String what, long nowNs) {
        if (what.isEmpty() == astray) {
            astray = !what.isEmpty();
            listener.astray(nowNs, name, what);
        }
    }

    private @Nullable Fault write(long value, Cause cause, long nowNs) {
        Fault fault = tryWrite(value, nowNs);
        if (fault == null) {
            inForce = value;
            certain = true;
            retryNs = NEVER;
            if (value == rules.safe() && !ramping && away) {
                away = false;
                offSinceNs = nowNs;
                endNs = NEVER;
                pulse = false;
            }
        } else {
            certain = false;
            retryNs = nowNs + RETRY_NS;
            astray(fault.words(), nowNs);
        }
        listener.written(nowNs, name, value, cause, fault);
        return fault;
    }

    private @Nullable Fault tryWrite(long value, long nowNs) {
        try {
            Fault fault = driver.write(value);
            if (fault == null && timed != null) {
                fault = timed.advance(nowNs);
                wasMoving |= timed.moving();
            }
            if (fault != null) {
                return fault;
            }
            long read = readBack();
            return read == ActuatorDriver.UNKNOWN || read == value ? null : Fault.OTHER;
        } catch (RuntimeException e) {
            // A driver that breaks its contract must not take the other outputs' leases with it.
            return Fault.OTHER;
        }
    }

    private long readBack() {
        try {
            return driver.readBack();
        } catch (RuntimeException e) {
            return ActuatorDriver.UNKNOWN;
        }
    }
}
