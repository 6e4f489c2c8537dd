package dev.pipit.actuation;

import dev.pipit.command.Decision;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.Fault;
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
    private static final long HOUR_NS = 3_600_000_000_000L;

    final String name;
    final ValueKind values;
    final Rules rules;
    private final ActuatorDriver driver;
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
    private long rampNextNs = NEVER;

    private long retryNs = NEVER;
    private @Nullable String latched;

    /** When it went on, the newest at {@code (starts - 1) % length}. */
    private final long[] startsNs;

    private long starts;

    Output(GuardedOutput output, OutputListener listener) {
        this.name = output.name();
        this.values = output.values();
        this.rules = output.rules();
        this.driver = output.driver();
        this.listener = listener;
        this.inForce = rules.safe();
        this.startsNs = new long[rules.switchesPerHour()];
    }

    /** Whether it is anything but surely safe. */
    boolean on() {
        return away || !certain;
    }

    boolean certain() {
        return certain;
    }

    long inForce() {
        return inForce;
    }

    long target() {
        return target;
    }

    /** The value that the hardware shows, else the last one that it took. */
    long shown() {
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
        return certain ? Math.min(untilNs(), rampNextNs) : retryNs;
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
    @Nullable Fault drive(long value, long nowNs) {
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
        if (away && !ramping && value == inForce && shown() == value) {
            // A lease renewed: the hardware has the value already.
            return null;
        }
        ramping = false;
        rampNextNs = NEVER;
        if (rules.rampNs() == 0 || value == inForce) {
            return write(value, Cause.COMMAND, nowNs);
        }
        ramping = true;
        rampFrom = inForce;
        rampTo = value;
        rampStartNs = nowNs;
        rampNextNs = nowNs + RAMP_TICK_NS;
        return null;
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
        return value == inForce && ramping ? null : write(value, Cause.RAMP, nowNs);
    }

    /** Where the ramp is: computed from its start, so that steps that come late do not slow it. */
    private long rampValue(long nowNs) {
        double range = (double) rules.most() - rules.least();
        long way = (long) (range * (nowNs - rampStartNs) / rules.rampNs());
        return rampTo > rampFrom
                ? Math.min(rampTo, rampFrom + way)
                : Math.max(rampTo, rampFrom - way);
    }

    /** The value that the next step of the ramp would write. */
    long next(long nowNs) {
        return ramping ? rampValue(nowNs) : inForce;
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

    private @Nullable Fault write(long value, Cause cause, long nowNs) {
        Fault fault = tryWrite(value);
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
        }
        listener.written(nowNs, name, value, cause, fault);
        return fault;
    }

    private @Nullable Fault tryWrite(long value) {
        try {
            Fault fault = driver.write(value);
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
