package dev.pipit.telemetry;

import dev.pipit.telemetry.DenseEncoder.Effort;

/**
 * What each predictor leaves of a column, and which of them leaves the least. One thread at a time;
 * integers only; allocates nothing.
 */
final class Predictors {
    private static final int COUNT = 4;
    private static final int MAX_LENGTH = 64;

    /** Bit lengths of magnitudes below this are looked up: most are, and it is twice as fast. */
    private static final int SMALL = 1 << 10;

    private static final byte[] SMALL_LENGTHS = smallLengths();

    /** Averages of larger values would not be exact in a decoder that computes with doubles. */
    private static final long MAX_AVERAGED = (1L << 44) - 1;

    /** Bits of steps of which 1,023 do not lead from half of {@link #MAX_AVERAGED} beyond it. */
    private static final int SHORT = 32;

    private static final long IMPOSSIBLE = Long.MAX_VALUE;

    /** A scale is looked for where the cost is at most one part in so many above the least. */
    private static final int NEAR = 32;

    /** Costs that differ by at most one part in so many are counted exactly. */
    private static final int CLOSE = 16;

    private final long[][] residuals;
    private final byte[][] lengths;

    /** By predictor, how many residuals have a magnitude of how many bits. */
    private final int[][] tallies = new int[COUNT][MAX_LENGTH + 1];

    private final int[] longest = new int[COUNT];

    /**
     * Sums of the bit lengths of {@code 2|r| + 1}; {@link #IMPOSSIBLE} where it may not be used.
     */
    private final long[] sums = new long[COUNT];

    /** About what each costs, in 1/1024 bit; {@link #IMPOSSIBLE}: too much to be looked at. */
    private final long[] costs = new long[COUNT];

    private final int[] scales = new int[COUNT];
    private final ColumnCost cost = new ColumnCost();

    Predictors(int capacity) {
        residuals = new long[COUNT][capacity];
        lengths = new byte[COUNT][capacity];
    }

    private static byte[] smallLengths() {
        byte[] lengths = new byte[SMALL];
        for (int i = 0; i < SMALL; i++) {
            lengths[i] = (byte) (32 - Integer.numberOfLeadingZeros(i));
        }
        return lengths;
    }

    /** What a predictor leaves of the column that was looked at last, from index 1 on. */
    long[] residuals(int predictor) {
        return residuals[predictor];
    }

    /** The bit lengths of these residuals' magnitudes. */
    byte[] lengths(int predictor) {
        return lengths[predictor];
    }

    /** The scale that suits a predictor that was chosen. */
    int scale(int predictor) {
        return scales[predictor];
    }

    /**
     * The predictor that codes a column in the fewest bits; -1 if none can.
     *
     * @param n values of the column, 2 or more
     */
    int choose(long[] column, int n, Effort effort) {
        if (isConstant(column, n)) {
            java.util.Arrays.fill(residuals[0], 0, n, 0);
            java.util.Arrays.fill(lengths[0], 0, n, (byte) 0);
            scales[0] = 0;
            return 0;
        }
        predict(column, n);
        int shortest = -1;
        for (int predictor = 0; predictor < COUNT; predictor++) {
            tally(predictor, n);
            boolean averages = predictor == 1 || predictor == 2;
            if (longest[predictor] > ColumnModel.MAX_EXPONENT + 1
                    || (averages && !mayAverage(column, n))) {
                sums[predictor] = IMPOSSIBLE;
            } else if (shortest < 0 || sums[predictor] < sums[shortest]) {
                shortest = predictor;
            }
        }
        return shortest < 0 ? shortest : cheapest(shortest, n, effort);
    }

    private static boolean isConstant(long[] column, int n) {
        long first = column[0];
        int i = 1;
        while (i < n && column[i] == first) {
            i++;
        }
        return i == n;
    }

    private boolean mayAverage(long[] column, int n) {
        if (Math.abs(column[0]) <= MAX_AVERAGED / 2 && longest[0] <= SHORT) {
            // However its steps add up, the column stays within the bound.
            return true;
        }
        for (int i = 0; i < n; i++) {
            if (Math.abs(column[i]) > MAX_AVERAGED) {
                return false;
            }
        }
        return true;
    }

