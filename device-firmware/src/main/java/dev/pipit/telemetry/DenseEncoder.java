package dev.pipit.telemetry;

/**
 * Writes dense frames: rows of one sensor, each column predicted and its residuals range coded.
 *
 * <pre>
 *   0         1           2
 *  +---------+-----------+--------------------------------------------+ - - - - +
 *  | 1101tcb1| schema id | row count, first time, time column,        |  CRC-16 |
 *  |         |           | then per channel: mask, first value, column|         |
 *  +---------+-----------+--------------------------------------------+ - - - - +
 *                         one range-coder stream                         if c
 * </pre>
 *
 * Any predictor and scale make a valid frame. Every effort tries all predictors and estimates what
 * each would cost from the lengths of its residuals; {@linkplain Effort#FULL the full one} counts
 * bit by bit where estimates are too close to tell. One thread at a time; integers only; allocates
 * nothing.
 */
public final class DenseEncoder {
    /** How hard to look for the smallest frame. */
    public enum Effort {
        /** Close estimates are decided by exact counts. */
        FULL,
        /** By estimates alone: some 0.2 % larger, two thirds of the work. */
        FAST;

        /**
         * What this process can afford: full where code is compiled, fast where it is only
         * interpreted. {@code deploy/bench telemetry} shows what both take either way.
         */
        public static Effort affordable() {
            return System.getProperty("java.vm.info", "").startsWith("interpreted") ? FAST : FULL;
        }
    }

    /** What {@link #encode} returns for rows that cannot stand in one frame. */
    public static final int SPLIT = -1;

    /** The probability of "some values of this channel are missing". */
    static final int SOME_MISSING = 4096;

    private final Effort effort;
    private final RangeEncoder coder = new RangeEncoder();
    private final ColumnModel model = new ColumnModel();
    private final Predictors predictors;
    private final long[] column;

    /**
     * @param capacity rows per frame at most, 1..1024
     */
    public DenseEncoder(int capacity, Effort effort) {
        this.effort = effort;
        column = new long[capacity];
        predictors = new Predictors(capacity);
    }

    /**
     * Room that is enough for any rows that {@link #encode} does not ask to split: what they would
     * take as flat frames, and a margin for the first of them.
     */
    public static int maxLength(Schema schema, int rows) {
        return 16 + 9 * schema.channelCount() + rows * schema.flatLength();
    }

    /** Bits of the first time, by the schema's quantum. */
    static int timeBits(long quantumMs) {
        if (quantumMs < 100) {
            return 42;
        }
        return quantumMs < 1000 ? 39 : 32;
    }

    /**
     * Writes the rows {@code from} to {@code to - 1} as one frame.
     *
     * @param flags of {@link FrameFlags}; {@link FrameFlags#DENSE} is set in any case
     * @return the length, or {@link #SPLIT} if the rows do not fit one frame: a jump between two
     *     values that no predictor follows, or a first time beyond what the quantum leaves room
     *     for, or no room in {@code out}
     */
    public int encode(Batch batch, int from, int to, int flags, byte[] out, int offset) {
        Schema schema = batch.schema();
        int rows = to - from;
        if (from < 0 || rows < 1 || to > batch.size() || rows > column.length) {
            throw new IllegalArgumentException(
                    "rows " + from + " to " + to + " of " + batch.size());
        }
        int kept = (flags & 0x0F) | FrameFlags.DENSE;
        int tail = (kept & FrameFlags.CRC) == 0 ? 0 : 2;
        if (out.length - offset < FrameFlags.HEADER_LENGTH + tail) {
            return SPLIT;
        }
        FrameFlags.putHeader(schema, kept, out, offset);
        coder.start(out, offset + FrameFlags.HEADER_LENGTH, out.length - tail);
        rowCount(schema, rows);
        if (!times(schema, batch, from, rows)) {
            return SPLIT;
        }
        for (int c = 0; c < schema.channelCount(); c++) {
            if (!channel(schema, batch, c, from, rows) || coder.overflowed()) {
                return SPLIT;
            }
        }
        int end = coder.finish();
        return end < 0 ? SPLIT : FrameFlags.putCrc(schema, kept, out, offset, end - offset);
    }

    private void rowCount(Schema schema, int rows) {
        if (rows == schema.batch()) {
            coder.raw(1, 1);
            return;
        }
        int bits = 32 - Integer.numberOfLeadingZeros(rows);
        coder.raw(0, 1);
        coder.raw(bits, 4);
        coder.raw(rows, bits - 1);
    }

    private boolean times(Schema schema, Batch batch, int from, int rows) {
        long quantum = schema.timeQuantumMs();
        long first = batch.times[from] / quantum;
        long step = schema.intervalMs() / quantum;
        int bits = timeBits(quantum);
        if (first >>> bits != 0) {
            return false;
        }
        coder.raw(first, bits);
        for (int i = 0; i < rows; i++) {
            column[i] = batch.times[from + i] / quantum - first - i * step;
        }
        return column(rows);
    }

    private boolean channel(Schema schema, Batch batch, int channel, int from, int rows) {
        long[] values = batch.values[channel];
        byte[] reasons = batch.reasons[channel];
        int present = 0;
        for (int i = from; i < from + rows; i++) {
            if (reasons[i] == Reading.PRESENT) {
                column[present++] = values[i];
            }
        }
        coder.bit(present < rows ? 1 : 0, SOME_MISSING);
        if (present < rows) {
            mask(reasons, from, rows);
        }
        if (present == 0) {
            return true;
        }
        long first = column[0] - schema.reference(channel);
        if (Math.abs(first) > Schema.MAX_VALUE) {
            // Only a reference far on the other side of zero leads here: no frame can say it.
            return false;
        }
        coder.number(first);
        return column(present);
    }

    private void mask(byte[] reasons, int from, int rows) {
        model.startMask();
        int previous = 0;
        for (int i = from; i < from + rows; i++) {
            int reason = reasons[i];
            if (reason == Reading.PRESENT) {
                coder.bit(1, model, 0);
                continue;
            }
            coder.bit(0, model, 0);
            coder.bit(reason == previous ? 1 : 0, model, 1);
            if (reason != previous) {
                coder.raw(reason, 3);
                previous = reason;
            }
        }
    }

    /** Writes all but the first entry of {@link #column}; false if no predictor can. */
    private boolean column(int n) {
        if (n < 2) {
            return true;
        }
        int predictor = predictors.choose(column, n, effort);
        if (predictor < 0) {
            return false;
        }
        int scale = predictors.scale(predictor);
        coder.raw(predictor, 2);
        coder.raw(scale, 4);
        model.start(scale);
        coder.residuals(model, predictors.residuals(predictor), predictors.lengths(predictor), n);
        return true;
    }
}
