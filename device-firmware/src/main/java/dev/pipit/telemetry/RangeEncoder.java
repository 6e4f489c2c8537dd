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
        bit(bit, model.p[index]);
        model.update(index, bit);
    }

    /**
     * A residual's decisions under a column's model, then the bits that have none. One loop over
     * all of them, on copies of every field: this is most of what encoding costs.
     *
     * @param decisions as {@link ColumnModel#decisions} packs them
     * @param e the exponent of the magnitude; 0 where the residual is 0
     * @param raw the magnitude, of which the {@code e - 1} lowest bits are coded raw
     */
    void residual(ColumnModel model, long decisions, int count, int e, long raw) {
        int[] p = model.p;
        int[] counts = model.counts;
        int low = lo;
        int high = hi;
        long rest = decisions;
        for (int i = 0; i < count; i++) {
            int index = i < ColumnModel.T ? i : ColumnModel.T - 1;
            if (i == e + 3) {
                index = ColumnModel.T + (e < ColumnModel.LAST ? e : ColumnModel.LAST);
            }
            int now = p[index];
            int range = high - low;
            int middle = low + (range >>> 16) * now + (((range & 65535) * now) >>> 16);
            int n = counts[index];
            if ((rest & 1) != 0) {
                high = middle;
                now += ((65536 - now) * ColumnModel.RATES[n]) >> 16;
                p[index] = now < ColumnModel.MOST ? now : ColumnModel.MOST;
            } else {
                low = middle + 1;
                now -= (now * ColumnModel.RATES[n]) >> 16;
                p[index] = now > ColumnModel.LEAST ? now : ColumnModel.LEAST;
            }
            if (n < ColumnModel.LAST_COUNT) {
                counts[index] = n + 1;
            }
            rest >>>= 1;
            while (((low ^ high) & TOP) == 0) {
                put(low >>> 24);
                low <<= 8;
                high = high << 8 | 0xFF;
            }
        }
        for (int i = e - 2; i >= 0; i--) {
            int middle = low + ((high - low) >>> 1);
            if ((raw >>> i & 1) != 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
            while (((low ^ high) & TOP) == 0) {
                put(low >>> 24);
                low <<= 8;
                high = high << 8 | 0xFF;
            }
        }
        lo = low;
        hi = high;
    }

    /** The lowest bits of a value, most significant first, each worth one bit. */
    void raw(long value, int bits) {
        for (int i = bits - 1; i >= 0; i--) {
            bit((int) (value >>> i) & 1, 32768);
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
