package dev.pipit.telemetry;

/** What coding a column would cost, without coding it. */
final class ColumnCost {
    /** Steps of a bit that costs are counted in. */
    private static final int BIT = 1 << 10;

    /** Probabilities are looked up by their upper ten bits. */
    private static final int LOOKUP_SHIFT = 6;

    /** sqrt(2) / 0.69 in 1/2^20: where a scale rounds up to the next. */
    private static final long SCALE_BOUND = 2_149_145;

    private static final double LN_2 = StrictMath.log(2);

    private static final int[] COSTS = costs();

    private final ColumnModel model = new ColumnModel();

    private static int[] costs() {
        int entries = 65536 >> LOOKUP_SHIFT;
        int[] costs = new int[entries + 1];
        for (int i = 1; i <= entries; i++) {
            costs[i] = (int) Math.round(-BIT * StrictMath.log(i / (double) entries) / LN_2);
        }
        costs[0] = costs[1];
        return costs;
    }

    /**
     * {@code clamp(round(log2(0.69 * max(mean |r|, 0.05))), -4, 11) + 4}, in integers.
     *
     * @param sum of the residuals' magnitudes
     * @param n how many they are, 1..1023
     */
    static int usualScale(long sum, int n) {
        // Above this the scale is the largest anyway; no shift below can overflow.
        long bounded = Math.min(sum, (long) n << 14) << 24;
        int scale = 0;
        while (scale < ColumnModel.SCALES - 1 && bounded >= (n * SCALE_BOUND) << scale) {
            scale++;
        }
        return scale;
    }

    /**
     * About what residuals of these lengths would cost under a scale, in 1/1024 bit: each
     * probability as it stands when two fifths of its decisions are coded. Signs and the bits below
     * the leading one cost a bit each, which their adaptive probabilities change little.
     *
     * @param lengths how many residuals have a magnitude of how many bits
     * @param values how many there are
     */
    static long about(int[] lengths, int values, int scale) {
        int[] starts = ColumnModel.STARTS[scale];
        int[] costs = COSTS;
        int rest = values - lengths[0];
        int start = starts[ColumnModel.Z] >>> ColumnModel.COUNT_BITS;
        int then = then(start, lengths[0], rest);
        // 1,023 values of at most 500 bits: an int has room.
        int sum = lengths[0] * costs[then >> LOOKUP_SHIFT];
        sum += rest * (costs[(65536 - then) >> LOOKUP_SHIFT] + BIT);
        for (int e = 0; rest > 0; e++) {
            int ending = lengths[e + 1];
            start = starts[ColumnModel.E + (e < ColumnModel.LAST ? e : ColumnModel.LAST)];
            start >>>= ColumnModel.COUNT_BITS;
            // As then() has it: where code is interpreted, a call costs as much as all else here.
            then = (135 * start + ((rest - ending) << 18)) / (135 + 4 * rest);
            rest -= ending;
            sum += rest * costs[then >> LOOKUP_SHIFT];
            sum += ending * (costs[(65536 - then) >> LOOKUP_SHIFT] + e * BIT);
        }
        return sum;
    }

    /** A probability starts as if it had seen 13.5 decisions: 2/5 of n are 4 n beside 135. */
    private static int then(int start, int ones, int zeros) {
        return (135 * start + (ones << 18)) / (135 + 4 * (ones + zeros));
    }

    /**
     * Exactly what residuals 1 to {@code n - 1} cost, in 1/1024 bit.
     *
     * @param lengths of each magnitude in bits
     * @param atMost where counting may stop
     */
    long of(long[] residuals, byte[] lengths, int n, int scale, long atMost) {
        model.start(scale);
        int[] states = model.states;
        long sum = 0;
        for (int i = 1; i < n && sum < atMost; i++) {
            int length = lengths[i];
            long rest = ColumnModel.decisions(residuals[i], length);
            for (int at : ColumnModel.PATHS[length]) {
                int p = states[at];
                int count = p & ColumnModel.COUNT_MASK;
                p >>>= ColumnModel.COUNT_BITS;
                if (((int) rest & 1) != 0) {
                    sum += COSTS[p >> LOOKUP_SHIFT];
                    p += ((65536 - p) * ColumnModel.RATES[count]) >> 16;
                    if (p > ColumnModel.MOST) {
                        p = ColumnModel.MOST;
                    }
                } else {
                    sum += COSTS[(65536 - p) >> LOOKUP_SHIFT];
                    p -= (p * ColumnModel.RATES[count]) >> 16;
                    if (p < ColumnModel.LEAST) {
                        p = ColumnModel.LEAST;
                    }
                }
                states[at] = (p << ColumnModel.COUNT_BITS) | ColumnModel.NEXT_COUNTS[count];
                rest >>>= 1;
            }
            if (length > 2) {
                sum += (long) (length - 2) * BIT;
            }
        }
        return sum;
    }
}
