package dev.pipit.mqtt.packet;

import java.util.Arrays;

/**
 * A Topic Name as bytes, checked once, so that publishing on it costs a copy. Immutable; keep one
 * per topic for as long as it is published on.
 */
public final class TopicName {
    private final String text;

    /** As on the wire: two bytes of length, then UTF-8. */
    private final byte[] wire;

    private final int hash;

    private TopicName(String text, byte[] utf8) {
        this.text = text;
        this.wire = new byte[2 + utf8.length];
        wire[0] = (byte) (utf8.length >>> 8);
        wire[1] = (byte) utf8.length;
        System.arraycopy(utf8, 0, wire, 2, utf8.length);
        this.hash = Arrays.hashCode(utf8);
    }

    /**
     * @param topic 1 to 65,535 bytes of UTF-8, no wildcard, no NUL ([MQTT-3.3.2-2], [MQTT-4.7.3-1])
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static TopicName of(String topic) {
        if (topic.isEmpty()) {
            throw new IllegalArgumentException("the topic is empty: at least one character");
        }
        int wildcard = topic.indexOf('+') >= 0 ? topic.indexOf('+') : topic.indexOf('#');
        if (wildcard >= 0) {
            throw new IllegalArgumentException(
                    "the topic '"
                            + topic
                            + "' holds the wildcard "
                            + topic.charAt(wildcard)
                            + " at index "
                            + wildcard
                            + ": wildcards stand in filters only");
        }
        return new TopicName(topic, Utf8.bytes(topic, "the topic '" + topic + "'"));
    }

    /** Length in bytes of UTF-8, 1 to 65,535. */
    public int length() {
        return wire.length - 2;
    }

    /** Copies the UTF-8 bytes. */
    public void copyTo(byte[] into, int offset) {
        System.arraycopy(wire, 2, into, offset, wire.length - 2);
    }

    /** A copy of the UTF-8 bytes. */
    byte[] utf8() {
        return Arrays.copyOfRange(wire, 2, wire.length);
    }

    /** Length with the two bytes before it. */
    int wireLength() {
        return wire.length;
    }

    /** Writes length and bytes; returns the offset behind them. */
    int write(byte[] into, int at) {
        System.arraycopy(wire, 0, into, at, wire.length);
        return at + wire.length;
    }

    /** Whether these bytes spell this topic; allocates nothing. */
    public boolean matches(byte[] bytes, int offset, int length) {
        return length == wire.length - 2
                && Arrays.equals(wire, 2, wire.length, bytes, offset, offset + length);
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof TopicName that
                && hash == that.hash
                && Arrays.equals(wire, that.wire);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return text;
    }
}
