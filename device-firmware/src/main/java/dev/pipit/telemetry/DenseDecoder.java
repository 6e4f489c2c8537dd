package dev.pipit.telemetry;

/**
 * Reads dense frames. Work is bounded by 1024 rows, whatever the bytes say. One thread at a time;
 * allocates nothing unless a frame is refused.
 */
public final class DenseDecoder {
    private static final int MAX_NUMBER_LENGTH = 53;

    private final RangeDecoder coder = new RangeDecoder();
    private final ColumnModel model = new ColumnModel();

    /**
     * Reads one frame.
     *
     * @param into cleared and filled; of the frame's schema. Holds nothing if the frame is refused
     * @return the frame's flags
     * @throws FormatException if it is no dense frame of this schema, breaks a limit, carries bytes
     *     that belong to nothing, or has more rows than the batch has room for
     */
    public int decode(byte[] frame, int offset, int length, Batch into) throws FormatException {
        Schema schema = into.schema();
        into.clear();
        int end = FrameFlags.check(schema, FrameFlags.DENSE, frame, offset, length);
        coder.start(frame, offset + FrameFlags.HEADER_LENGTH, end);
        int rows = rowCount(schema);
        if (rows > into.capacity()) {
            throw new FormatException("frame of " + rows + " rows: room for " + into.capacity());
        }
        times(schema, into.times, rows);
        for (int c = 0; c < schema.channelCount(); c++) {
            channel(schema, c, into.values[c], into.reasons[c], rows);
        }
        if (coder.left() > 0) {
            throw new FormatException(
                    coder.left() + " bytes after the last row: expected the frame to end");
        }
        into.size(rows);
        return frame[offset] & 0x0F;
    }

    private int rowCount(Schema schema) throws FormatException {
        if (coder.raw(1) == 1) {
            return schema.batch();
        }
        int bits = (int) coder.raw(4);
        if (bits == 0 || bits > 11) {
            throw new FormatException("row count of " + bits + " bits: expected 1 to 11");
        }
        int rows = 1 << (bits - 1) | (int) coder.raw(bits - 1);
        if (rows > Schema.MAX_ROWS) {
            throw new FormatException(rows + " rows: expected at most " + Schema.MAX_ROWS);
        }
        return rows;
    }

    private void times(Schema schema, long[] times, int rows) throws FormatException {
        long quantum = schema.timeQuantumMs();
        long last = Schema.MAX_TIME_MS / quantum;
        long step = schema.intervalMs() / quantum;
        long first = coder.raw(DenseEncoder.timeBits(quantum));
        times[0] = 0;
        column(times, rows);
        for (int i = 0; i < rows; i++) {
            long time = times[i] + first + i * step;
            if (time < 0 || time > last) {
                throw new FormatException(
                        "time of row " + i + " is " + time + " quanta: expected 0 to " + last);
            }
            times[i] = time * quantum;
        }
    }

    private void channel(Schema schema, int channel, long[] values, byte[] reasons, int rows)
            throws FormatException {
        int present = mask(reasons, rows);
        if (present == 0) {
            java.util.Arrays.fill(values, 0, rows, 0);
            return;
        }
        values[0] = schema.reference(channel) + number();
        if (Math.abs(values[0]) > Schema.MAX_VALUE) {
            throw new FormatException(
                    "first value of channel " + channel + " is " + values[0] + ": beyond 2^53 - 1");
        }
        column(values, present);
        // From the end, so that no value is overwritten before it has moved to its row.
        for (int i = rows - 1, from = present; i >= 0; i--) {
            values[i] = reasons[i] == Reading.PRESENT ? values[--from] : 0;
        }
    }

    /** Fills the reasons; returns how many values are present. */
    private int mask(byte[] reasons, int rows) {
        java.util.Arrays.fill(reasons, 0, rows, (byte) Reading.PRESENT);
        if (coder.bit(DenseEncoder.SOME_MISSING) == 0) {
            return rows;
        }
        model.startMask();
        int present = 0;
        byte reason = 0;
        for (int i = 0; i < rows; i++) {
            if (coder.bit(model, 0) == 1) {
                present++;
                continue;
            }
            if (coder.bit(model, 1) == 0) {
                reason = (byte) coder.raw(3);
            }
            reasons[i] = reason;
        }
        return present;
    }

    private long number() throws FormatException {
        int length = (int) coder.raw(6);
        if (length > MAX_NUMBER_LENGTH) {
            throw new FormatException(
                    "number of " + length + " bits: expected at most " + MAX_NUMBER_LENGTH);
        }
        if (length == 0) {
            return 0;
        }
        boolean negative = coder.raw(1) == 1;
        long magnitude = 1L << (length - 1) | coder.raw(length - 1);
        return negative ? -magnitude : magnitude;
    }

    /** Reads all but the first entry, which stands in {@code column[0]}. */
    private void column(long[] column, int n) throws FormatException {
        if (n < 2) {
            return;
        }
        int predictor = (int) coder.raw(2);
        model.start((int) coder.raw(4));
        long x1 = column[0];
        long x2 = x1;
        long average = x1 << 8;
        for (int i = 1; i < n; i++) {
            long prediction =
                    switch (predictor) {
                        case 0 -> x1;
                        case 3 -> x1 + ((x1 - x2) >> 1);
                        default -> (average + 128) >> 8;
                    };
            long x = prediction + residual();
            if (Math.abs(x) > Schema.MAX_VALUE) {
                throw new FormatException("value " + x + " in a column: beyond 2^53 - 1");
            }
            column[i] = x;
            average += ((x << 8) - average) >> predictor;
            x2 = x1;
            x1 = x;
        }
    }

    private long residual() throws FormatException {
        if (coder.bit(model, ColumnModel.Z) == 1) {
            return 0;
        }
        boolean positive = coder.bit(model, ColumnModel.S) == 1;
        int e = 0;
        while (coder.bit(model, ColumnModel.E + Math.min(e, ColumnModel.LAST)) == 1) {
            if (++e > ColumnModel.MAX_EXPONENT) {
                throw new FormatException(
                        "residual of more than " + (ColumnModel.MAX_EXPONENT + 1) + " bits");
            }
        }
        long magnitude = 1;
        if (e > 0) {
            magnitude = 2 | coder.bit(model, ColumnModel.T + Math.min(e, ColumnModel.LAST));
            magnitude = magnitude << (e - 1) | coder.raw(e - 1);
        }
        return positive ? magnitude : -magnitude;
    }
}
