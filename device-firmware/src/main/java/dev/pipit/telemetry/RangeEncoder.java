package dev.pipit.telemetry;

/**
 * The binary range coder of dense frames, writing. Never writes past its limit: past that it only
 * remembers that the room was too small.
 */
final class RangeEncoder {
    private static final long TOP = 0xFF000000L;
    private static final long ALL = 0xFFFFFFFFL;

    private byte[] out = new byte[0];
    private int start;
    private int at;
    private int limit;
    private long lo;
    private long hi;

    void start(byte[] into, int offset, int end) {
        out = into;
        start = offset;
        at = offset;
        limit = end;
        lo = 0;
        hi = ALL;
    }

    /**
     * @param p the probability that the bit is 1, in 1/65536, 1..65535
     */
    void bit(int bit, int p) {
        long range = hi - lo;
        long middle = lo + (range >>> 16) * p + (((range & 65535) * p) >>> 16);
        if (bit != 0) {
            hi = middle;
        } else {
            lo = middle + 1;
        }
        while (((lo ^ hi) & TOP) == 0) {
            put((int) (lo >>> 24));
            lo = (lo << 8) & ALL;
            hi = ((hi << 8) & ALL) | 0xFF;
        }
    }

    /** A bit under a model's probability, which moves with it. */
    void bit(int bit, ColumnModel model, int index) {
        bit(bit, model.p[index]);
        model.update(index, bit);
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
        long below = ALL;
        for (int shift = 32; shift >= 0; shift -= 8) {
            // The smallest number at or above lo whose lower bits are zero.
            below = (1L << shift) - 1;
            long number = (lo + below) & ~below;
            if (number <= hi) {
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
