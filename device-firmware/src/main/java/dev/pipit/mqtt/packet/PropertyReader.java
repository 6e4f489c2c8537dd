package dev.pipit.mqtt.packet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Checks the properties of one packet and remembers where each stands: known, legal in the packet,
 * once (User Property, and Subscription Identifier in PUBLISH, any number of times), whole, and
 * with a value in its range (section 2.2.2.2 and those of the packets).
 */
final class PropertyReader {
    private static final long[] LEGAL = new long[16];

    static {
        LEGAL[PacketType.CONNACK] =
                bits(
                        Property.SESSION_EXPIRY_INTERVAL,
                        Property.ASSIGNED_CLIENT_IDENTIFIER,
                        Property.SERVER_KEEP_ALIVE,
                        Property.AUTHENTICATION_METHOD,
                        Property.AUTHENTICATION_DATA,
                        Property.RESPONSE_INFORMATION,
                        Property.SERVER_REFERENCE,
                        Property.REASON_STRING,
                        Property.RECEIVE_MAXIMUM,
                        Property.TOPIC_ALIAS_MAXIMUM,
                        Property.MAXIMUM_QOS,
                        Property.RETAIN_AVAILABLE,
                        Property.USER_PROPERTY,
                        Property.MAXIMUM_PACKET_SIZE,
                        Property.WILDCARD_SUBSCRIPTION_AVAILABLE,
                        Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                        Property.SHARED_SUBSCRIPTION_AVAILABLE);
        LEGAL[PacketType.PUBLISH] =
                bits(
                        Property.PAYLOAD_FORMAT_INDICATOR,
                        Property.MESSAGE_EXPIRY_INTERVAL,
                        Property.CONTENT_TYPE,
                        Property.RESPONSE_TOPIC,
                        Property.CORRELATION_DATA,
                        Property.SUBSCRIPTION_IDENTIFIER,
                        Property.TOPIC_ALIAS,
                        Property.USER_PROPERTY);
        long answer = bits(Property.REASON_STRING, Property.USER_PROPERTY);
        LEGAL[PacketType.PUBACK] = answer;
        LEGAL[PacketType.PUBREC] = answer;
        LEGAL[PacketType.PUBREL] = answer;
        LEGAL[PacketType.PUBCOMP] = answer;
        LEGAL[PacketType.SUBACK] = answer;
        LEGAL[PacketType.UNSUBACK] = answer;
        // Session Expiry Interval is the client's alone here (3.14.2.2.2).
        LEGAL[PacketType.DISCONNECT] = answer | bits(Property.SERVER_REFERENCE);
        LEGAL[PacketType.AUTH] =
                answer | bits(Property.AUTHENTICATION_METHOD, Property.AUTHENTICATION_DATA);
    }

    private final Rejection rejection;
    private final int[] valueAt = new int[0x2B];
    private long seen;
    private byte[] bytes = {};

    PropertyReader(Rejection rejection) {
        this.rejection = rejection;
    }

    /** No properties. */
    void clear() {
        seen = 0;
    }

