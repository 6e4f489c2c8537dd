package dev.pipit.mqtt.packet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PUBLISH where it arrived, in the client's receive buffer: nothing is copied until asked for.
 * One instance serves all messages. <b>Valid only inside the call that got it</b>; what is to
 * outlive the call is taken with {@link #topic()}, {@link #payload()} or {@link #copyPayload}.
 */
public final class InboundPublish {
    private static final byte[] NOTHING = {};

    byte[] buffer = NOTHING;
    byte[] topicBuffer = NOTHING;
    int topicOffset;
    int topicLength;
    int payloadOffset;
    int payloadLength;
    int propertiesOffset;
    int propertiesLength;
    int packetIdentifier;
    int topicAlias;
    private int flags;
    private int acknowledgeWith;

    /** The Topic Name (with a Topic Alias resolved), as a new string. */
    public String topic() {
        return new String(topicBuffer, topicOffset, topicLength, StandardCharsets.UTF_8);
    }

    /** Whether the message is on this topic; allocates nothing. */
    public boolean isOn(TopicName name) {
        return name.matches(topicBuffer, topicOffset, topicLength);
    }

    /** Length of the topic in bytes of UTF-8. */
    public int topicLength() {
        return topicLength;
    }

    /** The topic's byte at this index, for parsing without a string. */
    public byte topicByte(int index) {
        return topicBuffer[topicOffset + index];
    }

    /**
     * The receive buffer; the payload is {@link #payloadLength()} bytes from {@link
     * #payloadOffset()}.
     */
    public byte[] buffer() {
        return buffer;
    }

    public int payloadOffset() {
        return payloadOffset;
    }

    public int payloadLength() {
        return payloadLength;
    }

    /** The payload, as a new array. */
    public byte[] payload() {
        return Arrays.copyOfRange(buffer, payloadOffset, payloadOffset + payloadLength);
    }

    /** The payload read as UTF-8; bytes that are none become U+FFFD. */
    public String payloadText() {
        return new String(buffer, payloadOffset, payloadLength, StandardCharsets.UTF_8);
    }

    /** Copies the payload. */
    public void copyPayload(byte[] into, int offset) {
        System.arraycopy(buffer, payloadOffset, into, offset, payloadLength);
    }

    /** 1 to 65,535, or 0 at QoS 0. */
    public int packetIdentifier() {
        return packetIdentifier;
    }

    /** Topic Alias, or 0. */
    public int topicAlias() {
        return topicAlias;
    }

    /** Takes the topic from elsewhere: a Topic Alias was resolved. */
    public void resolveTopic(byte[] bytes, int length) {
        topic(bytes, 0, length);
    }

    /** Copies the topic's bytes. */
    public void copyTopic(byte[] into, int offset) {
        System.arraycopy(topicBuffer, topicOffset, into, offset, topicLength);
    }

    public Qos qos() {
        return Qos.of((flags & Publish.QOS) >>> 1);
    }

    /** The message was already retained when this client subscribed (or Retain As Published). */
    public boolean retain() {
        return (flags & Publish.RETAIN) != 0;
    }

    /** The server may have sent the message before. */
    public boolean dup() {
        return (flags & Publish.DUP) != 0;
    }

    /**
     * Answers a QoS 1 or 2 message with this Reason Code instead of 0x00 (MQTT 5 only): 0x80, 0x83,
     * 0x87, 0x90, 0x97 or 0x99.
     */
    public void refuse(int reasonCode) {
        boolean legal =
                switch (reasonCode) {
                    case ReasonCode.UNSPECIFIED_ERROR,
                            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                            ReasonCode.NOT_AUTHORIZED,
                            ReasonCode.TOPIC_NAME_INVALID,
                            ReasonCode.QUOTA_EXCEEDED,
                            ReasonCode.PAYLOAD_FORMAT_INVALID ->
                            true;
                    default -> false;
                };
        if (!legal) {
            throw new IllegalArgumentException(
                    ReasonCode.words(reasonCode) + " cannot stand in a PUBACK");
        }
        acknowledgeWith = reasonCode;
    }

    /** The Reason Code that the acknowledgement will carry. */
    public int acknowledgeWith() {
        return acknowledgeWith;
    }

    /** Begins with the next message, which has no properties yet. */
    void begin(int firstByte, byte[] bytes, int identifier) {
        flags = firstByte;
        buffer = bytes;
        packetIdentifier = identifier;
        topicAlias = 0;
        propertiesLength = 0;
        acknowledgeWith = ReasonCode.SUCCESS;
    }

    void topic(byte[] bytes, int at, int length) {
        topicBuffer = bytes;
        topicOffset = at;
        topicLength = length;
    }

    void payload(int at, int length) {
        payloadOffset = at;
        payloadLength = length;
    }

    /** Payload Format Indicator: the payload is declared to be text. */
    public boolean utf8Payload() {
        int at = find(Property.PAYLOAD_FORMAT_INDICATOR);
        return at >= 0 && buffer[at] == 1;
    }

    /** Message Expiry Interval in seconds, or {@link PublishProperties#NO_EXPIRY}. */
    public long messageExpirySeconds() {
        int at = find(Property.MESSAGE_EXPIRY_INTERVAL);
        return at < 0 ? PublishProperties.NO_EXPIRY : PropertyCursor.fourBytes(buffer, at);
    }

    public @Nullable String contentType() {
        return string(Property.CONTENT_TYPE);
    }

    /** Where the sender awaits an answer. */
    public @Nullable String responseTopic() {
        return string(Property.RESPONSE_TOPIC);
    }

    /** What the answer has to carry, as a new array. */
    public byte @Nullable [] correlationData() {
        int at = find(Property.CORRELATION_DATA);
        if (at < 0) {
            return null;
        }
        int length = PropertyCursor.twoBytes(buffer, at);
        return Arrays.copyOfRange(buffer, at + 2, at + 2 + length);
    }

    /** In the order they were sent. */
    public List<UserProperty> userProperties() {
        List<UserProperty> found = new ArrayList<>();
        int end = propertiesOffset + propertiesLength;
        int at = propertiesOffset;
        while (at < end) {
            int identifier = buffer[at];
            if (identifier == Property.USER_PROPERTY) {
                int name = PropertyCursor.twoBytes(buffer, at + 1);
                int value = PropertyCursor.twoBytes(buffer, at + 3 + name);
                found.add(
                        new UserProperty(
                                new String(buffer, at + 3, name, StandardCharsets.UTF_8),
                                new String(buffer, at + 5 + name, value, StandardCharsets.UTF_8)));
            }
            at = PropertyCursor.behind(buffer, at, end);
        }
        return found;
    }

    /** Of the subscriptions that matched, in the order they were sent. */
    public List<Integer> subscriptionIdentifiers() {
        List<Integer> found = new ArrayList<>();
        int end = propertiesOffset + propertiesLength;
        int at = propertiesOffset;
        while (at < end) {
            if (buffer[at] == Property.SUBSCRIPTION_IDENTIFIER) {
                found.add((int) VariableByteInteger.read(buffer, at + 1, end));
            }
            at = PropertyCursor.behind(buffer, at, end);
        }
        return found;
    }

    private @Nullable String string(int property) {
        int at = find(property);
        return at < 0
                ? null
                : new String(
                        buffer,
                        at + 2,
                        PropertyCursor.twoBytes(buffer, at),
                        StandardCharsets.UTF_8);
    }

    /** Offset of the property's value, or -1. The properties were checked by the decoder. */
    private int find(int property) {
        int end = propertiesOffset + propertiesLength;
        int at = propertiesOffset;
        while (at < end) {
            if (buffer[at] == property) {
                return at + 1;
            }
            at = PropertyCursor.behind(buffer, at, end);
        }
        return -1;
    }
}
