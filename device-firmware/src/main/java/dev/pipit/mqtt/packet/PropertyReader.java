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
    private final Rejection rejection;
    private final int[] valueAt = new int[64];
    private long seen;
    private byte[] bytes = {};

    /** Offset of the properties that {@link #read} found, and behind them. */
    int first;

    int behind;

    PropertyReader(Rejection rejection) {
        this.rejection = rejection;
    }

    /** No properties. */
    void clear() {
        seen = 0;
    }

    /**
     * Reads Property Length and properties.
     *
     * @param limit offset behind the packet
     * @return 0, or the Reason Code of the rejection
     */
    int read(byte[] from, int at, int limit) {
        int type = rejection.type();
        bytes = from;
        seen = 0;
        long length = VariableByteInteger.read(from, at, limit);
        if (length == VariableByteInteger.MALFORMED) {
            return rejection.malformed(
                    "Property Length", "more than four bytes, or not the fewest", at);
        }
        first = at + (int) (length >>> 32);
        if (length == VariableByteInteger.INCOMPLETE || (int) length > limit - first) {
            return rejection.tooShort("Property Length", at);
        }
        behind = first + (int) length;
        int property = first;
        while (property < behind) {
            int next = check(type, property);
            if (next == 0) {
                return rejection.reasonCode();
            }
            property = next;
        }
        return 0;
    }

    /** {@link #read} of properties with which the packet ends. */
    int readLast(byte[] from, int at, int limit) {
        int problem = read(from, at, limit);
        return problem == 0 && behind < limit ? rejection.tooLong(behind) : problem;
    }

    /** Offset behind the property at {@code at}, or 0 after a rejection. */
    private int check(int type, int at) {
        int identifier = bytes[at];
        // An identifier takes a Variable Byte Integer, of which all that exist are one byte.
        if (!Property.exists(identifier)) {
            rejection.malformed("Property Identifier", "not known", at);
            return 0;
        }
        String name = Property.name(identifier);
        if (!Property.standsIn(identifier, type)) {
            rejection.breach(name, "not allowed in this packet", at);
            return 0;
        }
        if (has(identifier) && !repeatable(identifier)) {
            rejection.breach(name, "twice", at);
            return 0;
        }
        int next = PropertyCursor.behind(bytes, at, behind);
        if (next < 0) {
            rejection.malformed(
                    name,
                    next == PropertyCursor.TOO_SHORT
                            ? "reaches beyond the properties"
                            : "not valid UTF-8, or NUL in it, or not the shortest form",
                    at);
            return 0;
        }
        if (!has(identifier)) {
            seen |= 1L << identifier;
            valueAt[identifier] = at + 1;
        }
        String problem = valueProblem(identifier, at + 1);
        if (problem != null) {
            rejection.breach(name, problem, at + 1);
            return 0;
        }
        return next;
    }

    boolean has(int property) {
        return (seen & (1L << property)) != 0;
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

    /** In the packets where each may stand. */
    private static boolean repeatable(int identifier) {
        return identifier == Property.USER_PROPERTY
                || identifier == Property.SUBSCRIPTION_IDENTIFIER;
    }

    private @Nullable String valueProblem(int identifier, int at) {
        if (Property.type(identifier) == Property.BIT) {
            return (bytes[at] & 0xFE) == 0 ? null : "neither 0 nor 1";
        }
        return switch (identifier) {
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
}
