package dev.pipit.telemetry;

import dev.pipit.driver.Channel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What Jazzer calls with bytes that claim to be a frame ({@code deploy/fuzz frames}): they are
 * refused with a word, or they are rows within the format's limits, which come back the same when
 * they are encoded again. The first byte chooses the schema.
 */
public final class FrameFuzzer {
    private static final List<Schema> SCHEMAS =
            List.of(
                    schema(1_000, 60, 1, 2),
                    schema(1_000, 60, 3, 4),
                    schema(100, 1, 2, 1),
                    schema(1, 1024, 1, 8),
                    schema(10_000, 300, 64, 2));

    private FrameFuzzer() {}

    private static Schema schema(long quantumMs, int batch, int channels, int width) {
        List<Channel> list = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            list.add(Channel.of("c" + i, "", "1", width, 7));
        }
        return new Schema(5, 10 * quantumMs, quantumMs, batch, list);
    }

    /** Jazzer's entry. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 2) {
            return;
        }
        Schema schema = SCHEMAS.get((data[0] & 0xFF) % SCHEMAS.size());
        byte[] frame = Arrays.copyOfRange(data, 1, data.length);
        if (frame.length > 1) {
            // Another version or schema is refused at once: nothing to be learnt there.
            frame[0] = (byte) (FrameFlags.VERSION | (frame[0] & 0x0F));
            frame[1] = (byte) schema.id();
        }
        Batch batch = new Batch(schema, Schema.MAX_ROWS);
        try {
            decode(schema, frame, frame.length, batch);
        } catch (FormatException refused) {
            if (String.valueOf(refused.getMessage()).isBlank()) {
                throw new AssertionError("refused without a word", refused);
            }
            return;
        }
        check(schema, batch);
        again(schema, batch);
    }

    private static void decode(Schema schema, byte[] frame, int length, Batch into)
            throws FormatException {
        if ((FrameFlags.of(frame, 0, length) & FrameFlags.DENSE) != 0) {
            new DenseDecoder().decode(frame, 0, length, into);
        } else {
            Reading reading = new Reading(schema.channels().size());
            FlatFrame.decode(schema, frame, 0, length, reading);
            into.clear();
            into.add(reading);
        }
    }

    private static void check(Schema schema, Batch batch) {
        if (batch.size() < 1 || batch.size() > Schema.MAX_ROWS) {
            throw new AssertionError(batch.size() + " rows");
        }
        for (int row = 0; row < batch.size(); row++) {
            long timeMs = batch.timeMs(row);
            if (timeMs < 0 || timeMs > Schema.MAX_TIME_MS) {
                throw new AssertionError("time " + timeMs);
            }
            for (int c = 0; c < schema.channels().size(); c++) {
                int reason = batch.reasons[c][row];
                if (Math.abs(batch.values[c][row]) > Schema.MAX_VALUE
                        || reason < -1
                        || reason > 7) {
                    throw new AssertionError(batch.values[c][row] + " for reason " + reason);
                }
            }
        }
    }

    private static void again(Schema schema, Batch batch) {
        FrameEncoder encoder = new FrameEncoder(schema, batch.size(), DenseEncoder.Effort.FAST);
        byte[] out = new byte[FrameEncoder.maxLength(schema, batch.size())];
        Batch decoded = new Batch(schema, Schema.MAX_ROWS);
        for (int row = 0; row < batch.size(); row += encoder.rowsTaken()) {
            int length = encoder.encode(batch, row, 0, out, 0);
            try {
                decode(schema, out, length, decoded);
            } catch (FormatException own) {
                throw new AssertionError("what was decoded is refused when encoded again", own);
            }
            for (int i = 0; i < decoded.size(); i++) {
                same(schema, batch, row + i, decoded, i);
            }
        }
    }

    private static void same(Schema schema, Batch batch, int row, Batch decoded, int at) {
        if (schema.onQuantum(batch.timeMs(row)) != decoded.timeMs(at)) {
            throw new AssertionError(
                    "time " + batch.timeMs(row) + " came back as " + decoded.timeMs(at));
        }
        for (int c = 0; c < schema.channels().size(); c++) {
            boolean present = batch.reasons[c][row] == Reading.PRESENT;
            if (batch.reasons[c][row] != decoded.reasons[c][at]
                    || (present && batch.values[c][row] != decoded.values[c][at])) {
                throw new AssertionError("row " + row + " came back different");
            }
        }
    }
}
