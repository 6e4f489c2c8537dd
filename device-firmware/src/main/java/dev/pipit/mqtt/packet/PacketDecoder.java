package dev.pipit.mqtt.packet;

/**
 * Decodes what a server sends, in place: checks a packet wholly, then makes one call of the
 * handler. Not thread-safe; allocates nothing for PUBLISH and its acknowledgements.
 *
 * <pre>
 *  fixed header:  type (4 bits) flags (4 bits) | Remaining Length (1 to 4 bytes)
 * </pre>
 *
 * <p>A packet's inner lengths are bounded by its Remaining Length, that by the maximum packet size,
 * and nothing is allocated by a declared length.
 */
public final class PacketDecoder {
    private final int level;
    private final int[] legalFlags;
    private final int maximumPacketSize;
    private final Rejection rejection = new Rejection();
    private final PropertyReader properties = new PropertyReader(rejection);
    private final ConnectionDecoder connection;
    private final InboundPublish publish = new InboundPublish();

    /** Offset behind the packet being decoded. */
    private int end;

    /**
     * @param level 3, 4 or 5
     * @param maximumPacketSize in bytes, with the fixed header
     */
    public PacketDecoder(int level, int maximumPacketSize) {
        this.level = level;
        this.legalFlags = legalFlags(level);
        this.maximumPacketSize = maximumPacketSize;
        this.connection = new ConnectionDecoder(level, rejection, properties);
    }

    /** What was wrong, after {@link #decode} returned a negative number. */
    public Rejection rejection() {
        return rejection;
    }

    /**
     * Decodes the packet at {@code from}, if it is there whole.
     *
     * @param limit offset behind the bytes that arrived
     * @return the packet's size; 0 where bytes are missing; or the negative Reason Code with which
     *     the connection has to end (the handler's, where {@link Rejection#reasonCode} is 0)
     */
    public int decode(byte[] bytes, int from, int limit, PacketHandler handler) {
        if (limit == from) {
            return 0;
        }
        int first = bytes[from];
        int type = (first >>> 4) & 0x0F;
        rejection.begin(type, from);
        // Wrong from the first byte on: no need to wait for a second one.
        if ((legalFlags[type] & (1 << (first & 0x0F))) == 0) {
            return -illegalFirstByte(type, first, from);
        }
        if (limit - from < 2) {
            return 0;
        }
        int body = from + 2;
        int remaining = bytes[from + 1];
        if (remaining < 0) {
            long read = VariableByteInteger.read(bytes, from + 1, limit);
            if (read == VariableByteInteger.INCOMPLETE) {
                return 0;
            }
            if (read == VariableByteInteger.MALFORMED) {
                return -rejection.malformed(
                        "Remaining Length", "more than four bytes, or not the fewest", from + 1);
            }
            remaining = (int) read;
            body = from + 1 + (int) (read >>> 32);
        }
        int size = body - from + remaining;
        if (size > maximumPacketSize) {
            return -rejection.refuse(
                    ReasonCode.PACKET_TOO_LARGE,
                    "Remaining Length",
                    "larger than the Maximum Packet Size that this client accepts",
                    from + 1);
        }
        if (limit - from < size) {
            return 0;
        }
        end = from + size;
        int result =
                type == PacketType.PUBLISH
                        ? publish(first, bytes, body, handler)
                        : other(type, bytes, body, handler);
        return result == 0 ? size : -result;
    }

    private int other(int type, byte[] bytes, int body, PacketHandler handler) {
        return switch (type) {
            case PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP ->
                    acknowledgement(type, bytes, body, handler);
            case PacketType.PINGRESP -> body == end ? handler.pingresp() : rejection.tooLong(body);
            case PacketType.CONNACK -> connection.connack(bytes, body, end, handler);
            case PacketType.SUBACK, PacketType.UNSUBACK ->
                    subscriptionAnswer(type, bytes, body, handler);
            case PacketType.DISCONNECT -> connection.disconnect(bytes, body, end, handler);
            default -> connection.auth(bytes, body, end, handler);
        };
    }

    /** For each type, a bit for each value of the flags with which a server may send it. */
    private static int[] legalFlags(int level) {
        // MQTT 3.1 calls the bits unused; 3.1.1 and 5 reserve them [MQTT-2.2.2-2].
        int reserved = level > 3 ? 0b0001 : 0xFFFF;
        int pubrel = level > 3 ? 0b0100 : 0xFFFF;
        // No QoS 3, no DUP at QoS 0.
        int publish = 0b0011_1100_0011_1111;
        int since5 = level == 5 ? reserved : 0;
        return new int[] {
            0, // unknown
            0, // CONNECT
            reserved, // CONNACK
            publish,
            reserved, // PUBACK
            reserved, // PUBREC
            pubrel,
            reserved, // PUBCOMP
            0, // SUBSCRIBE
            reserved, // SUBACK
            0, // UNSUBSCRIBE
            reserved, // UNSUBACK
            0, // PINGREQ
            reserved, // PINGRESP
            since5, // DISCONNECT
            since5 // AUTH
        };
    }

