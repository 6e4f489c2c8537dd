package dev.pipit.mqtt.packet;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What MQTT 5 lets a PUBLISH carry beside its payload. Immutable, to be built once and used for
 * many publishes; under 3.1 and 3.1.1 it is left out.
 */
public final class PublishProperties {
    /** No properties. */
    public static final PublishProperties NONE = new Builder().build();

    /** {@link #messageExpirySeconds()} of a message that does not expire. */
    public static final long NO_EXPIRY = -1;

    private final boolean utf8Payload;
    private final long messageExpirySeconds;
    private final @Nullable String contentType;
    private final @Nullable TopicName responseTopic;
    private final byte @Nullable [] correlationData;
    private final List<UserProperty> userProperties;

    /** Everything but the Message Expiry Interval, as on the wire. */
    final byte[] encoded;

    private PublishProperties(Builder builder) {
        utf8Payload = builder.utf8Payload;
        messageExpirySeconds = builder.messageExpirySeconds;
        contentType = builder.contentType;
        responseTopic = builder.responseTopic;
        correlationData = builder.correlationData;
        userProperties = List.copyOf(builder.userProperties);
        PropertyWriter writer = new PropertyWriter();
        if (utf8Payload) {
            writer.oneByte(Property.PAYLOAD_FORMAT_INDICATOR, 1);
        }
        if (contentType != null) {
            writer.string(Property.CONTENT_TYPE, contentType);
        }
        if (responseTopic != null) {
            writer.binary(Property.RESPONSE_TOPIC, responseTopic.utf8());
        }
        if (correlationData != null) {
            writer.binary(Property.CORRELATION_DATA, correlationData);
        }
        for (UserProperty property : userProperties) {
            writer.pair(property);
        }
        encoded = writer.toBytes();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Payload Format Indicator: the payload is text. */
    public boolean utf8Payload() {
        return utf8Payload;
    }

    /** Message Expiry Interval in seconds, or {@link #NO_EXPIRY}. */
    public long messageExpirySeconds() {
        return messageExpirySeconds;
    }

    public @Nullable String contentType() {
        return contentType;
    }

    public @Nullable TopicName responseTopic() {
        return responseTopic;
    }

    /** A copy. */
    public byte @Nullable [] correlationData() {
        return correlationData == null ? null : correlationData.clone();
    }

    public List<UserProperty> userProperties() {
        return userProperties;
    }

    /** Collects properties; every setter replaces but {@link #userProperty}, which adds. */
    public static final class Builder {
        private boolean utf8Payload;
        private long messageExpirySeconds = NO_EXPIRY;
        private @Nullable String contentType;
        private @Nullable TopicName responseTopic;
        private byte @Nullable [] correlationData;
        private final List<UserProperty> userProperties = new ArrayList<>();

        private Builder() {}

        public Builder utf8Payload(boolean value) {
            utf8Payload = value;
            return this;
        }

        /**
         * @param seconds 0 to 4,294,967,295; the server drops the message when they are over
         */
        public Builder messageExpirySeconds(long seconds) {
            if (seconds < 0 || seconds > 0xFFFF_FFFFL) {
                throw new IllegalArgumentException(
                        "message expiry " + seconds + " s: expected 0 to 4294967295");
            }
            messageExpirySeconds = seconds;
            return this;
        }

        /** A MIME type, usually. */
        public Builder contentType(String value) {
            Utf8.bytes(value, "the content type");
            contentType = value;
            return this;
        }

        /** Where the answer is awaited; no wildcards ([MQTT-3.3.2-14]). */
        public Builder responseTopic(TopicName value) {
            responseTopic = value;
            return this;
        }

        /**
         * @param value at most 65,535 bytes; comes back with the answer as it is
         */
        public Builder correlationData(byte[] value) {
            if (value.length > Utf8.MAX_BYTES) {
                throw new IllegalArgumentException(
                        "correlation data of " + value.length + " bytes: at most 65535 fit");
            }
            correlationData = value.clone();
            return this;
        }

        public Builder userProperty(String name, String value) {
            userProperties.add(new UserProperty(name, value));
            return this;
        }

        public PublishProperties build() {
            return new PublishProperties(this);
        }
    }
}
