package dev.pipit.uplink;

import dev.pipit.config.Live;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.telemetry.Schema;

/**
 * What one sensor needs on its way out: its schema, its live topic and a buffer that only its bus's
 * sampler thread touches.
 */
final class SensorStream {
    final String name;
    final Schema schema;
    final TopicName topic;
    final boolean live;
    final boolean retained;
    final byte[] frame;

    SensorStream(String name, Schema schema, TopicName topic, Live live, int longestFrame) {
        this.name = name;
        this.schema = schema;
        this.topic = topic;
        this.live = live != Live.OFF;
        this.retained = live == Live.RETAINED;
        this.frame = new byte[longestFrame];
    }
}
