package dev.pipit.sampling;

import dev.pipit.driver.Fault;
import dev.pipit.driver.SensorDriver;
import dev.pipit.telemetry.Reading;
import dev.pipit.time.TimeSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * One sensor's place in its bus's loop: when it is due, whether a conversion is under way, and how
 * long it has failed.
 *
 * <p>Ticks are multiples of the interval on the wall clock, reached by monotonic deadlines, so that
 * {@code every: 10s} reads at :00, :10, :20 and does not drift. A wall clock that is set (NTP after
 * start, a jump) moves the ticks once.
 */
final class SensorTask {
    /** So many failures in a row raise the alarm; one glitch does not. */
    static final int FAILURES_TO_ALARM = 3;

    /** A broken sensor is tried at least this often, so that it is soon back after repair. */
    static final long LONGEST_BACKOFF_NS = 10_000_000_000L;

    /** A tick read later than this carries its true time. */
    static final long TOLERANCE_NS = 20_000_000L;

    /** The wall clock may differ from what the ticks were laid by; more than this is a jump. */
    static final long JUMP_MS = 20;

    final int sensor;
    final String name;
    private final SensorDriver driver;
    private final Reading reading;
    private long everyNs;
    private long everyMs;
    private final long quantumMs;
    private final TimeSource time;
    private final ReadingSink readings;
    private final HealthSink health;

    private long dueNs;
    private boolean converting;
    private long tickNs;
    private long tickMs;
    private boolean tickSynchronised;
    private int failures;
    private boolean alarmed;
    private @Nullable Fault toldFault;
    private @Nullable String told;

    SensorTask(
            int sensor,
            String name,
            SensorDriver driver,
            long everyMs,
            TimeSource time,
            ReadingSink readings,
            HealthSink health) {
        this.sensor = sensor;
        this.name = name;
        this.driver = driver;
        this.reading = new Reading(driver.channels().size());
        this.everyMs = everyMs;
        this.everyNs = everyMs * 1_000_000L;
        this.quantumMs = quantumMs(everyMs);
        this.time = time;
        this.readings = readings;
        this.health = health;
        // At once, and from then on on the ticks: nobody should wait five minutes for `every: 5m`.
        this.tickNs = time.monotonicNs() - everyNs;
        this.dueNs = time.monotonicNs();
    }

    /**
     * The time quantum of a sensor's frames, milliseconds: the coarsest of 1000, 100, 10 and 1 that
     * divides its interval.
     */
    static long quantumMs(long everyMs) {
        return everyMs % 1_000 == 0 ? 1_000 : everyMs % 100 == 0 ? 100 : everyMs % 10 == 0 ? 10 : 1;
    }

    /** Another interval from now on; a multiple of the quantum, which stays. */
    void interval(long newEveryMs) {
        everyMs = newEveryMs;
        everyNs = newEveryMs * 1_000_000L;
        if (!converting) {
            alignTick(time.monotonicNs());
        }
    }

    /** A sensor that fails is tried with the next quantum, not when its back-off ends. */
    void tryNow() {
        if (failures == 0 || converting) {
            return;
        }
        failures = Math.min(failures, FAILURES_TO_ALARM);
        long nowMs = time.synchronised() ? time.wallMs() : time.sinceBootMs();
        long aheadMs = quantumMs - Math.floorMod(nowMs, quantumMs);
        dueNs = time.monotonicNs() + aheadMs * 1_000_000L;
        // Off its ticks: it carries its true time.
        tickNs = dueNs - everyNs;
    }

    /** When {@link #advance} is to be called next, on the monotonic clock. */
    long dueNs() {
        return dueNs;
    }

    /** Does what is due: starts a conversion or takes its result. */
    void advance() {
        try {
            if (converting) {
                take();
            } else {
                begin();
            }
        } catch (RuntimeException broken) {
            // A driver broke its contract. Its sensor fails; the loop and the other sensors go on.
            Logger.error(broken, "sensor {}: its driver failed unexpectedly", name);
            converting = false;
            fail(Fault.OTHER);
        }
    }

