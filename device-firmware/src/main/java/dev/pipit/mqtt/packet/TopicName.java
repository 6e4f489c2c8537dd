package dev.pipit.mqtt.packet;

import java.util.Arrays;

/**
 * A Topic Name as bytes, checked once, so that publishing on it costs a copy. Immutable; keep one
 * per topic for as long as it is published on.
 */
public final class TopicName {
    private final String text;
    final byte[] utf8;
    private final int hash;

    private TopicName(String text, byte[] utf8) {
        this.text = text;
        this.utf8 = utf8;
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
        return utf8.length;
    }

    /** Copies the UTF-8 bytes. */
    public void copyTo(byte[] into, int offset) {
        System.arraycopy(utf8, 0, into, offset, utf8.length);
    }

    /** Whether these bytes spell this topic; allocates nothing. */
    public boolean matches(byte[] bytes, int offset, int length) {
        return length == utf8.length
                && Arrays.equals(utf8, 0, length, bytes, offset, offset + length);
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof TopicName that
                && hash == that.hash
                && Arrays.equals(utf8, that.utf8);
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
