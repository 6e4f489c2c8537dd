package dev.pipit.telemetry;

/**
 * The binary range coder of dense frames, writing. Never writes past its limit: past that it only
 * remembers that the room was too small.
 *
 * <p>The bounds are unsigned 32-bit numbers in ints: sums and products wrap as they should, and a
 * device without 64-bit registers or without a compiler has half the work.
 */
final class RangeEncoder {
    private static final int TOP = 0xFF000000;
    private static final long UNSIGNED = 0xFFFFFFFFL;
    private static final long TOPS = 0xFF000000L;

    /** The bounds' top bytes differ while they are so far apart. */
    private static final long SMALL = 1 << 24;

    private byte[] out = new byte[0];
    private int start;
    private int at;
    private int limit;
    private int lo;
    private int hi;

    void start(byte[] into, int offset, int end) {
        out = into;
        start = offset;
        at = offset;
        limit = end;
        lo = 0;
        hi = -1;
    }

    /**
     * @param p the probability that the bit is 1, in 1/65536, 1..65535
     */
    void bit(int bit, int p) {
        int range = hi - lo;
        int middle = lo + (range >>> 16) * p + (((range & 65535) * p) >>> 16);
        if (bit != 0) {
            hi = middle;
        } else {
            lo = middle + 1;
        }
        while (((lo ^ hi) & TOP) == 0) {
            put(lo >>> 24);
            lo <<= 8;
            hi = hi << 8 | 0xFF;
        }
    }

    /** A bit under a model's probability, which moves with it. */
    void bit(int bit, ColumnModel model, int index) {
        bit(bit, model.probability(index));
        model.update(index, bit);
    }

    /**
     * The residuals 1 to {@code n - 1} under a column's model. Most of what encoding costs, so it
     * works on copies of every field, and counts on a range of 64 bits: a product and a shift less
     * per decision, which is what matters where code is interpreted.
     *
     * @param lengths of each magnitude in bits, at most {@link ColumnModel#MAX_EXPONENT} + 1
     */
    void residuals(ColumnModel model, long[] residuals, byte[] lengths, int n) {
        int[] states = model.states;
        int[] rates = ColumnModel.RATES;
        byte[] next = ColumnModel.NEXT_COUNTS;
        long low = lo & UNSIGNED;
        long range = (hi & UNSIGNED) - low;
        for (int i = 1; i < n; i++) {
            int length = lengths[i];
            long magnitude = residuals[i];
            long rest = ColumnModel.LENGTH_DECISIONS[length];
            if (magnitude > 0) {
                rest |= ColumnModel.POSITIVE;
            } else {
                magnitude = -magnitude;
            }
            if (length > 1) {
                rest |= ((magnitude >>> (length - 2)) & 1) << (length + 2);
            }
            for (int at : ColumnModel.PATHS[length]) {
                int p = states[at];
                int count = p & ColumnModel.COUNT_MASK;
                p >>>= ColumnModel.COUNT_BITS;
                long middle = (range * p) >>> 16;
                if (((int) rest & 1) != 0) {
                    range = middle;
                    p += ((65536 - p) * rates[count]) >> 16;
                    if (p > ColumnModel.MOST) {
                        p = ColumnModel.MOST;
                    }
                } else {
                    low += ++middle;
                    range -= middle;
                    p -= (p * rates[count]) >> 16;
                    if (p < ColumnModel.LEAST) {
                        p = ColumnModel.LEAST;
                    }
                }
                states[at] = (p << ColumnModel.COUNT_BITS) | next[count];
                rest >>>= 1;
                while (range < SMALL && ((low ^ (low + range)) & TOPS) == 0) {
                    put((int) (low >>> 24));
                    low = (low << 8) & UNSIGNED;
                    range = (range << 8) | 0xFF;
                }
            }
            for (int k = length - 3; k >= 0; k--) {
                long middle = range >>> 1;
                if (((int) (magnitude >>> k) & 1) != 0) {
                    range = middle;
                } else {
                    low += ++middle;
                    range -= middle;
                }
                while (range < SMALL && ((low ^ (low + range)) & TOPS) == 0) {
                    put((int) (low >>> 24));
                    low = (low << 8) & UNSIGNED;
                    range = (range << 8) | 0xFF;
                }
            }
        }
        lo = (int) low;
        hi = (int) (low + range);
    }

    /** The lowest bits of a value, most significant first, each worth one bit. */
    void raw(long value, int bits) {
        for (int i = bits - 1; i >= 0; i--) {
            int middle = lo + ((hi - lo) >>> 1);
            if (((int) (value >>> i) & 1) != 0) {
                hi = middle;
            } else {
                lo = middle + 1;
            }
            while (((lo ^ hi) & TOP) == 0) {
                put(lo >>> 24);
                lo <<= 8;
                hi = hi << 8 | 0xFF;
            }
        }
    }

    /** Length and sign of a magnitude, then its bits below the leading one. */
    void number(long value) {
        long magnitude = Math.abs(value);
        int length = 64 - Long.numberOfLeadingZeros(magnitude);
        raw(length, 6);
        if (length > 0) {
            raw(value < 0 ? 1 : 0, 1);
            raw(magnitude, length - 1);
        }
    }

    /**
     * Ends the stream with the fewest bytes that denote a number between the bounds, then drops
     * trailing zeros, which a decoder reads anyway.
     *
     * @return where the stream ends, or -1 if it did not fit
     */
    int finish() {
        long low = lo & UNSIGNED;
        long high = hi & UNSIGNED;
        for (int shift = 32; shift >= 0; shift -= 8) {
            // The smallest number at or above lo whose lower bits are zero.
            long below = (1L << shift) - 1;
            long number = (low + below) & ~below;
            if (number <= high) {
                for (int i = 24; i >= shift; i -= 8) {
                    put((int) (number >>> i));
                }
                break;
            }
        }
        if (at > limit) {
            return -1;
        }
        while (at > start && out[at - 1] == 0) {
            at--;
        }
        return at;
    }

    boolean overflowed() {
        return at > limit;
    }

    private void put(int value) {
        if (at < limit) {
            out[at] = (byte) value;
        }
        at++;
    }
}
