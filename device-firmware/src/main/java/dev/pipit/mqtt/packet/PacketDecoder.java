package dev.pipit.mqtt.packet;

import org.jspecify.annotations.Nullable;

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
    private final int maximumPacketSize;
    private final Rejection rejection = new Rejection();
    private final PropertyReader properties = new PropertyReader(rejection);
    private final InboundPublish publish = new InboundPublish();

    /** Offset of the packet being decoded. */
    private int start;

    /** Offset behind the packet being decoded. */
    private int end;

    /**
     * @param level 3, 4 or 5
     * @param maximumPacketSize in bytes, with the fixed header
     */
    public PacketDecoder(int level, int maximumPacketSize) {
        this.level = level;
        this.maximumPacketSize = maximumPacketSize;
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
        if (limit - from < 2) {
            // Wrong from the first byte on: no need to wait for a second one.
            return limit == from ? 0 : -firstByteProblem(bytes[from]);
        }
        int first = bytes[from];
        int problem = firstByteProblem(first);
        if (problem != 0) {
            return -problem;
        }
        int type = (first >>> 4) & 0x0F;
        int body;
        int remaining = bytes[from + 1];
        if (remaining >= 0) {
            body = from + 2;
        } else {
            long read = VariableByteInteger.read(bytes, from + 1, limit);
            if (read == VariableByteInteger.INCOMPLETE) {
                return 0;
            }
            if (read == VariableByteInteger.MALFORMED) {
                return -refuse(
                        ReasonCode.MALFORMED_PACKET,
                        type,
                        "Remaining Length",
                        "more than four bytes, or not the fewest",
                        1);
            }
            remaining = (int) read;
            body = from + 1 + (int) (read >>> 32);
        }
        int size = body - from + remaining;
        if (size > maximumPacketSize) {
            return -refuse(
                    ReasonCode.PACKET_TOO_LARGE,
                    type,
                    "Remaining Length",
                    "larger than the Maximum Packet Size that this client accepts",
                    1);
        }
        if (limit - from < size) {
            return 0;
        }
        start = from;
        end = from + size;
        rejection.set(0, type, "", "", 0);
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
            case PacketType.PINGRESP -> body == end ? handler.pingresp() : tooLong(type, body);
            case PacketType.CONNACK -> connack(bytes, body, handler);
            case PacketType.SUBACK, PacketType.UNSUBACK ->
                    subscriptionAnswer(type, bytes, body, handler);
            case PacketType.DISCONNECT -> disconnect(bytes, body, handler);
            default -> auth(bytes, body, handler);
        };
    }

    /** 0, or the Reason Code where a server may not send this first byte. */
    private int firstByteProblem(int first) {
        int type = (first >>> 4) & 0x0F;
        int flags = first & 0x0F;
        if (type == PacketType.PUBLISH) {
            return publishFlagsProblem(flags);
        }
        boolean sentByServers =
                switch (type) {
                    case PacketType.CONNACK,
                            PacketType.PUBACK,
                            PacketType.PUBREC,
                            PacketType.PUBREL,
                            PacketType.PUBCOMP,
                            PacketType.SUBACK,
                            PacketType.UNSUBACK,
                            PacketType.PINGRESP ->
                            true;
                    case PacketType.DISCONNECT, PacketType.AUTH -> level == 5;
                    default -> false;
                };
        if (!sentByServers) {
            return refuse(
                    ReasonCode.PROTOCOL_ERROR,
                    type,
                    "packet type",
                    "not sent by a server in this version",
                    0);
        }
        // MQTT 3.1 calls the bits unused; 3.1.1 and 5 reserve them [MQTT-2.2.2-2].
        if (level > 3 && flags != (type == PacketType.PUBREL ? 0x02 : 0)) {
            return refuse(ReasonCode.MALFORMED_PACKET, type, "reserved flags", "wrong", 0);
        }
        return 0;
    }

    private int publishFlagsProblem(int flags) {
        if ((flags & 0x06) == 0x06) {
            return refuse(
                    ReasonCode.MALFORMED_PACKET,
                    PacketType.PUBLISH,
                    "QoS",
                    "3: expected 0 to 2",
                    0);
        }
        return (flags & 0x0E) == Publish.DUP
                ? refuse(ReasonCode.MALFORMED_PACKET, PacketType.PUBLISH, "DUP", "1 with QoS 0", 0)
                : 0;
    }

    private int publish(int first, byte[] bytes, int body, PacketHandler handler) {
        int type = PacketType.PUBLISH;
        int at = body + 2;
        if (at > end) {
            return tooShort(type, "Topic Name", body);
        }
        int topicLength = PropertyCursor.twoBytes(bytes, body);
        InboundPublish target = publish;
        target.begin();
        target.buffer = bytes;
        target.topicBuffer = bytes;
        target.topicOffset = at;
        target.topicLength = topicLength;
        if (at + topicLength > end) {
            return tooShort(type, "Topic Name", body);
        }
        if (topicLength > 0 || level < 5) {
            int problem = Utf8.topicName(bytes, at, topicLength);
            if (problem != Utf8.FINE) {
                return topicProblem(problem, body);
            }
        }
        at += topicLength;
        int qos = (first >>> 1) & 3;
        target.qos = qos;
        target.retain = (first & Publish.RETAIN) != 0;
        target.dup = (first & Publish.DUP) != 0;
        target.packetIdentifier = 0;
        if (qos > 0) {
            if (at + 2 > end) {
                return tooShort(type, "Packet Identifier", at);
            }
            int identifier = PropertyCursor.twoBytes(bytes, at);
            if (identifier == 0) {
                return zeroIdentifier(type, at);
            }
            target.packetIdentifier = identifier;
            at += 2;
        }
        target.topicAlias = 0;
        if (level == 5) {
            int result = publishProperties(bytes, at);
            if (result != 0) {
                return result;
            }
            at = target.propertiesOffset + target.propertiesLength;
            if (topicLength == 0 && target.topicAlias == 0) {
                return refuse(
                        ReasonCode.PROTOCOL_ERROR,
                        type,
                        "Topic Name",
                        "empty without a Topic Alias",
                        body - start);
            }
        }
        target.payloadOffset = at;
        target.payloadLength = end - at;
        return handler.publish(target);
    }

    private int publishProperties(byte[] bytes, int at) {
        InboundPublish target = publish;
        if (at < end && bytes[at] == 0) {
            target.propertiesOffset = at + 1;
            target.propertiesLength = 0;
            return 0;
        }
        int from = properties(PacketType.PUBLISH, bytes, at);
        if (from < 0) {
            return -from;
        }
        target.propertiesOffset = from;
        target.propertiesLength = propertiesEnd - from;
        if (properties.has(Property.TOPIC_ALIAS)) {
            target.topicAlias = properties.twoBytes(Property.TOPIC_ALIAS, 0);
            if (target.topicAlias == 0) {
                return refuse(
                        ReasonCode.TOPIC_ALIAS_INVALID,
                        PacketType.PUBLISH,
                        "Topic Alias",
                        "zero",
                        at - start);
            }
        }
        return 0;
    }

    private int propertiesEnd;

    /**
     * Checks Property Length and properties; sets {@link #propertiesEnd}.
     *
     * @return their offset, or the negative Reason Code
     */
    private int properties(int type, byte[] bytes, int at) {
        long read = VariableByteInteger.read(bytes, at, end);
        if (read < 0) {
            return -(read == VariableByteInteger.INCOMPLETE
                    ? tooShort(type, "Property Length", at)
                    : refuse(
                            ReasonCode.MALFORMED_PACKET,
                            type,
                            "Property Length",
                            "more than four bytes, or not the fewest",
                            at - start));
        }
        int from = at + (int) (read >>> 32);
        if ((int) read > end - from) {
            return -tooShort(type, "Property Length", at);
        }
        propertiesEnd = from + (int) read;
        int problem = properties.check(type, bytes, start, from, propertiesEnd);
        return problem != 0 ? -problem : from;
    }

    private int topicProblem(int problem, int at) {
        return problem == Utf8.MALFORMED
                ? refuse(
                        ReasonCode.MALFORMED_PACKET,
                        PacketType.PUBLISH,
                        "Topic Name",
                        "not valid UTF-8, or NUL in it",
                        at - start)
                : refuse(
                        ReasonCode.TOPIC_NAME_INVALID,
                        PacketType.PUBLISH,
                        "Topic Name",
                        "empty, or with a wildcard",
                        at - start);
    }

    private int acknowledgement(int type, byte[] bytes, int body, PacketHandler handler) {
        int length = end - body;
        if (length < 2) {
            return tooShort(type, "Packet Identifier", body);
        }
        int identifier = PropertyCursor.twoBytes(bytes, body);
        if (identifier == 0) {
            return zeroIdentifier(type, body);
        }
        int reasonCode = 0;
        if (length > 2) {
            if (level < 5) {
                return tooLong(type, body + 2);
            }
            reasonCode = bytes[body + 2] & 0xFF;
            if (!ReasonCodes.legal(type, reasonCode)) {
                return badReason(type, body + 2);
            }
            if (length > 3) {
                int result = lastProperties(type, bytes, body + 3);
                if (result != 0) {
                    return result;
                }
            }
        }
        return handler.acknowledgement(type, identifier, reasonCode);
    }

    /** Properties that end with the packet. */
    private int lastProperties(int type, byte[] bytes, int at) {
        int from = properties(type, bytes, at);
        if (from < 0) {
            return -from;
        }
        return propertiesEnd == end ? 0 : tooLong(type, propertiesEnd);
    }

    private int subscriptionAnswer(int type, byte[] bytes, int body, PacketHandler handler) {
        if (body + 2 > end) {
            return tooShort(type, "Packet Identifier", body);
        }
        int identifier = PropertyCursor.twoBytes(bytes, body);
        if (identifier == 0) {
            return zeroIdentifier(type, body);
        }
        int codes = body + 2;
        if (level == 5) {
            int from = properties(type, bytes, codes);
            if (from < 0) {
                return -from;
            }
            codes = propertiesEnd;
        } else if (type == PacketType.UNSUBACK) {
            return codes == end
                    ? handler.subscriptionAnswer(type, identifier, bytes, codes, 0)
                    : tooLong(type, codes);
        }
        if (codes == end) {
            return tooShort(type, "Reason Codes", codes);
        }
        for (int i = codes; i < end; i++) {
            int code = bytes[i] & 0xFF;
            boolean legal =
                    level == 5
                            ? ReasonCodes.legal(type, code)
                            : code <= 2 || code == ReasonCode.UNSPECIFIED_ERROR;
            if (!legal) {
                return badReason(type, i);
            }
        }
        return handler.subscriptionAnswer(type, identifier, bytes, codes, end - codes);
    }

    private int connack(byte[] bytes, int body, PacketHandler handler) {
        int type = PacketType.CONNACK;
        if (end - body < 2) {
            return tooShort(type, "Connect Acknowledge Flags", body);
        }
        int flags = bytes[body];
        // 3.1 leaves the byte unused.
        if (level > 3 && (flags & 0xFE) != 0) {
            return refuse(
                    ReasonCode.MALFORMED_PACKET,
                    type,
                    "Connect Acknowledge Flags",
                    "reserved bits set",
                    body - start);
        }
        boolean sessionPresent = level > 3 && flags == 1;
        int code = bytes[body + 1] & 0xFF;
        if (end - body == 2) {
            // A server that does not speak 5 answers as 3.1.1 does.
            if (level == 5 && !(code >= 1 && code <= 5)) {
                return tooShort(type, "Property Length", body + 2);
            }
            if (code > 5) {
                return badReason(type, body + 1);
            }
            return sessionPresent && code != 0
                    ? presentAndRefused(body)
                    : handler.connack(
                            Connack.of(sessionPresent, ReasonCode.ofConnectReturnCode(code)));
        }
        if (level < 5) {
            return tooLong(type, body + 2);
        }
        if (!ReasonCodes.legal(type, code)) {
            return badReason(type, body + 1);
        }
        int result = lastProperties(type, bytes, body + 2);
        if (result != 0) {
            return result;
        }
        return sessionPresent && code != 0
                ? presentAndRefused(body)
                : handler.connack(connack(sessionPresent, code));
    }

    private Connack connack(boolean sessionPresent, int code) {
        PropertyReader from = properties;
        return new Connack(
                sessionPresent,
                code,
                from.fourBytes(Property.SESSION_EXPIRY_INTERVAL, -1),
                from.twoBytes(Property.RECEIVE_MAXIMUM, 65_535),
                from.oneByte(Property.MAXIMUM_QOS, 2),
                from.flag(Property.RETAIN_AVAILABLE, true),
                (int)
                        Math.min(
                                Integer.MAX_VALUE,
                                from.fourBytes(Property.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE)),
                from.string(Property.ASSIGNED_CLIENT_IDENTIFIER),
                from.twoBytes(Property.TOPIC_ALIAS_MAXIMUM, 0),
                from.string(Property.REASON_STRING),
                from.flag(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, true),
                from.flag(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, true),
                from.flag(Property.SHARED_SUBSCRIPTION_AVAILABLE, true),
                from.twoBytes(Property.SERVER_KEEP_ALIVE, -1),
                from.string(Property.RESPONSE_INFORMATION),
                from.string(Property.SERVER_REFERENCE),
                authentication(code));
    }

    private int disconnect(byte[] bytes, int body, PacketHandler handler) {
        int type = PacketType.DISCONNECT;
        properties.clear();
        if (body == end) {
            return handler.disconnect(new ServerDisconnect(ReasonCode.SUCCESS, null, null));
        }
        int code = bytes[body] & 0xFF;
        if (!ReasonCodes.legal(type, code)) {
            return badReason(type, body);
        }
        if (body + 1 < end) {
            int result = lastProperties(type, bytes, body + 1);
            if (result != 0) {
                return result;
            }
        }
        return handler.disconnect(
                new ServerDisconnect(
                        code,
                        properties.string(Property.REASON_STRING),
                        properties.string(Property.SERVER_REFERENCE)));
    }

    private int auth(byte[] bytes, int body, PacketHandler handler) {
        int type = PacketType.AUTH;
        properties.clear();
        int code = 0;
        if (body < end) {
            code = bytes[body] & 0xFF;
            if (!ReasonCodes.legal(type, code)) {
                return badReason(type, body);
            }
            if (body + 1 < end) {
                int result = lastProperties(type, bytes, body + 1);
                if (result != 0) {
                    return result;
                }
            }
        }
        return handler.auth(authentication(code));
    }

    private Auth authentication(int code) {
        @Nullable String method = properties.string(Property.AUTHENTICATION_METHOD);
        return new Auth(
                code,
                method,
                properties.binary(Property.AUTHENTICATION_DATA),
                properties.string(Property.REASON_STRING));
    }

    private int presentAndRefused(int body) {
        return refuse(
                ReasonCode.PROTOCOL_ERROR,
                PacketType.CONNACK,
                "Session Present",
                "1 in a refusal",
                body - start);
    }

    private int badReason(int type, int at) {
        return refuse(
                ReasonCode.PROTOCOL_ERROR,
                type,
                "Reason Code",
                "none that this packet may carry",
                at - start);
    }

    private int zeroIdentifier(int type, int at) {
        return refuse(ReasonCode.PROTOCOL_ERROR, type, "Packet Identifier", "zero", at - start);
    }

    private int tooShort(int type, String field, int at) {
        return refuse(
                ReasonCode.MALFORMED_PACKET,
                type,
                field,
                "missing, or reaching beyond the packet",
                at - start);
    }

    private int tooLong(int type, int at) {
        return refuse(
                ReasonCode.MALFORMED_PACKET,
                type,
                "Remaining Length",
                "bytes behind the last field",
                at - start);
    }

    private int refuse(int reasonCode, int type, String field, String problem, int offset) {
        return rejection.set(reasonCode, type, field, problem, offset);
    }
}
