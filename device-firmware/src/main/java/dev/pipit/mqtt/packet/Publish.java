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

    /** First byte: the two bits of QoS. */
    static final int QOS = 0x06;

    private static final int FIRST = PacketType.PUBLISH << 4;
    private static final int EXPIRY_BYTES = 5;
    private static final int ALIAS_BYTES = 3;

    private Publish() {}

    /** First byte: this QoS, 0 to 2. */
    public static int qos(int level) {
        return level << 1;
    }

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
        int length = topic.wireLength() + payloadLength + (qos > 0 ? 2 : 0);
        if (level == 5) {
            int propertyLength = properties.encoded.length + (expiry ? EXPIRY_BYTES : 0);
            length += VariableByteInteger.size(propertyLength) + propertyLength;
        }
        return 1 + VariableByteInteger.size(length) + length;
    }

    /**
     * PUBLISH without properties.
     *
     * @param flags {@link #RETAIN}, {@link #DUP} and {@link #qos}
     * @param packetIdentifier not written at QoS 0
     * @return the offset behind the packet
     */
    public static int encode(
            byte[] into,
            int offset,
            int level,
            int flags,
            TopicName topic,
            int packetIdentifier,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        return rest(
                into,
                head(into, offset, flags, remaining(level, flags, topic, payloadLength)),
                level,
                flags,
                topic,
                packetIdentifier,
                payload,
                payloadOffset,
                payloadLength);
    }

    // In steps of at most 28 bytes of bytecode: the first compiler, the only one on the device,
    // inlines nothing longer here, and a call costs as much as copying a payload.

    private static int remaining(int level, int flags, TopicName topic, int payloadLength) {
        return topic.wireLength() + between(level, flags) + payloadLength;
    }

    /** Bytes of Packet Identifier and Property Length. */
    private static int between(int level, int flags) {
        int bytes = (flags & QOS) == 0 ? 0 : 2;
        return level < 5 ? bytes : bytes + 1;
    }

    private static int head(byte[] into, int offset, int flags, int remaining) {
        into[offset] = (byte) (FIRST | flags);
        return VariableByteInteger.write(into, offset + 1, remaining);
    }

    private static int rest(
            byte[] into,
            int at,
            int level,
            int flags,
            TopicName topic,
            int packetIdentifier,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        return put(
                into,
                noProperties(
                        into,
                        identifier(into, topic.write(into, at), flags, packetIdentifier),
                        level),
                payload,
                payloadOffset,
                payloadLength);
    }

    private static int identifier(byte[] into, int at, int flags, int packetIdentifier) {
        return (flags & QOS) == 0 ? at : twoBytes(into, at, packetIdentifier);
    }

    private static int noProperties(byte[] into, int at, int level) {
        if (level < 5) {
            return at;
        }
        into[at] = 0;
        return at + 1;
    }

    private static int twoBytes(byte[] into, int at, int value) {
        into[at] = (byte) (value >>> 8);
        into[at + 1] = (byte) value;
        return at + 2;
    }

    private static int put(byte[] into, int at, byte[] from, int offset, int length) {
        System.arraycopy(from, offset, into, at, length);
        return at + length;
    }

    /**
     * PUBLISH of MQTT 5 with properties or a Topic Alias.
     *
     * @param flags {@link #RETAIN}, {@link #DUP} and {@link #qos}
     * @param topicAlias 0: none; 1 and above: written
     * @param topicKnown the server knows the alias: the topic is left empty
     * @param expirySeconds {@link PublishProperties#NO_EXPIRY} for none
     * @return the offset behind the packet
     */
    public static int encode(
            byte[] into,
            int offset,
            int flags,
            TopicName topic,
            int topicAlias,
            boolean topicKnown,
            int packetIdentifier,
            PublishProperties properties,
            long expirySeconds,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        byte[] others = properties.encoded;
        boolean expires = expirySeconds != PublishProperties.NO_EXPIRY;
        int propertyLength =
                others.length + (expires ? EXPIRY_BYTES : 0) + (topicAlias > 0 ? ALIAS_BYTES : 0);
        int length =
                (topicKnown ? 2 : topic.wireLength())
                        + ((flags & QOS) != 0 ? 2 : 0)
                        + VariableByteInteger.size(propertyLength)
                        + propertyLength
                        + payloadLength;
        int at = head(into, offset, flags, length);
        at = topicKnown ? twoBytes(into, at, 0) : topic.write(into, at);
        at = identifier(into, at, flags, packetIdentifier);
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
            at = twoBytes(into, at, topicAlias);
        }
        at = put(into, at, others, 0, others.length);
        return put(into, at, payload, payloadOffset, payloadLength);
    }
}
