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
 * Any predictor and scale make a valid frame. Every effort tries all predictors. The {@linkplain
 * Effort#FULL full} one computes what each that may be the best would cost, bit by bit; the
 * {@linkplain Effort#FAST fast} one looks at the residuals' lengths only. One thread at a time;
 * integers only; allocates nothing.
 */
public final class DenseEncoder {
    /** How hard to look for the smallest frame. */
    public enum Effort {
        /** The exact cost of every predictor that comes near the shortest residuals. */
        FULL,
        /** The predictor with the shortest residuals: some 1 % larger, a third of the work. */
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

    private static final int PREDICTORS = 4;
    private static final long IMPOSSIBLE = Long.MAX_VALUE;

    /** Averages of larger values would not be exact in a decoder that computes with doubles. */
    private static final long MAX_AVERAGED = (1L << 44) - 1;

    private final Effort effort;
    private final RangeEncoder coder = new RangeEncoder();
    private final ColumnModel model = new ColumnModel();
    private final ColumnCost cost = new ColumnCost();
    private final long[] column;
    private final long[][] residuals;
    private final int[] scales = new int[PREDICTORS];

    /**
     * Sums of the bit lengths of {@code 2|r| + 1}; {@link #IMPOSSIBLE} where it may not be used.
     */
    private final long[] lengths = new long[PREDICTORS];

    /**
     * @param capacity rows per frame at most, 1..1024
     */
    public DenseEncoder(int capacity, Effort effort) {
        this.effort = effort;
        column = new long[capacity];
        residuals = new long[PREDICTORS][capacity];
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
        int predictor = effort == Effort.FAST ? shortest(n) : cheapest(n);
        if (predictor < 0) {
            return false;
        }
        int scale = scales[predictor];
        coder.raw(predictor, 2);
        coder.raw(scale, 4);
        model.start(scale);
        long[] chosen = residuals[predictor];
        for (int i = 1; i < n; i++) {
            residual(chosen[i]);
        }
        return true;
    }

    private void residual(long residual) {
        long magnitude = Math.abs(residual);
        int e = residual == 0 ? 0 : 63 - Long.numberOfLeadingZeros(magnitude);
        coder.residual(
                model,
                ColumnModel.decisions(residual, magnitude, e),
                ColumnModel.decisionCount(residual, e),
                e,
                magnitude);
    }

    /** The predictor with the smallest sum of bit lengths of {@code 2|r| + 1}; -1 if none can. */
    private int shortest(int n) {
        int best = -1;
        long least = Long.MAX_VALUE;
        for (int predictor = 0; predictor < PREDICTORS; predictor++) {
            if (!predict(predictor, n)) {
                continue;
            }
            if (lengths[predictor] < least) {
                least = lengths[predictor];
                best = predictor;
            }
        }
        return best;
    }

    /** The predictor that codes the column in the fewest bits; -1 if none can. */
    private int cheapest(int n) {
        int best = -1;
        int shortest = shortest(n);
        if (shortest < 0) {
            return shortest;
        }
        // Residuals much longer than the shortest hardly ever cost less: not worth the counting.
        long worthCounting = lengths[shortest] + lengths[shortest] / 8;
        long least = Long.MAX_VALUE;
        for (int predictor = 0; predictor < PREDICTORS; predictor++) {
            if (lengths[predictor] > worthCounting) {
                continue;
            }
            long bits = cost.of(residuals[predictor], n, scales[predictor], least);
            if (bits < least) {
                least = bits;
                best = predictor;
            }
        }
        int scale = scales[best];
        for (int other = scale - 1; other <= scale + 1; other += 2) {
            if (other < 0 || other >= ColumnModel.SCALES) {
                continue;
            }
            long bits = cost.of(residuals[best], n, other, least);
            if (bits < least) {
                least = bits;
                scales[best] = other;
            }
        }
        return best;
    }

    /**
     * Computes residuals and their scale.
     *
     * @return false if this predictor may not be used for the column
     */
    private boolean predict(int predictor, int n) {
        long[] into = residuals[predictor];
        lengths[predictor] = IMPOSSIBLE;
        long x1 = column[0];
        long x2 = x1;
        long average = x1 << 8;
        long extreme = Math.abs(x1);
        long bits = 0;
        long sum = 0;
        long length = 0;
        for (int i = 1; i < n; i++) {
            long prediction =
                    switch (predictor) {
                        case 0 -> x1;
                        case 3 -> x1 + ((x1 - x2) >> 1);
                        default -> (average + 128) >> 8;
                    };
            long x = column[i];
            long residual = x - prediction;
            into[i] = residual;
            long magnitude = Math.abs(residual);
            bits |= magnitude;
            sum += magnitude;
            length += 64 - Long.numberOfLeadingZeros(2 * magnitude + 1);
            extreme |= Math.abs(x);
            average += ((x << 8) - average) >> predictor;
            x2 = x1;
            x1 = x;
        }
        if (bits >>> (ColumnModel.MAX_EXPONENT + 1) != 0) {
            return false;
        }
        if ((predictor == 1 || predictor == 2) && extreme > MAX_AVERAGED) {
            return false;
        }
        scales[predictor] = ColumnCost.usualScale(sum, n - 1);
        lengths[predictor] = length;
        return true;
    }
}
