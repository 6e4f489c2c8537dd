package dev.pipit.mqtt.packet;

import java.time.Duration;

/**
 * What the server publishes for this client when the connection ends without a DISCONNECT.
 * Immutable.
 */
public final class Will {
    final TopicName topic;
    final byte[] payload;
    final Qos qos;
    final boolean retain;
    final long delaySeconds;
    final PublishProperties properties;

    private Will(
            TopicName topic,
            byte[] payload,
            Qos qos,
            boolean retain,
            long delaySeconds,
            PublishProperties properties) {
        if (payload.length > Utf8.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "the will's payload takes " + payload.length + " bytes, at most 65535 fit");
        }
        if (delaySeconds < 0 || delaySeconds > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException(
                    "will delay " + delaySeconds + " s: expected 0 to 4294967295 s");
        }
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.delaySeconds = delaySeconds;
        this.properties = properties;
    }

    /**
     * A will without delay and properties.
     *
     * @param topic no wildcards
     * @param payload at most 65,535 bytes; copied
     */
    public static Will of(String topic, byte[] payload, Qos qos, boolean retain) {
        return new Will(
                TopicName.of(topic), payload.clone(), qos, retain, 0, PublishProperties.NONE);
    }

    /**
     * The same will, published only when the client has not come back for this long (MQTT 5).
     *
     * @param by whole seconds, 0 s to 4,294,967,295 s
     */
    public Will delayed(Duration by) {
        return new Will(topic, payload, qos, retain, by.toSeconds(), properties);
    }

    /** The same will with properties (MQTT 5). */
    public Will with(PublishProperties value) {
        return new Will(topic, payload, qos, retain, delaySeconds, value);
    }

    public TopicName topic() {
        return topic;
    }

    /** A copy. */
    public byte[] payload() {
        return payload.clone();
    }

    public Qos qos() {
        return qos;
    }

    public boolean retain() {
        return retain;
    }

    public Duration delay() {
        return Duration.ofSeconds(delaySeconds);
    }

    public PublishProperties properties() {
        return properties;
    }
}
