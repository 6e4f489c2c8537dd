package dev.pipit.telemetry;

import dev.pipit.driver.Fault;
import dev.pipit.driver.SampleSink;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One timestamped row of a sensor's channels: made once per sensor and filled again and again, so
 * that a reading costs no allocation.
 */
public final class Reading implements SampleSink {
    /** {@link #reason} of a channel that has a value. */
    public static final int PRESENT = -1;

    private final long[] values;
    private final byte[] reasons;
    private long timeMs;
    private @Nullable Fault fault;

    public Reading(int channels) {
        values = new long[channels];
        reasons = new byte[channels];
        clear();
    }

    /** Every channel {@linkplain Fault#NOT_SAMPLED not sampled}. */
    public void clear() {
        fail(Fault.NOT_SAMPLED);
    }

    /** Every channel missing for one reason. */
    public void fail(Fault fault) {
        this.fault = fault;
        Arrays.fill(values, 0);
        Arrays.fill(reasons, (byte) fault.wireReason());
    }

    public int channels() {
        return values.length;
    }

    /** Milliseconds since the Unix epoch, or since boot while the clock is not synchronised. */
    public long timeMs() {
        return timeMs;
    }

    public void timeMs(long timeMs) {
        this.timeMs = timeMs;
    }

    /** In units of the channel's resolution; 0 where missing. */
    public long value(int channel) {
        return values[channel];
    }

    /** Why the value is missing, 0..7 as on the wire, or {@link #PRESENT}. */
    public int reason(int channel) {
        return reasons[channel];
    }

    public boolean present(int channel) {
        return reasons[channel] == PRESENT;
    }

    /** The fault reported last since {@link #clear()} or {@link #fail}; what an alarm speaks of. */
    public @Nullable Fault fault() {
        return fault;
    }

    /** Whether any channel has a value: a sensor that gives one is alive. */
    public boolean anyPresent() {
        for (byte reason : reasons) {
            if (reason == PRESENT) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void value(int channel, long value) {
        values[channel] = value;
        reasons[channel] = PRESENT;
    }

    @Override
    public void missing(int channel, Fault fault) {
        this.fault = fault;
        missing(channel, fault.wireReason());
    }

    /** A missing value whose reason is already as on the wire, 0..7. */
    public void missing(int channel, int wireReason) {
        values[channel] = 0;
        reasons[channel] = (byte) wireReason;
    }
}
