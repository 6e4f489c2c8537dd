package dev.pipit.telemetry;

/**
 * Turns a batch into frames: as a rule one dense frame. Rows that no dense frame holds together are
 * split, and where flat frames say the same in fewer bytes, flat frames are written.
 *
 * <pre>{@code
 * for (int row = 0; row < batch.size(); row += encoder.rowsTaken()) {
 *     int length = encoder.encode(batch, row, flags, out, 0);
 *     spool.append(out, 0, length);
 * }
 * }</pre>
 *
 * One thread at a time; allocates nothing.
 */
public final class FrameEncoder {
    private final DenseEncoder dense;
    private final Reading reading;
    private int rowsTaken;
    private int flatUntil;

    /**
     * @param capacity rows of the largest batch, 1..1024
     */
    public FrameEncoder(Schema schema, int capacity, DenseEncoder.Effort effort) {
        dense = new DenseEncoder(capacity, effort);
        reading = new Reading(schema.channelCount());
    }

    /** Room that any frame of a batch fits in. */
    public static int maxLength(Schema schema, int rows) {
        return DenseEncoder.maxLength(schema, rows);
    }

    /** How many rows the last frame holds. */
    public int rowsTaken() {
        return rowsTaken;
    }

    /**
     * Writes the next frame of a batch.
     *
     * @param from the first row; 0 for a new batch, then the rows taken so far
     * @param flags of {@link FrameFlags} without {@link FrameFlags#DENSE}
     * @param out with {@link #maxLength} bytes from {@code offset} on
     * @return the frame's length
     */
    public int encode(Batch batch, int from, int flags, byte[] out, int offset) {
        if (from == 0) {
            flatUntil = 0;
        }
        if (from < flatUntil) {
            return flat(batch, from, flags, out, offset);
        }
        int rows = batch.size() - from;
        if (from > 0) {
            // After a split, growing again step by step bounds the work of rows that never join.
            rows = Math.min(rows, 2 * rowsTaken);
        }
        while (true) {
            int length = dense.encode(batch, from, from + rows, flags, out, offset);
            long asFlat = (long) rows * FlatFrame.length(batch.schema(), flags);
            if (length != DenseEncoder.SPLIT
                    && (length <= asFlat || !batch.fitsFlat(from, from + rows))) {
                rowsTaken = rows;
                return length;
            }
            if (length != DenseEncoder.SPLIT || rows == 1) {
                flatUntil = from + rows;
                return flat(batch, from, flags, out, offset);
            }
            rows = (rows + 1) / 2;
        }
    }

    private int flat(Batch batch, int row, int flags, byte[] out, int offset) {
        batch.row(row, reading);
        rowsTaken = 1;
        return FlatFrame.encode(batch.schema(), flags, reading, out, offset);
    }
}
