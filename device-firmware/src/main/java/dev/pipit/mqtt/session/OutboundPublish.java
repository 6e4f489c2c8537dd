package dev.pipit.mqtt.session;

import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * A record of a {@link PublishStore} on its way to the wire. One instance is reused for all: a
 * store sets every field by {@link #set}, the client reads them before it calls the store again.
 */
public final class OutboundPublish {
    private static final byte[] NOTHING = {};

    long sequence;
    @Nullable TopicName topic;
    byte[] payload = NOTHING;
    int offset;
    int length;
    Qos qos = Qos.AT_LEAST_ONCE;
    boolean retain;
    PublishProperties properties = PublishProperties.NONE;
    long messageExpirySeconds = PublishProperties.NO_EXPIRY;

    /**
     * A record without properties.
     *
     * @param sequence above that of the record before
     * @param payload {@code length} bytes from {@code offset} on; not copied
     * @param qos 1 or 2
     */
    public void set(
            long sequence,
            TopicName topic,
            byte[] payload,
            int offset,
            int length,
            Qos qos,
            boolean retain) {
        set(
                sequence,
                topic,
                payload,
                offset,
                length,
                qos,
                retain,
                PublishProperties.NONE,
                PublishProperties.NO_EXPIRY);
    }

    /**
     * A record with properties.
     *
     * @param messageExpirySeconds what is left of the record's life, in place of the one in {@code
     *     properties}; or {@link PublishProperties#NO_EXPIRY}
     */
    public void set(
            long sequence,
            TopicName topic,
            byte[] payload,
            int offset,
            int length,
            Qos qos,
            boolean retain,
            PublishProperties properties,
            long messageExpirySeconds) {
        this.sequence = sequence;
        this.topic = topic;
        this.payload = payload;
        this.offset = offset;
        this.length = length;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.messageExpirySeconds = messageExpirySeconds;
    }

    public long sequence() {
        return sequence;
    }

    public @Nullable TopicName topic() {
        return topic;
    }

    public byte[] payload() {
        return payload;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public Qos qos() {
        return qos;
    }

    public boolean retain() {
        return retain;
    }

    public PublishProperties properties() {
        return properties;
    }

    public long messageExpirySeconds() {
        return messageExpirySeconds;
    }
}
