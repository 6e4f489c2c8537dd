package dev.pipit.telemetry;

/**
 * The adaptive probabilities of one column of a dense frame: one set that encoder and decoder move
 * in step.
 *
 * <pre>
 *  index   0   1   2 .. 21     22 .. 41
 *        +---+---+-----------+-----------+
 *        | Z | S | E[0..19]  | T[0..19]  |
 *        +---+---+-----------+-----------+
 * </pre>
 */
final class ColumnModel {
    static final int Z = 0;
    static final int S = 1;
    static final int E = 2;
    static final int LAST = 19;
    static final int T = E + LAST + 1;
    static final int SIZE = T + LAST + 1;

    static final int SCALES = 16;

    /** Bits below the leading one of a residual's magnitude, at most. */
    static final int MAX_EXPONENT = 40;

    private static final int FIRST_COUNT = 12;
    static final int LAST_COUNT = 60;
    static final int LEAST = 128;
    static final int MOST = 65408;

    /** A probability and its count share an int: one load and one store per decision. */
    static final int COUNT_BITS = 8;

    static final int COUNT_MASK = (1 << COUNT_BITS) - 1;

    private static final int[] Z_START = {
        65273, 65025, 57825, 39321, 21845, 11244, 5664, 2837, 1419, 709, 354, 262, 262, 262, 262,
        262
    };

    /** By j + 8, held to its ends: j = i + 4 - s. */
    private static final int[] E_START = {
        65273, 65182, 64830, 64131, 62757, 60096, 55108, 46340, 32768, 16384, 4096, 1310
    };

    private static final int S_START = 32768;
    private static final int T_START = 29491;

    /** By scale, what a column starts with. Never written to. */
    static final int[][] STARTS = starts();

    static final int[] RATES = rates();

    /** By count, the count after one more decision. */
    static final byte[] NEXT_COUNTS = nextCounts();

    /**
     * The probabilities that a residual's decisions are coded under, in order, by the bit length of
     * its magnitude: Z; Z, S, E[0]; Z, S, E[0], E[1], T[1]; ...
     */
    static final int[][] PATHS = paths();

    /**
     * What is decided on these paths, the first decision in the lowest bit, as far as the length
     * says: sign ({@link #POSITIVE}) and second bit are to be added.
     */
    static final long[] LENGTH_DECISIONS = lengthDecisions();

    /** The decision under S, for a residual above 0. */
    static final long POSITIVE = 2;

    /** Each a probability above its count: {@code p << COUNT_BITS | n}. */
    final int[] states = new int[SIZE];

    private static int[][] starts() {
        int[][] starts = new int[SCALES][SIZE];
        for (int scale = 0; scale < SCALES; scale++) {
            int[] start = starts[scale];
            start[Z] = fresh(Z_START[scale]);
            start[S] = fresh(S_START);
            for (int i = 0; i <= LAST; i++) {
                int j = i + 4 - scale;
                start[E + i] = fresh(E_START[Math.clamp(j + 8, 0, E_START.length - 1)]);
                start[T + i] = fresh(T_START);
            }
        }
        return starts;
    }

    private static int fresh(int p) {
        return (p << COUNT_BITS) | FIRST_COUNT;
    }

    private static int[] rates() {
        int[] rates = new int[LAST_COUNT + 1];
        for (int n = 0; n <= LAST_COUNT; n++) {
            rates[n] = 131072 / (2 * n + 3);
        }
        return rates;
    }

    private static byte[] nextCounts() {
        byte[] next = new byte[LAST_COUNT + 1];
        for (int n = 0; n <= LAST_COUNT; n++) {
            next[n] = (byte) Math.min(n + 1, LAST_COUNT);
        }
        return next;
    }

    private static int[][] paths() {
        int[][] paths = new int[MAX_EXPONENT + 2][];
        paths[0] = new int[] {Z};
        for (int e = 0; e <= MAX_EXPONENT; e++) {
            int[] path = new int[e == 0 ? 3 : e + 4];
            path[0] = Z;
            path[1] = S;
            for (int i = 0; i <= e; i++) {
                path[2 + i] = E + Math.min(i, LAST);
            }
            if (e > 0) {
                path[e + 3] = T + Math.min(e, LAST);
            }
            paths[e + 1] = path;
        }
        return paths;
    }

    private static long[] lengthDecisions() {
        long[] decisions = new long[MAX_EXPONENT + 2];
        decisions[0] = 1;
        for (int e = 0; e <= MAX_EXPONENT; e++) {
            decisions[e + 1] = ((1L << e) - 1) << 2;
        }
        return decisions;
    }

    /** All that a residual decides on its path, the first decision in the lowest bit. */
    static long decisions(long residual, int length) {
        long all = LENGTH_DECISIONS[length];
        if (residual > 0) {
            all |= POSITIVE;
        }
        if (length > 1) {
            all |= ((Math.abs(residual) >>> (length - 2)) & 1) << (length + 2);
        }
        return all;
    }

    /** A new column under a scale, 0..15. */
    void start(int scale) {
        System.arraycopy(STARTS[scale], 0, states, 0, SIZE);
    }

    /** A new mask of missing values: two probabilities, 0 and 1. */
    void startMask() {
        states[0] = fresh(21845);
        states[1] = fresh(32768);
    }

    /** The probability that the next bit is 1, in 1/65536. */
    int probability(int index) {
        return states[index] >>> COUNT_BITS;
    }

    /** Moves the probability behind {@code index} after a bit was coded under it. */
    void update(int index, int bit) {
        int now = states[index] >>> COUNT_BITS;
        int count = states[index] & COUNT_MASK;
        int rate = RATES[count];
        if (bit != 0) {
            now = Math.min(now + (((65536 - now) * rate) >> 16), MOST);
        } else {
            now = Math.max(now - ((now * rate) >> 16), LEAST);
        }
        states[index] = (now << COUNT_BITS) | NEXT_COUNTS[count];
    }
}
