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
     * The cost of residuals 1 to {@code n - 1}, in 1/1024 bit.
     *
     * @param atMost where counting may stop
     */
    long of(long[] residuals, int n, int scale, long atMost) {
        model.start(scale);
        int[] p = model.p;
        int[] counts = model.counts;
        long sum = 0;
        for (int i = 1; i < n && sum < atMost; i++) {
            long residual = residuals[i];
            long magnitude = Math.abs(residual);
            int e = residual == 0 ? 0 : 63 - Long.numberOfLeadingZeros(magnitude);
            long rest = ColumnModel.decisions(residual, magnitude, e);
            int decisions = ColumnModel.decisionCount(residual, e);
            for (int k = 0; k < decisions; k++) {
                int index = k < ColumnModel.T ? k : ColumnModel.T - 1;
                if (k == e + 3) {
                    index = ColumnModel.T + (e < ColumnModel.LAST ? e : ColumnModel.LAST);
                }
                int now = p[index];
                int count = counts[index];
                if ((rest & 1) != 0) {
                    sum += COSTS[now >> LOOKUP_SHIFT];
                    now += ((65536 - now) * ColumnModel.RATES[count]) >> 16;
                    p[index] = now < ColumnModel.MOST ? now : ColumnModel.MOST;
                } else {
                    sum += COSTS[(65536 - now) >> LOOKUP_SHIFT];
                    now -= (now * ColumnModel.RATES[count]) >> 16;
                    p[index] = now > ColumnModel.LEAST ? now : ColumnModel.LEAST;
                }
                if (count < ColumnModel.LAST_COUNT) {
                    counts[index] = count + 1;
                }
                rest >>>= 1;
            }
            if (e > 1) {
                sum += (long) (e - 1) * BIT;
            }
        }
        return sum;
    }
}
