package dev.pipit.mqtt.packet;

/** Walks properties. */
final class PropertyCursor {
    private PropertyCursor() {}

    /** {@link #behind}: the value does not end before the properties do. */
    static final int TOO_SHORT = -1;

    /** {@link #behind}: the value's bytes are none of its type. */
    static final int BAD_VALUE = -2;

    /**
     * Offset behind the property at {@code at}, whose identifier is known, or {@link #TOO_SHORT} or
     * {@link #BAD_VALUE}.
     */
    static int behind(byte[] bytes, int at, int end) {
        int value = at + 1;
        return switch (Property.type(bytes[at])) {
            case Property.BIT -> fixed(value + 1, end);
            case Property.TWO_BYTES -> fixed(value + 2, end);
            case Property.FOUR_BYTES -> fixed(value + 4, end);
            case Property.VARIABLE -> {
                long read = VariableByteInteger.read(bytes, value, end);
                yield read == VariableByteInteger.INCOMPLETE
                        ? TOO_SHORT
                        : read == VariableByteInteger.MALFORMED
                                ? BAD_VALUE
                                : value + (int) (read >>> 32);
            }
            case Property.STRING -> string(bytes, value, end);
            case Property.BINARY -> binary(bytes, value, end);
            default -> {
                int second = string(bytes, value, end);
                yield second < 0 ? second : string(bytes, second, end);
            }
        };
    }

    private static int fixed(int behind, int end) {
        return behind <= end ? behind : TOO_SHORT;
    }

    private static int binary(byte[] bytes, int at, int end) {
        return at + 2 > end ? TOO_SHORT : fixed(at + 2 + twoBytes(bytes, at), end);
    }

    private static int string(byte[] bytes, int at, int end) {
        int behind = binary(bytes, at, end);
        return behind < 0 || Utf8.wellFormed(bytes, at + 2, behind - at - 2) ? behind : BAD_VALUE;
    }

    static int twoBytes(byte[] bytes, int at) {
        return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    }

    static long fourBytes(byte[] bytes, int at) {
        return ((long) twoBytes(bytes, at) << 16) | twoBytes(bytes, at + 2);
    }
}
