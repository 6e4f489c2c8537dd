package dev.pipit.telemetry.format;

import dev.pipit.driver.Channel;
import dev.pipit.json.JsonWriter;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.util.List;

/**
 * {@code json}: one object per reading.
 *
 * <pre>{@code
 * {"sensor":"air","time":1767225600000,"temperature":21.49,"humidity":null,
 *  "missing":{"humidity":"checksum"}}
 * }</pre>
 *
 * {@code time} is in milliseconds since the Unix epoch; while the clock is not synchronised, {@code
 * since_boot} stands in its place. {@code "backfilled":true} marks what comes later than it was
 * due. A payload of several readings is an array of such objects.
 */
public final class JsonReadings implements ReadingsEncoder {
    /** By the reason in a frame, 0..7. */
    private static final String[] REASONS = {
        "not-sampled",
        "read-error",
        "checksum",
        "under-range",
        "over-range",
        "stale",
        "warming-up",
        "other"
    };

    private static final byte[][] REASON_WORDS = words();
    private static final byte[] TIME = PayloadBuffer.ascii(",\"time\":");
    private static final byte[] SINCE_BOOT = PayloadBuffer.ascii(",\"since_boot\":");
    private static final byte[] BACKFILLED = PayloadBuffer.ascii(",\"backfilled\":true");
    private static final byte[] NULL = PayloadBuffer.ascii("null");
    private static final byte[] MISSING = PayloadBuffer.ascii(",\"missing\":{");

    private final byte[] opening;
    private final byte[][] keys;
    private final ChannelScale[] scales;

    /**
     * @param sensor its name in the configuration
     */
    public JsonReadings(String sensor, Schema schema) {
        List<Channel> channels = schema.channels();
        opening = PayloadBuffer.ascii("{\"sensor\":" + quoted(sensor));
        keys = new byte[channels.size()][];
        for (int c = 0; c < keys.length; c++) {
            keys[c] = PayloadBuffer.ascii(quoted(channels.get(c).name()) + ":");
        }
        scales = ChannelScale.of(channels);
    }

    /** A JSON string, quotes and all. */
    static String quoted(String text) {
        return new JsonWriter().value(text).toString();
    }

    private static byte[][] words() {
        byte[][] words = new byte[REASONS.length][];
        for (int i = 0; i < words.length; i++) {
            words[i] = PayloadBuffer.ascii(quoted(REASONS[i]));
        }
        return words;
    }

    @Override
    public void encode(Batch batch, int from, int to, int flags, long nowMs, PayloadBuffer out) {
        boolean several = to - from > 1;
        if (several) {
            out.put('[');
        }
        for (int row = from; row < to; row++) {
            if (row > from) {
                out.put(',');
            }
            reading(batch, row, flags, out);
        }
        if (several) {
            out.put(']');
        }
    }

    private void reading(Batch batch, int row, int flags, PayloadBuffer out) {
        out.put(opening);
        out.put((flags & FrameFlags.SINCE_BOOT) == 0 ? TIME : SINCE_BOOT);
        out.decimal(batch.timeMs(row), 0);
        if ((flags & FrameFlags.BACKFILLED) != 0) {
            out.put(BACKFILLED);
        }
        boolean missing = false;
        for (int c = 0; c < keys.length; c++) {
            out.put(',');
            out.put(keys[c]);
            if (batch.reason(row, c) == Reading.PRESENT) {
                number(scales[c], batch.value(row, c), out);
            } else {
                missing = true;
                out.put(NULL);
            }
        }
        if (missing) {
            missing(batch, row, out);
        }
        out.put('}');
    }

    private void missing(Batch batch, int row, PayloadBuffer out) {
        out.put(MISSING);
        boolean first = true;
        for (int c = 0; c < keys.length; c++) {
            int reason = batch.reason(row, c);
            if (reason == Reading.PRESENT) {
                continue;
            }
            if (!first) {
                out.put(',');
            }
            first = false;
            out.put(keys[c]);
            out.put(REASON_WORDS[reason]);
        }
        out.put('}');
    }

    static void number(ChannelScale scale, long value, PayloadBuffer out) {
        if (scale.fits(value)) {
            out.decimal(scale.product(value), scale.places);
        } else {
            out.decimal(scale.exact(value));
        }
    }
}
