package dev.pipit.mqtt.packet;

/** Walks properties. */
final class PropertyCursor {
    private static final int ONE_BYTE = 1;
    private static final int TWO_BYTES = 2;
    private static final int FOUR_BYTES = 3;
    private static final int VARIABLE = 4;
    private static final int STRING = 5;
    private static final int BINARY = 6;
    private static final int PAIR = 7;

    private PropertyCursor() {}

    static int type(int property) {
        return switch (property) {
            case Property.PAYLOAD_FORMAT_INDICATOR,
                    Property.REQUEST_PROBLEM_INFORMATION,
                    Property.REQUEST_RESPONSE_INFORMATION,
                    Property.MAXIMUM_QOS,
                    Property.RETAIN_AVAILABLE,
                    Property.WILDCARD_SUBSCRIPTION_AVAILABLE,
                    Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                    Property.SHARED_SUBSCRIPTION_AVAILABLE ->
                    ONE_BYTE;
            case Property.SERVER_KEEP_ALIVE,
                    Property.RECEIVE_MAXIMUM,
                    Property.TOPIC_ALIAS_MAXIMUM,
                    Property.TOPIC_ALIAS ->
                    TWO_BYTES;
            case Property.MESSAGE_EXPIRY_INTERVAL,
                    Property.SESSION_EXPIRY_INTERVAL,
                    Property.WILL_DELAY_INTERVAL,
                    Property.MAXIMUM_PACKET_SIZE ->
                    FOUR_BYTES;
            case Property.SUBSCRIPTION_IDENTIFIER -> VARIABLE;
            case Property.CONTENT_TYPE,
                    Property.RESPONSE_TOPIC,
                    Property.ASSIGNED_CLIENT_IDENTIFIER,
                    Property.AUTHENTICATION_METHOD,
                    Property.RESPONSE_INFORMATION,
                    Property.SERVER_REFERENCE,
                    Property.REASON_STRING ->
                    STRING;
            case Property.CORRELATION_DATA, Property.AUTHENTICATION_DATA -> BINARY;
            case Property.USER_PROPERTY -> PAIR;
            default -> 0;
        };
    }

    /** Offset behind the property at {@code at}, whose bytes were checked before. */
    static int behind(byte[] bytes, int at, int end) {
        int value = at + 1;
        return switch (type(bytes[at])) {
            case ONE_BYTE -> value + 1;
            case TWO_BYTES -> value + 2;
            case FOUR_BYTES -> value + 4;
            case VARIABLE -> value + (int) (VariableByteInteger.read(bytes, value, end) >>> 32);
            case STRING, BINARY -> value + 2 + twoBytes(bytes, value);
            case PAIR -> {
                int second = value + 2 + twoBytes(bytes, value);
                yield second + 2 + twoBytes(bytes, second);
            }
            default -> throw new IllegalStateException("property " + bytes[at]);
        };
    }

    /** {@link #behindChecked}: the value does not end before the properties do. */
    static final int TOO_SHORT = -1;

    /** {@link #behindChecked}: the value's bytes are none of its type. */
    static final int BAD_VALUE = -2;

    /**
     * Offset behind the property at {@code at}, whose identifier is known, or {@link #TOO_SHORT} or
     * {@link #BAD_VALUE}.
     */
    static int behindChecked(byte[] bytes, int at, int end) {
        int value = at + 1;
        return switch (type(bytes[at])) {
            case ONE_BYTE -> value + 1 <= end ? value + 1 : TOO_SHORT;
            case TWO_BYTES -> value + 2 <= end ? value + 2 : TOO_SHORT;
            case FOUR_BYTES -> value + 4 <= end ? value + 4 : TOO_SHORT;
            case VARIABLE -> {
                long read = VariableByteInteger.read(bytes, value, end);
                yield read == VariableByteInteger.INCOMPLETE
                        ? TOO_SHORT
                        : read == VariableByteInteger.MALFORMED
                                ? BAD_VALUE
                                : value + (int) (read >>> 32);
            }
            case STRING -> string(bytes, value, end);
            case BINARY -> binary(bytes, value, end);
            default -> {
                int second = string(bytes, value, end);
                yield second < 0 ? second : string(bytes, second, end);
            }
        };
    }

    private static int binary(byte[] bytes, int at, int end) {
        if (at + 2 > end) {
            return TOO_SHORT;
        }
        int behind = at + 2 + twoBytes(bytes, at);
        return behind <= end ? behind : TOO_SHORT;
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
