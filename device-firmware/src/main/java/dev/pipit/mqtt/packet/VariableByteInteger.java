package dev.pipit.mqtt.packet;

/** Variable Byte Integer: seven bits a byte, least first, in the fewest bytes ([MQTT-1.5.5-1]). */
public final class VariableByteInteger {
    /** 268,435,455. */
    public static final int MAX = 0x0FFF_FFFF;

    /** {@link #read}: the bytes end before the integer does. */
    public static final long INCOMPLETE = -1;

    /** {@link #read}: more than four bytes, or not the fewest. */
    public static final long MALFORMED = -2;

    private VariableByteInteger() {}

    /** Bytes that the value takes, 1 to 4. */
    public static int size(int value) {
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;
    }

    /** Writes the value; returns the offset behind it. */
    public static int write(byte[] into, int offset, int value) {
        if (value > 0x7F) {
            return writeMore(into, offset, value);
        }
        into[offset] = (byte) value;
        return offset + 1;
    }

    private static int writeMore(byte[] into, int offset, int value) {
        int rest = value;
        int at = offset;
        while (rest > 0x7F) {
            into[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[at++] = (byte) rest;
        return at;
    }

    /**
     * @return the value in the lower 32 bits and its size in bytes in the upper, or {@link
     *     #INCOMPLETE} or {@link #MALFORMED}
     */
    public static long read(byte[] bytes, int offset, int end) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            if (offset + i >= end) {
                return INCOMPLETE;
            }
            int b = bytes[offset + i];
            value |= (b & 0x7F) << (7 * i);
            if (b >= 0) {
                return b == 0 && i > 0 ? MALFORMED : ((long) (i + 1) << 32) | value;
            }
        }
        return MALFORMED;
    }
}
