package dev.pipit.mqtt.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 Encoded Strings: two bytes of length, then at most 65,535 bytes without NUL and without
 * surrogates ([MQTT-1.5.4-1], [MQTT-1.5.4-2]). EF BB BF is an ordinary character ([MQTT-1.5.4-3]).
 */
public final class Utf8 {
    /** The longest string on the wire, in bytes. */
    public static final int MAX_BYTES = 65_535;

    /**
     * Eight bytes in one load. In the machine's order and constant: so the first compiler, the only
     * one on the device, makes one instruction of it, where it takes four for each byte of an
     * array.
     */
    private static final VarHandle EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final long EACH_BYTE = 0x0101_0101_0101_0101L;
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

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
        return (odd(bytes, offset, length) & HIGHEST_BITS) == 0
                ? FINE
                : oddTopicName(bytes, offset, length);
    }

    /** The first eight, the last eight, which may be some of the same, and those between. */
    private static long odd(byte[] bytes, int offset, int length) {
        if (length < 8) {
            return fewOdd(bytes, offset, length);
        }
        int last = offset + length - 8;
        long odd = odd((long) EIGHT.get(bytes, offset)) | odd((long) EIGHT.get(bytes, last));
        if (length > 16) {
            // Ahead of the loop, whose setting up costs 2 ns of the second compiler's code.
            odd |= odd((long) EIGHT.get(bytes, offset + 8));
            for (int at = offset + 16; at < last; at += 8) {
                odd |= odd((long) EIGHT.get(bytes, at));
            }
        }
        return odd;
    }

    private static long fewOdd(byte[] bytes, int offset, int length) {
        long few = length == 0 ? 0 : EACH_BYTE * 'a';
        for (int i = 0; i < length; i++) {
            few = (few << 8) | (bytes[offset + i] & 0xFF);
        }
        return odd(few);
    }

    /**
     * The highest bit of any byte is set if one is NUL, beyond ASCII, or # or +, which differ in
     * one bit.
     */
    private static long odd(long eight) {
        long wildcards = (eight & ~(EACH_BYTE * 0x08)) ^ (EACH_BYTE * '#');
        return eight | (eight - EACH_BYTE) | (wildcards - EACH_BYTE);
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
