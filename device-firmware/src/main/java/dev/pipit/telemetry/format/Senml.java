package dev.pipit.telemetry.format;

import dev.pipit.driver.Channel;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;

/**
 * What both forms of SenML share (RFC 8428 section 4): a pack goes channel by channel, so that name
 * and unit are said once per channel, and time and value relative to the first.
 *
 * <pre>{@code
 * [{"bn":"greenhouse/air/temperature","bu":"Cel","bt":1767225600,"bv":21.49,"v":0},
 *  {"t":1,"v":0.02},{"t":2,"v":-0.01},
 *  {"bn":"greenhouse/air/humidity","bu":"%RH","bt":1767225600,"bv":50.03,"v":0}, ...]
 * }</pre>
 *
 * Sums are of decimal numbers: who adds them as doubles is off in the 16th digit. A pack of one
 * reading has no base values. A missing value has no record, because SenML has no word for it; a
 * pack without any value is an empty array. While the clock is not synchronised, times are relative
 * to the present, as section 4.5.3 has it for small values.
 */
abstract class Senml implements ReadingsEncoder {
    private static final int MS_PLACES = 3;

    private final int channels;
    final ChannelScale[] scales;

    Senml(Schema schema) {
        channels = schema.channels().size();
        scales = ChannelScale.of(schema.channels());
    }

    /** The name of a channel, unique in the world of one broker (section 4.5.1). */
    static String name(String device, String sensor, String channel) {
        String name = device + "/" + sensor + "/" + channel;
        return Character.isLetterOrDigit(name.charAt(0)) ? name : "pipit:" + name;
    }

    /** The unit of a channel: a base unit stands until the next one, so there is always one. */
    static String unit(Channel channel) {
        return channel.unit().isEmpty() ? "1" : channel.unit();
    }

    @Override
    public final void encode(
            Batch batch, int from, int to, int flags, long nowMs, PayloadBuffer out) {
        long originMs = (flags & FrameFlags.SINCE_BOOT) == 0 ? 0 : nowMs;
        int records = 0;
        for (int c = 0; c < channels; c++) {
            records += present(batch, c, from, to);
        }
        startPack(records, out);
        boolean first = true;
        for (int c = 0; c < channels; c++) {
            if (present(batch, c, from, to) > 0) {
                channel(batch, c, from, to, originMs, first, out);
                first = false;
            }
        }
        endPack(out);
    }

    private void channel(
            Batch batch, int c, int from, int to, long originMs, boolean first, PayloadBuffer out) {
        ChannelScale scale = scales[c];
        // A base value stands until the next one: whether one is set must not differ by channel.
        boolean based = to - from > 1;
        boolean relative = based && allFit(batch, c, from, to);
        long baseMs = 0;
        long base = 0;
        boolean opened = false;
        for (int row = from; row < to; row++) {
            if (batch.reason(row, c) != Reading.PRESENT) {
                continue;
            }
            long value = batch.value(row, c);
            long timeMs = batch.timeMs(row);
            if (opened) {
                next(out, timeMs - baseMs, MS_PLACES);
            } else {
                opened = true;
                baseMs = timeMs;
                base = relative ? value : 0;
                startChannel(c, first, timeMs - originMs, MS_PLACES, based, out);
                if (relative) {
                    baseValue(scale.product(value), scale.places, out);
                } else if (based) {
                    baseValue(0, 0, out);
                }
            }
            value(scale, value - base, out);
        }
    }

    /** Whether values and their differences are exact in 64 bits. */
    private boolean allFit(Batch batch, int c, int from, int to) {
        for (int row = from; row < to; row++) {
            long value = batch.value(row, c);
            if (!scales[c].fits(2 * value)) {
                return false;
            }
        }
        return true;
    }

    private static int present(Batch batch, int c, int from, int to) {
        int present = 0;
        for (int row = from; row < to; row++) {
            if (batch.reason(row, c) == Reading.PRESENT) {
                present++;
            }
        }
        return present;
    }

    abstract void startPack(int records, PayloadBuffer out);

    abstract void endPack(PayloadBuffer out);

    /**
     * The first record of a channel: base name, base unit, base time.
     *
     * @param based whether a base value follows, then the value
     */
    abstract void startChannel(
            int channel, boolean first, long time, int places, boolean based, PayloadBuffer out);

    abstract void baseValue(long unscaled, int places, PayloadBuffer out);

    /** A further record: its time relative to the base time. */
    abstract void next(PayloadBuffer out, long time, int places);

    /** The value that ends a record. */
    abstract void value(ChannelScale scale, long value, PayloadBuffer out);
}
