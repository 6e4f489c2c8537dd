package dev.pipit.mqtt.packet;

import java.time.Duration;

/**
 * What the server publishes for this client when the connection ends without a DISCONNECT.
 *
 * @param payload at most 65,535 bytes
 * @param delay MQTT 5: how long the server waits for the client to come back first, 0 s to
 *     4,294,967,295 s
 * @param properties MQTT 5
 */
public record Will(
        TopicName topic,
        byte[] payload,
        Qos qos,
        boolean retain,
        Duration delay,
        PublishProperties properties) {
    public Will {
        payload = payload.clone();
        if (payload.length > Utf8.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "the will's payload takes " + payload.length + " bytes, at most 65535 fit");
        }
        if (delay.isNegative() || delay.toSeconds() > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException(
                    "will delay " + delay + ": expected 0 to 4294967295 s");
        }
    }

    /** A will without delay and properties. */
    public static Will of(String topic, byte[] payload, Qos qos, boolean retain) {
        return new Will(
                TopicName.of(topic), payload, qos, retain, Duration.ZERO, PublishProperties.NONE);
    }

    /** The same will after a delay. */
    public Will delayed(Duration by) {
        return new Will(topic, payload, qos, retain, by, properties);
    }

    @Override
    public byte[] payload() {
        return payload.clone();
    }
}
