package dev.pipit.telemetry.format;

/**
 * The little of Protocol Buffers that Sparkplug payloads need: tags, varints, fixed numbers and
 * nested messages.
 *
 * <pre>
 *  tag = field number << 3 | wire type     0 varint   1 eight bytes   2 length and bytes   5 four bytes
 * </pre>
 */
final class Protobuf {
    static final int VARINT = 0;
    static final int EIGHT_BYTES = 1;
    static final int BYTES = 2;
    static final int FOUR_BYTES = 5;

    private Protobuf() {}

    static void varint(int field, long value, PayloadBuffer out) {
        varint(field << 3 | VARINT, out);
        varint(value, out);
    }

    static void number(int field, double value, PayloadBuffer out) {
        varint(field << 3 | EIGHT_BYTES, out);
        out.littleEndian(Double.doubleToRawLongBits(value), 8);
    }

    static void bytes(int field, byte[] value, PayloadBuffer out) {
        varint(field << 3 | BYTES, out);
        varint(value.length, out);
        out.put(value);
    }

    /** A nested message that another buffer holds. */
    static void message(int field, PayloadBuffer inner, PayloadBuffer out) {
        varint(field << 3 | BYTES, out);
        varint(inner.length(), out);
        out.put(inner);
    }

    private static void varint(long value, PayloadBuffer out) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.put((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.put((int) rest);
    }
}
