package dev.pipit.uplink;

import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.telemetry.Schema;

/**
 * What one sensor needs on its way out: its schema, its live topic and a buffer that only its bus's
 * sampler thread touches.
 */
final class SensorStream {
    final String name;
    final Schema schema;
    final TopicName live;
    final byte[] frame;

    SensorStream(String name, Schema schema, TopicName live, int longestFrame) {
        this.name = name;
        this.schema = schema;
        this.live = live;
        this.frame = new byte[longestFrame];
    }
}
