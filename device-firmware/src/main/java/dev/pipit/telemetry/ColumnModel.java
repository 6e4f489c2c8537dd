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
    private static final int[][] STARTS = starts();
    static final int[] RATES = rates();

    final int[] p = new int[SIZE];
    final int[] counts = new int[SIZE];

    private static int[][] starts() {
        int[][] starts = new int[SCALES][SIZE];
        for (int scale = 0; scale < SCALES; scale++) {
            int[] start = starts[scale];
            start[Z] = Z_START[scale];
            start[S] = S_START;
            for (int i = 0; i <= LAST; i++) {
                int j = i + 4 - scale;
                start[E + i] = E_START[Math.clamp(j + 8, 0, E_START.length - 1)];
                start[T + i] = T_START;
            }
        }
        return starts;
    }

    private static int[] rates() {
        int[] rates = new int[LAST_COUNT + 1];
        for (int n = 0; n <= LAST_COUNT; n++) {
            rates[n] = 131072 / (2 * n + 3);
        }
        return rates;
    }

    /**
     * The decisions that a residual takes under a model, the first in the lowest bit: Z, S,
     * E[0..e], T. The n-th is coded under probability n up to the last E, which all further ones
     * share; the one behind E[e] under T.
     *
     * @param e the exponent of the residual's magnitude; ignored for 0
     */
    static long decisions(long residual, long magnitude, int e) {
        if (residual == 0) {
            return 1;
        }
        long sign = residual > 0 ? 2 : 0;
        long exponent = ((1L << e) - 1) << 2;
        long second = e == 0 ? 0 : (magnitude >>> (e - 1) & 1) << (e + 3);
        return sign | exponent | second;
    }

    /** How many they are. */
    static int decisionCount(long residual, int e) {
        return residual == 0 ? 1 : e == 0 ? 3 : e + 4;
    }

    /** A new column under a scale, 0..15. */
    void start(int scale) {
        System.arraycopy(STARTS[scale], 0, p, 0, SIZE);
        java.util.Arrays.fill(counts, FIRST_COUNT);
    }

    /** A new mask of missing values: two probabilities, 0 and 1. */
    void startMask() {
        p[0] = 21845;
        p[1] = 32768;
        counts[0] = FIRST_COUNT;
        counts[1] = FIRST_COUNT;
    }

    /** Moves the probability behind {@code index} after a bit was coded under it. */
    void update(int index, int bit) {
        int rate = RATES[counts[index]];
        int now = p[index];
        if (bit != 0) {
            now = Math.min(now + (((65536 - now) * rate) >> 16), MOST);
        } else {
            now = Math.max(now - ((now * rate) >> 16), LEAST);
        }
        p[index] = now;
        if (counts[index] < LAST_COUNT) {
            counts[index]++;
        }
    }
}