    /** Somebody else has raised this sensor's alarm: its next value clears it. */
    void alarmStands() {
        failures = Math.max(failures, FAILURES_TO_ALARM);
        alarmed = true;
    }

    void close() {
        driver.close();
    }

    private void begin() {
        stamp(time.monotonicNs());
        int result = driver.begin();
        if (result < 0) {
            fail(Fault.ofResult(result));
        } else if (result == 0) {
            take();
        } else {
            converting = true;
            dueNs = time.monotonicNs() + result * 1_000_000L;
        }
    }

    private void take() {
        converting = false;
        reading.clear();
        driver.read(reading);
        Fault fault = reading.fault();
        if (!reading.anyPresent() && fault != null && fault != Fault.WARMING_UP) {
            fail(fault);
            return;
        }
        deliver();
        if (failures > 0) {
            failures = 0;
            if (alarmed) {
                alarmed = false;
                health.recovered(sensor);
            }
        }
        nextTick(everyNs);
    }

    private void fail(Fault fault) {
        reading.fail(fault);
        deliver();
        failures++;
        if (failures >= FAILURES_TO_ALARM) {
            tell(fault, driver.trouble());
        }
        nextTick(backoffNs());
    }

    /** Once, and again when there is more to say, such as what was tried meanwhile. */
    private void tell(Fault fault, @Nullable String trouble) {
        if (!alarmed || fault != toldFault || !Objects.equals(trouble, told)) {
            alarmed = true;
            toldFault = fault;
            told = trouble;
            health.failing(sensor, fault, trouble);
        }
    }

    private void deliver() {
        reading.timeMs(tickMs);
        readings.reading(sensor, reading, tickSynchronised);
    }

    /** The interval for the first few failures, then twice as long each time up to the longest. */
    private long backoffNs() {
        int doublings = Math.min(Math.max(failures - FAILURES_TO_ALARM, 0), 30);
        // A multiple of the interval, so that tries stay on its ticks.
        long longest = Math.max(everyNs, LONGEST_BACKOFF_NS / everyNs * everyNs);
        return everyNs > longest >> doublings ? longest : everyNs << doublings;
    }

    /**
     * Settles the time that this reading will carry: the tick that it was scheduled for, or, where
     * it is too late for that, the true time rounded down to the quantum.
     */
    private void stamp(long nowNs) {
        tickSynchronised = time.synchronised();
        long nowMs = tickSynchronised ? time.wallMs() : time.sinceBootMs();
        long lateNs = nowNs - tickNs;
        tickMs = Math.floorDiv(nowMs, quantumMs) * quantumMs;
        if (lateNs <= Math.min(TOLERANCE_NS, everyNs / 4)) {
            long scheduledMs = nowMs - lateNs / 1_000_000;
            long nearest = Math.floorDiv(scheduledMs + everyMs / 2, everyMs) * everyMs;
            if (Math.abs(nearest - scheduledMs) <= JUMP_MS) {
                tickMs = nearest;
            }
        }
    }

    private void nextTick(long afterNs) {
        long nowNs = time.monotonicNs();
        long nextNs = tickNs + afterNs;
        if (nextNs - nowNs <= 0 || !onGrid(nowNs, nextNs)) {
            alignTick(nowNs);
            if (afterNs > everyNs) {
                tickNs += afterNs - everyNs;
                dueNs = tickNs;
            }
            return;
        }
        tickNs = nextNs;
        dueNs = nextNs;
    }

    private boolean onGrid(long nowNs, long nextNs) {
        long nowMs = time.synchronised() ? time.wallMs() : time.sinceBootMs();
        long nextMs = nowMs + (nextNs - nowNs) / 1_000_000;
        long beyond = Math.floorMod(nextMs, everyMs);
        return beyond <= JUMP_MS || everyMs - beyond <= JUMP_MS;
    }

    /** The next multiple of the interval that is still ahead. */
    private void alignTick(long nowNs) {
        long nowMs = time.synchronised() ? time.wallMs() : time.sinceBootMs();
        long aheadMs = everyMs - Math.floorMod(nowMs, everyMs);
        tickNs = nowNs + aheadMs * 1_000_000L;
        dueNs = tickNs;
    }
}
