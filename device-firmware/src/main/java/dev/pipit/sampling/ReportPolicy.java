package dev.pipit.sampling;

import dev.pipit.driver.Channel;
import dev.pipit.telemetry.Reading;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which readings of one sensor are reported. A reading goes whole, with every channel, as soon as
 * one channel asks for it:
 *
 * <ul>
 *   <li>its value has moved by its delta since the last report, or it went missing, came back or is
 *       missing for another reason;
 *   <li>it has no delta, and no other channel of the sensor has one either: then every reading;
 *   <li>waiting for the next reading would make the silence longer than its heartbeat;
 * </ul>
 *
 * but the first two not before its throttle is over. A channel without a delta beside one that has
 * one goes along. One thread; allocates nothing.
 */
public final class ReportPolicy {
    /** Readings come so much early or late at most, ms: no reason to wait for another. */
    private static final long JITTER_MS = 20;

    private final long everyMs;
    private final long slackMs;
    private final long[] steps;
    private final double[] fractions;
    private final long[] heartbeatMs;
    private final long[] throttleMs;
    private final boolean everyReading;

    // the last report
    private final long[] values;
    private final byte[] reasons;
    private long reportedMs;
    private boolean reported;

    /**
     * @param rules one per channel
     */
    public ReportPolicy(List<Channel> channels, List<ReportRule> rules, long everyMs) {
        int count = channels.size();
        this.everyMs = everyMs;
        slackMs = Math.min(JITTER_MS, everyMs / 4);
        steps = new long[count];
        fractions = new double[count];
        heartbeatMs = new long[count];
        throttleMs = new long[count];
        values = new long[count];
        reasons = new byte[count];
        boolean anyDelta = false;
        for (int c = 0; c < count; c++) {
            ReportRule rule = rules.get(c);
            Delta delta = rule.delta();
            if (delta != null) {
                anyDelta = true;
                steps[c] = delta.steps(channels.get(c).resolution());
                fractions[c] = delta.fraction();
            }
            heartbeatMs[c] = millis(rule.heartbeat());
            throttleMs[c] = millis(rule.throttle());
        }
        everyReading = !anyDelta;
    }

    private static long millis(@Nullable Duration duration) {
        return duration == null ? 0 : duration.toMillis();
    }

    /**
     * The usual time between reports, ms: longer than the interval where every channel is throttled
     * and nothing but time decides.
     */
    public long nominalMs() {
        long least = Long.MAX_VALUE;
        for (long throttle : throttleMs) {
            least = Math.min(least, throttle);
        }
        return everyReading && least > everyMs && least % everyMs == 0 ? least : everyMs;
    }

    /**
     * Decides on a reading, and remembers it if it is reported.
     *
     * @param nowMs of a clock that never goes back
     */
    public boolean wants(Reading reading, long nowMs) {
        if (reported && !asked(reading, nowMs - reportedMs)) {
            return false;
        }
        reported = true;
        reportedMs = nowMs;
        for (int c = 0; c < values.length; c++) {
            values[c] = reading.value(c);
            reasons[c] = (byte) reading.reason(c);
        }
        return true;
    }

    private boolean asked(Reading reading, long sinceMs) {
        for (int c = 0; c < values.length; c++) {
            if (heartbeatMs[c] > 0 && sinceMs + everyMs - slackMs > heartbeatMs[c]) {
                return true;
            }
            if (sinceMs + slackMs >= throttleMs[c] && (everyReading || changed(reading, c))) {
                return true;
            }
        }
        return false;
    }

    private boolean changed(Reading reading, int c) {
        if (reading.reason(c) != reasons[c]) {
            return true;
        }
        if (reading.reason(c) != Reading.PRESENT) {
            return false;
        }
        long moved = Math.abs(reading.value(c) - values[c]);
        if (steps[c] > 0) {
            return moved >= steps[c];
        }
        return fractions[c] > 0 && moved > 0 && moved >= fractions[c] * Math.abs(values[c]);
    }
}
