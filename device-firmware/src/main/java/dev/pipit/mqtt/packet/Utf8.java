package dev.pipit.mqtt.packet;

import java.nio.charset.StandardCharsets;

/**
 * UTF-8 Encoded Strings: two bytes of length, then at most 65,535 bytes without NUL and without
 * surrogates ([MQTT-1.5.4-1], [MQTT-1.5.4-2]). EF BB BF is an ordinary character ([MQTT-1.5.4-3]).
 */
public final class Utf8 {
    /** The longest string on the wire, in bytes. */
    public static final int MAX_BYTES = 65_535;

    private Utf8() {}

    /**
     * Whether these bytes may stand in a UTF-8 Encoded String: well-formed (shortest form, no
     * surrogates, up to U+10FFFF) and without NUL.
     */
    public static boolean wellFormed(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int i = offset;
        while (i < end) {
            int b = bytes[i++];
            if (b > 0) {
                continue;
            }
            if (b == 0) {
                return false;
            }
            int lead = b & 0xFF;
            if (lead < 0xC2 || lead > 0xF4) {
                return false;
            }
            int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
            if (end - i < more) {
                return false;
            }
            int second = bytes[i] & 0xFF;
            int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            if (second < least || second > most) {
                return false;
            }
            for (int k = 1; k < more; k++) {
                if ((bytes[i + k] & 0xC0) != 0x80) {
                    return false;
                }
            }
            i += more;
        }
        return true;
    }

    /** {@link #topicName}: nothing wrong. */
    static final int FINE = 0;

    /** {@link #topicName}: not well-formed. */
    static final int MALFORMED = 1;

    /** {@link #topicName}: holds a wildcard, or is empty. */
    static final int NO_TOPIC_NAME = 2;

    /** Whether these bytes are a Topic Name of at least one character. */
    static int topicName(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        int odd = length == 0 ? -1 : 0;
        // Eight at a time: the first compiler then checks bounds once for all of them.
        for (; at + 8 <= end; at += 8) {
            odd |=
                    odd(bytes[at])
                            | odd(bytes[at + 1])
                            | odd(bytes[at + 2])
                            | odd(bytes[at + 3])
                            | odd(bytes[at + 4])
                            | odd(bytes[at + 5])
                            | odd(bytes[at + 6])
                            | odd(bytes[at + 7]);
        }
        for (; at < end; at++) {
            odd |= odd(bytes[at]);
        }
        return odd >= 0 ? FINE : oddTopicName(bytes, offset, length);
    }

    /** Negative for NUL, for what is not ASCII, and for # and +, which differ in one bit. */
    private static int odd(byte b) {
        return (b - 1) | (((b & 0xF7) ^ '#') - 1);
    }

    private static int oddTopicName(byte[] bytes, int offset, int length) {
        if (!wellFormed(bytes, offset, length)) {
            return MALFORMED;
        }
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '#' || bytes[i] == '+') {
                return NO_TOPIC_NAME;
            }
        }
        return length == 0 ? NO_TOPIC_NAME : FINE;
    }

    /**
     * A string's bytes.
     *
     * @param what begins the error message: {@code the topic}
     * @throws IllegalArgumentException where the wire could not carry it
     */
    public static byte[] bytes(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException(
                        what + " holds NUL at index " + i + ": MQTT strings cannot");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    throw new IllegalArgumentException(
                            what + " holds half a character (surrogate) at index " + i);
                }
            }
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    what + " takes " + bytes.length + " bytes, at most 65535 fit");
        }
        return bytes;
    }
}
