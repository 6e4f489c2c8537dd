package dev.pipit.telemetry;

/** The binary range coder of dense frames, reading; zeros past the end of its bytes. */
final class RangeDecoder {
    private static final long TOP = 0xFF000000L;
    private static final long ALL = 0xFFFFFFFFL;

    private byte[] in = new byte[0];
    private int at;
    private int end;
    private long lo;
    private long hi;
    private long x;

    void start(byte[] from, int offset, int until) {
        in = from;
        at = offset;
        end = until;
        lo = 0;
        hi = ALL;
        x = 0;
        for (int i = 0; i < 4; i++) {
            x = x << 8 | next();
        }
    }

    int bit(int p) {
        long range = hi - lo;
        long middle = lo + (range >>> 16) * p + (((range & 65535) * p) >>> 16);
        int bit;
        if (x <= middle) {
            bit = 1;
            hi = middle;
        } else {
            bit = 0;
            lo = middle + 1;
        }
        while (((lo ^ hi) & TOP) == 0) {
            lo = (lo << 8) & ALL;
            hi = ((hi << 8) & ALL) | 0xFF;
            x = ((x << 8) & ALL) | next();
        }
        return bit;
    }

    int bit(ColumnModel model, int index) {
        int bit = bit(model.probability(index));
        model.update(index, bit);
        return bit;
    }

    long raw(int bits) {
        long value = 0;
        for (int i = 0; i < bits; i++) {
            value = value << 1 | bit(32768);
        }
        return value;
    }

    /** Bytes that were never taken in: a frame has none. */
    int left() {
        return Math.max(0, end - at);
    }

    private int next() {
        return at < end ? in[at++] & 0xFF : 0;
    }
}