    /** All residuals of all predictors, in one pass over the column. */
    private void predict(long[] column, int n) {
        long[] last = residuals[0];
        long[] fastAverage = residuals[1];
        long[] slowAverage = residuals[2];
        long[] trend = residuals[3];
        long x1 = column[0];
        long step = 0;
        long fast = x1 << 8;
        long slow = fast;
        for (int i = 1; i < n; i++) {
            long x = column[i];
            long now = x - x1;
            last[i] = now;
            trend[i] = now - (step >> 1);
            step = now;
            fastAverage[i] = x - ((fast + 128) >> 8);
            slowAverage[i] = x - ((slow + 128) >> 8);
            long shifted = x << 8;
            fast += (shifted - fast) >> 1;
            slow += (shifted - slow) >> 2;
            x1 = x;
        }
    }

    /** Counts a predictor's residuals by their lengths. */
    private void tally(int predictor, int n) {
        long[] of = residuals[predictor];
        byte[] into = lengths[predictor];
        int[] tally = tallies[predictor];
        java.util.Arrays.fill(tally, 0, longest[predictor] + 1, 0);
        byte[] small = SMALL_LENGTHS;
        int most = 0;
        for (int i = 1; i < n; i++) {
            long magnitude = of[i];
            if (magnitude < 0) {
                magnitude = -magnitude;
            }
            int length =
                    magnitude < SMALL
                            ? small[(int) magnitude]
                            : 64 - Long.numberOfLeadingZeros(magnitude);
            into[i] = (byte) length;
            tally[length]++;
            if (length > most) {
                most = length;
            }
        }
        longest[predictor] = most;
        long sum = 0;
        for (int length = 0; length <= most; length++) {
            sum += (length + 1L) * tally[length];
        }
        sums[predictor] = sum;
    }

    /** A magnitude taken as the middle of its length. */
    private long sumOfMagnitudes(int predictor) {
        int[] tally = tallies[predictor];
        long sum = 0;
        for (int length = 1; length <= longest[predictor]; length++) {
            sum += ((3L << length) >> 2) * tally[length];
        }
        return sum;
    }

    /** Of the predictors that come near the shortest, the one that costs least, and its scale. */
    private int cheapest(int shortest, int n, Effort effort) {
        // Residuals much longer than the shortest hardly ever cost less: not worth the counting.
        long worthCounting = sums[shortest] + sums[shortest] / 8;
        int usual = ColumnCost.usualScale(sumOfMagnitudes(shortest), n - 1);
        long least = IMPOSSIBLE;
        for (int predictor = 0; predictor < COUNT; predictor++) {
            scales[predictor] = usual;
            costs[predictor] =
                    sums[predictor] <= worthCounting
                            ? ColumnCost.about(tallies[predictor], n - 1, usual)
                            : IMPOSSIBLE;
            least = Math.min(least, costs[predictor]);
        }
        long near = least + least / NEAR;
        int best = shortest;
        least = IMPOSSIBLE;
        for (int predictor = 0; predictor < COUNT; predictor++) {
            if (costs[predictor] <= near) {
                downhill(predictor, n - 1, usual);
                if (costs[predictor] < least) {
                    least = costs[predictor];
                    best = predictor;
                }
            }
        }
        return effort == Effort.FAST ? best : exactly(best, n);
    }

    /** Finds the scale that suits a predictor: over the scales, its cost falls and rises again. */
    private void downhill(int predictor, int values, int from) {
        int[] tally = tallies[predictor];
        int at = from;
        long least = costs[predictor];
        for (int direction = -1; direction <= 1 && at == from; direction += 2) {
            int next = at + direction;
            while (next >= 0 && next < ColumnModel.SCALES) {
                long other = ColumnCost.about(tally, values, next);
                if (other >= least) {
                    break;
                }
                least = other;
                at = next;
                next += direction;
            }
        }
        costs[predictor] = least;
        scales[predictor] = at;
    }

    /** Counts bit by bit where costs are too close to tell, also under the usual scale. */
    private int exactly(int about, int n) {
        long close = costs[about] + costs[about] / CLOSE;
        int best = about;
        long least = IMPOSSIBLE;
        for (int predictor = 0; predictor < COUNT; predictor++) {
            if (costs[predictor] > close) {
                continue;
            }
            int found = scales[predictor];
            int usual = ColumnCost.usualScale(sumOfMagnitudes(predictor, n), n - 1);
            for (int scale = usual; ; scale = found) {
                long bits = cost.of(residuals[predictor], lengths[predictor], n, scale, least);
                if (bits < least) {
                    least = bits;
                    best = predictor;
                    scales[predictor] = scale;
                }
                if (scale == found) {
                    break;
                }
            }
        }
        return best;
    }

    private long sumOfMagnitudes(int predictor, int n) {
        long[] of = residuals[predictor];
        long sum = 0;
        for (int i = 1; i < n; i++) {
            sum += Math.abs(of[i]);
        }
        return sum;
    }
}