    /**
     * Checks {@code length} bytes of properties.
     *
     * @param start of the packet, for the rejection's offset
     * @return 0, or the Reason Code of the rejection
     */
    int check(int type, byte[] from, int start, int offset, int end) {
        bytes = from;
        seen = 0;
        int at = offset;
        while (at < end) {
            int identifier = from[at];
            int kind = identifier < 0 ? 0 : PropertyCursor.type(identifier);
            // An identifier takes a Variable Byte Integer, of which all that exist are one byte.
            if (kind == 0) {
                return refuse(
                        ReasonCode.MALFORMED_PACKET,
                        type,
                        "Property Identifier",
                        "not known",
                        at - start);
            }
            long bit = 1L << identifier;
            if ((LEGAL[type] & bit) == 0) {
                return refuse(
                        ReasonCode.PROTOCOL_ERROR,
                        type,
                        Property.name(identifier),
                        "not allowed in this packet",
                        at - start);
            }
            if ((seen & bit) != 0 && !repeatable(type, identifier)) {
                return refuse(
                        ReasonCode.PROTOCOL_ERROR,
                        type,
                        Property.name(identifier),
                        "twice",
                        at - start);
            }
            int next = PropertyCursor.behindChecked(from, at, end);
            if (next < 0) {
                return refuse(
                        ReasonCode.MALFORMED_PACKET,
                        type,
                        Property.name(identifier),
                        next == PropertyCursor.TOO_SHORT
                                ? "reaches beyond the properties"
                                : "not valid UTF-8, or NUL in it, or not the shortest form",
                        at - start);
            }
            if ((seen & bit) == 0) {
                seen |= bit;
                valueAt[identifier] = at + 1;
            }
            String problem = valueProblem(identifier, at + 1);
            if (problem != null) {
                return refuse(
                        ReasonCode.PROTOCOL_ERROR,
                        type,
                        Property.name(identifier),
                        problem,
                        at + 1 - start);
            }
            at = next;
        }
        return 0;
    }

    boolean has(int property) {
        return (seen & (1L << property)) != 0;
    }

    boolean flag(int property, boolean otherwise) {
        return has(property) ? bytes[valueAt[property]] == 1 : otherwise;
    }

    int oneByte(int property, int otherwise) {
        return has(property) ? bytes[valueAt[property]] & 0xFF : otherwise;
    }

    int twoBytes(int property, int otherwise) {
        return has(property) ? PropertyCursor.twoBytes(bytes, valueAt[property]) : otherwise;
    }

    long fourBytes(int property, long otherwise) {
        return has(property) ? PropertyCursor.fourBytes(bytes, valueAt[property]) : otherwise;
    }

    @Nullable String string(int property) {
        return has(property)
                ? new String(
                        bytes,
                        valueAt[property] + 2,
                        PropertyCursor.twoBytes(bytes, valueAt[property]),
                        StandardCharsets.UTF_8)
                : null;
    }

    byte @Nullable [] binary(int property) {
        if (!has(property)) {
            return null;
        }
        int at = valueAt[property];
        return Arrays.copyOfRange(bytes, at + 2, at + 2 + PropertyCursor.twoBytes(bytes, at));
    }

    private static boolean repeatable(int type, int identifier) {
        return identifier == Property.USER_PROPERTY
                || (identifier == Property.SUBSCRIPTION_IDENTIFIER && type == PacketType.PUBLISH);
    }

    private @Nullable String valueProblem(int identifier, int at) {
        return switch (identifier) {
            case Property.PAYLOAD_FORMAT_INDICATOR,
                    Property.MAXIMUM_QOS,
                    Property.RETAIN_AVAILABLE,
                    Property.WILDCARD_SUBSCRIPTION_AVAILABLE,
                    Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                    Property.SHARED_SUBSCRIPTION_AVAILABLE ->
                    bytes[at] == 0 || bytes[at] == 1 ? null : "neither 0 nor 1";
            case Property.RECEIVE_MAXIMUM ->
                    PropertyCursor.twoBytes(bytes, at) == 0 ? "zero" : null;
            case Property.MAXIMUM_PACKET_SIZE ->
                    PropertyCursor.fourBytes(bytes, at) == 0 ? "zero" : null;
            case Property.SUBSCRIPTION_IDENTIFIER -> bytes[at] == 0 ? "zero" : null;
            case Property.RESPONSE_TOPIC ->
                    Utf8.topicName(bytes, at + 2, PropertyCursor.twoBytes(bytes, at)) == Utf8.FINE
                            ? null
                            : "empty, or with a wildcard";
            default -> null;
        };
    }

    private int refuse(int reasonCode, int type, String field, String problem, int offset) {
        return rejection.set(reasonCode, type, field, problem, offset);
    }

    private static long bits(int... properties) {
        long bits = 0;
        for (int property : properties) {
            bits |= 1L << property;
        }
        return bits;
    }
}