    private int illegalFirstByte(int type, int first, int at) {
        if (type == PacketType.PUBLISH) {
            return (first & Publish.QOS) == Publish.QOS
                    ? rejection.malformed("QoS", "3: expected 0 to 2", at)
                    : rejection.malformed("DUP", "1 with QoS 0", at);
        }
        return legalFlags[type] == 0
                ? rejection.breach("packet type", "not sent by a server in this version", at)
                : rejection.malformed("reserved flags", "wrong", at);
    }

    private int publish(int first, byte[] bytes, int body, PacketHandler handler) {
        int topic = body + 2;
        if (topic > end) {
            return rejection.tooShort("Topic Name", body);
        }
        int topicLength = PropertyCursor.twoBytes(bytes, body);
        int at = topic + topicLength;
        if (at > end) {
            return rejection.tooShort("Topic Name", body);
        }
        if (topicLength > 0 || level < 5) {
            int problem = Utf8.topicName(bytes, topic, topicLength);
            if (problem != Utf8.FINE) {
                return topicProblem(problem, body);
            }
        }
        int identifier = 0;
        if ((first & Publish.QOS) != 0) {
            if (at + 2 > end) {
                return rejection.tooShort("Packet Identifier", at);
            }
            identifier = PropertyCursor.twoBytes(bytes, at);
            if (identifier == 0) {
                return rejection.breach("Packet Identifier", "zero", at);
            }
            at += 2;
        }
        InboundPublish target = publish;
        target.begin(first, bytes, identifier);
        target.topic(bytes, topic, topicLength);
        if (level == 5) {
            int result = publishProperties(bytes, at);
            if (result != 0) {
                return result;
            }
            at = target.propertiesOffset + target.propertiesLength;
            if (topicLength == 0 && target.topicAlias == 0) {
                return rejection.breach("Topic Name", "empty without a Topic Alias", body);
            }
        }
        target.payload(at, end - at);
        return handler.publish(target);
    }

    private int publishProperties(byte[] bytes, int at) {
        InboundPublish target = publish;
        if (at < end && bytes[at] == 0) {
            target.propertiesOffset = at + 1;
            target.propertiesLength = 0;
            return 0;
        }
        int problem = properties.read(bytes, at, end);
        if (problem != 0) {
            return problem;
        }
        target.propertiesOffset = properties.first;
        target.propertiesLength = properties.behind - properties.first;
        target.topicAlias = properties.twoBytes(Property.TOPIC_ALIAS, 0);
        return target.topicAlias == 0 && properties.has(Property.TOPIC_ALIAS)
                ? rejection.refuse(ReasonCode.TOPIC_ALIAS_INVALID, "Topic Alias", "zero", at)
                : 0;
    }

    private int topicProblem(int problem, int at) {
        return problem == Utf8.MALFORMED
                ? rejection.malformed("Topic Name", "not valid UTF-8, or NUL in it", at)
                : rejection.refuse(
                        ReasonCode.TOPIC_NAME_INVALID,
                        "Topic Name",
                        "empty, or with a wildcard",
                        at);
    }

    /** The Packet Identifier at this offset, or 0 after a rejection. */
    private int identifier(byte[] bytes, int at) {
        if (at + 2 > end) {
            rejection.tooShort("Packet Identifier", at);
            return 0;
        }
        int identifier = PropertyCursor.twoBytes(bytes, at);
        if (identifier == 0) {
            rejection.breach("Packet Identifier", "zero", at);
        }
        return identifier;
    }

    private int acknowledgement(int type, byte[] bytes, int body, PacketHandler handler) {
        int identifier = identifier(bytes, body);
        if (identifier == 0) {
            return rejection.reasonCode();
        }
        int at = body + 2;
        int reasonCode = 0;
        if (at < end) {
            if (level < 5) {
                return rejection.tooLong(at);
            }
            reasonCode = bytes[at] & 0xFF;
            if (!ReasonCodes.legal(type, reasonCode)) {
                return rejection.badReason(at);
            }
            if (++at < end) {
                int problem = properties.readLast(bytes, at, end);
                if (problem != 0) {
                    return problem;
                }
            }
        }
        return handler.acknowledgement(type, identifier, reasonCode);
    }

    private int subscriptionAnswer(int type, byte[] bytes, int body, PacketHandler handler) {
        int identifier = identifier(bytes, body);
        if (identifier == 0) {
            return rejection.reasonCode();
        }
        int codes = body + 2;
        if (level == 5) {
            int problem = properties.read(bytes, codes, end);
            if (problem != 0) {
                return problem;
            }
            codes = properties.behind;
        } else if (type == PacketType.UNSUBACK) {
            return codes == end
                    ? handler.subscriptionAnswer(type, identifier, bytes, codes, 0)
                    : rejection.tooLong(codes);
        }
        if (codes == end) {
            return rejection.tooShort("Reason Codes", codes);
        }
        for (int i = codes; i < end; i++) {
            int code = bytes[i] & 0xFF;
            boolean legal =
                    level == 5
                            ? ReasonCodes.legal(type, code)
                            : code <= 2 || code == ReasonCode.UNSPECIFIED_ERROR;
            if (!legal) {
                return rejection.badReason(i);
            }
        }
        return handler.subscriptionAnswer(type, identifier, bytes, codes, end - codes);
    }
}
