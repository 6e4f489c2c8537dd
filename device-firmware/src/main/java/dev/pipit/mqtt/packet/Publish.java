package dev.pipit.mqtt.packet;

/**
 * Encodes PUBLISH (section 3.3) into the caller's array.
 *
 * <pre>
 *  0011 DUP QoS(2) RETAIN | Remaining Length | Topic Name | [Packet Identifier (2)]
 *     | [Property Length, Message Expiry Interval (02 + 4), Topic Alias (23 + 2), others] | payload
 * </pre>
 */
public final class Publish {
    /** First byte: the RETAIN flag. */
    public static final int RETAIN = 0x01;

    /** First byte: the DUP flag. */
    public static final int DUP = 0x08;

    private static final int FIRST = PacketType.PUBLISH << 4;
    private static final int EXPIRY_BYTES = 5;
    private static final int ALIAS_BYTES = 3;

    private Publish() {}

    /**
     * Size of the whole packet without a Topic Alias, in bytes.
     *
     * @param level 3, 4 or 5
     * @param expiry whether there is a Message Expiry Interval
     * @return above {@link Integer#MAX_VALUE} never, but possibly more than MQTT can carry
     */
    public static int size(
            int level,
            int qos,
            TopicName topic,
            PublishProperties properties,
            boolean expiry,
            int payloadLength) {
        int length = 2 + topic.utf8.length + payloadLength + (qos > 0 ? 2 : 0);
        if (level == 5) {
            int propertyLength = properties.encoded.length + (expiry ? EXPIRY_BYTES : 0);
            length += VariableByteInteger.size(propertyLength) + propertyLength;
        }
        return 1 + VariableByteInteger.size(length) + length;
    }

    /**
     * PUBLISH without properties.
     *
     * @param flags {@link #RETAIN} and {@link #DUP}
     * @param packetIdentifier not written at QoS 0
     * @return the offset behind the packet
     */
    public static int encode(
            byte[] into,
            int offset,
            int level,
            int flags,
            int qos,
            TopicName topic,
            int packetIdentifier,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        byte[] name = topic.utf8;
        int length = 2 + name.length + payloadLength + (qos > 0 ? 2 : 0) + (level == 5 ? 1 : 0);
        int at = offset;
        into[at++] = (byte) (FIRST | flags | (qos << 1));
        if (length < 0x80) {
            into[at++] = (byte) length;
        } else {
            at = VariableByteInteger.write(into, at, length);
        }
        into[at++] = (byte) (name.length >>> 8);
        into[at++] = (byte) name.length;
        System.arraycopy(name, 0, into, at, name.length);
        at += name.length;
        if (qos > 0) {
            into[at++] = (byte) (packetIdentifier >>> 8);
            into[at++] = (byte) packetIdentifier;
        }
        if (level == 5) {
            into[at++] = 0;
        }
        System.arraycopy(payload, payloadOffset, into, at, payloadLength);
        return at + payloadLength;
    }

    /**
     * PUBLISH of MQTT 5 with properties or a Topic Alias.
     *
     * @param topicAlias 0: none; 1 and above: written
     * @param topicKnown the server knows the alias: the topic is left empty
     * @param expirySeconds {@link PublishProperties#NO_EXPIRY} for none
     * @return the offset behind the packet
     */
    public static int encode(
            byte[] into,
            int offset,
            int flags,
            int qos,
            TopicName topic,
            int topicAlias,
            boolean topicKnown,
            int packetIdentifier,
            PublishProperties properties,
            long expirySeconds,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        byte[] name = topic.utf8;
        byte[] others = properties.encoded;
        int nameLength = topicKnown ? 0 : name.length;
        boolean expires = expirySeconds != PublishProperties.NO_EXPIRY;
        int propertyLength =
                others.length + (expires ? EXPIRY_BYTES : 0) + (topicAlias > 0 ? ALIAS_BYTES : 0);
        int length =
                2
                        + nameLength
                        + (qos > 0 ? 2 : 0)
                        + VariableByteInteger.size(propertyLength)
                        + propertyLength
                        + payloadLength;
        int at = offset;
        into[at++] = (byte) (FIRST | flags | (qos << 1));
        at = VariableByteInteger.write(into, at, length);
        into[at++] = (byte) (nameLength >>> 8);
        into[at++] = (byte) nameLength;
        System.arraycopy(name, 0, into, at, nameLength);
        at += nameLength;
        if (qos > 0) {
            into[at++] = (byte) (packetIdentifier >>> 8);
            into[at++] = (byte) packetIdentifier;
        }
        at = VariableByteInteger.write(into, at, propertyLength);
        if (expires) {
            into[at++] = Property.MESSAGE_EXPIRY_INTERVAL;
            into[at++] = (byte) (expirySeconds >>> 24);
            into[at++] = (byte) (expirySeconds >>> 16);
            into[at++] = (byte) (expirySeconds >>> 8);
            into[at++] = (byte) expirySeconds;
        }
        if (topicAlias > 0) {
            into[at++] = Property.TOPIC_ALIAS;
            into[at++] = (byte) (topicAlias >>> 8);
            into[at++] = (byte) topicAlias;
        }
        System.arraycopy(others, 0, into, at, others.length);
        at += others.length;
        System.arraycopy(payload, payloadOffset, into, at, payloadLength);
        return at + payloadLength;
    }
}
