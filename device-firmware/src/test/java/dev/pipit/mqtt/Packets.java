package dev.pipit.mqtt;

import dev.pipit.testkit.Bytes;
import java.nio.charset.StandardCharsets;

/** Packets as both sides send them, for tests that run in every version. */
public final class Packets {
    private Packets() {}

    /** Fixed header with a Remaining Length below 128, then the parts. */
    public static byte[] packet(int first, byte[]... parts) {
        byte[] body = Bytes.join(parts);
        if (body.length > 127) {
            int length = body.length;
            return Bytes.join(
                    new byte[] {(byte) first, (byte) (length | 0x80), (byte) (length >>> 7)}, body);
        }
        return Bytes.join(new byte[] {(byte) first, (byte) body.length}, body);
    }

    /** With its length before it. */
    public static byte[] string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return Bytes.join(two(utf8.length), utf8);
    }

    public static byte[] two(int value) {
        return new byte[] {(byte) (value >>> 8), (byte) value};
    }

    private static byte[] noProperties(int level) {
        return new byte[level == 5 ? 1 : 0];
    }

    public static byte[] connack(int level, boolean sessionPresent) {
        byte[] flagsAndCode = {(byte) (sessionPresent ? 1 : 0), 0};
        return packet(0x20, flagsAndCode, noProperties(level));
    }

    /** CONNACK of MQTT 5 with properties. */
    public static byte[] connack(boolean sessionPresent, String properties) {
        byte[] bytes = Bytes.of(properties);
        return packet(
                0x20, new byte[] {(byte) (sessionPresent ? 1 : 0), 0, (byte) bytes.length}, bytes);
    }

    /**
     * PUBLISH without properties.
     *
     * @param first byte, such as 0x32 for QoS 1 and 0x3A for its repetition
     */
    public static byte[] publish(
            int level, int first, String topic, int identifier, String payload) {
        return packet(
                first,
                string(topic),
                (first & 0x06) == 0 ? new byte[0] : two(identifier),
                noProperties(level),
                payload.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] puback(int identifier) {
        return packet(0x40, two(identifier));
    }

    public static byte[] pubrec(int identifier) {
        return packet(0x50, two(identifier));
    }

    public static byte[] pubrel(int identifier) {
        return packet(0x62, two(identifier));
    }

    public static byte[] pubcomp(int identifier) {
        return packet(0x70, two(identifier));
    }

    /** PUBACK and its like with a Reason Code (MQTT 5). */
    public static byte[] withReason(int first, int identifier, int reasonCode) {
        return packet(first, two(identifier), new byte[] {(byte) reasonCode});
    }

    public static byte[] subscribe(int level, int identifier, String filter, int options) {
        return packet(
                0x82,
                two(identifier),
                noProperties(level),
                string(filter),
                new byte[] {(byte) options});
    }

    public static byte[] unsubscribe(int level, int identifier, String filter) {
        return packet(0xA2, two(identifier), noProperties(level), string(filter));
    }

    public static byte[] suback(int level, int identifier, int code) {
        return packet(0x90, two(identifier), noProperties(level), new byte[] {(byte) code});
    }

    public static byte[] unsuback(int level, int identifier) {
        return level == 5
                ? packet(0xB0, two(identifier), new byte[] {0, 0})
                : packet(0xB0, two(identifier));
    }
}
