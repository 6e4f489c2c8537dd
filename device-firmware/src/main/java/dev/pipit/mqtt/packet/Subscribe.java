package dev.pipit.mqtt.packet;

import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE and UNSUBSCRIBE of one Topic Filter (sections 3.8, 3.10), and what makes a filter
 * legal.
 *
 * <pre>
 *  82 | Remaining Length | Packet Identifier (2) | [Properties] | Topic Filter | options
 *  A2 | Remaining Length | Packet Identifier (2) | [Properties] | Topic Filter
 *
 *  options: bits 1-0 QoS; MQTT 5: 2 No Local, 3 Retain As Published, 5-4 Retain Handling
 * </pre>
 */
public final class Subscribe {
    private Subscribe() {}

    /**
     * @param options as in the diagram; the bits of MQTT 5 are cleared before it
     * @param subscriptionIdentifier 0: none
     */
    public static byte[] encode(
            int level,
            int packetIdentifier,
            String filter,
            int options,
            int subscriptionIdentifier) {
        PacketWriter out = new PacketWriter();
        out.twoBytes(packetIdentifier);
        if (level == 5) {
            PropertyWriter properties = new PropertyWriter();
            if (subscriptionIdentifier > 0) {
                properties.variable(Property.SUBSCRIPTION_IDENTIFIER, subscriptionIdentifier);
            }
            out.properties(properties.toBytes());
        }
        out.binary(Utf8.bytes(filter, "the filter"));
        out.oneByte(level == 5 ? options : options & 0x03);
        return out.packet((PacketType.SUBSCRIBE << 4) | 0x02);
    }

    /** UNSUBSCRIBE. */
    public static byte[] encodeUnsubscribe(int level, int packetIdentifier, String filter) {
        PacketWriter out = new PacketWriter();
        out.twoBytes(packetIdentifier);
        if (level == 5) {
            out.properties(new byte[0]);
        }
        out.binary(Utf8.bytes(filter, "the filter"));
        return out.packet((PacketType.UNSUBSCRIBE << 4) | 0x02);
    }

    /** Whether the filter is of the form {@code $share/name/filter} (MQTT 5). */
    public static boolean isShared(String filter) {
        return filter.startsWith("$share/");
    }

    /**
     * Checks a Topic Filter: 1 to 65,535 bytes of UTF-8 without NUL, {@code #} alone in the last
     * level, {@code +} alone in a level ([MQTT-4.7.1-1], [MQTT-4.7.1-2], [MQTT-4.7.3-1]); a share
     * name of at least one character without wildcards, then a filter ([MQTT-4.8.2-1],
     * [MQTT-4.8.2-2]).
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static void check(String filter) {
        String problem = problem(filter);
        if (problem != null) {
            throw new IllegalArgumentException("the filter '" + filter + "' " + problem);
        }
        Utf8.bytes(filter, "the filter '" + filter + "'");
    }

    private static @Nullable String problem(String filter) {
        String levels = filter;
        if (filter.equals("$share") || isShared(filter)) {
            int slash = filter.indexOf('/', "$share/".length());
            String name =
                    filter.equals("$share")
                            ? ""
                            : filter.substring(
                                    "$share/".length(), slash < 0 ? filter.length() : slash);
            if (name.isEmpty() || name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
                return "needs a share name without wildcards: $share/name/filter";
            }
            if (slash < 0 || slash + 1 == filter.length()) {
                return "ends behind the share name: $share/name/filter";
            }
            levels = filter.substring(slash + 1);
        }
        if (levels.isEmpty()) {
            return "is empty: at least one character";
        }
        for (int i = 0; i < levels.length(); i++) {
            char c = levels.charAt(i);
            if (c != '+' && c != '#') {
                continue;
            }
            boolean begins = i == 0 || levels.charAt(i - 1) == '/';
            boolean ends = i + 1 == levels.length() || levels.charAt(i + 1) == '/';
            if (!begins || !ends) {
                return "has " + c + " beside other characters: a wildcard fills its whole level";
            }
            if (c == '#' && i + 1 != levels.length()) {
                return "has # before its end: # is the last level";
            }
        }
        return null;
    }
}
