package dev.pipit.mqtt.packet;

/**
 * Decodes the packets that begin and end a connection: CONNACK (section 3.2), DISCONNECT (3.14),
 * AUTH (3.15). Part of {@link PacketDecoder}.
 *
 * <pre>
 *  CONNACK     0000000, Session Present | Reason Code | [Properties]
 *  DISCONNECT  [Reason Code] | [Properties]
 *  AUTH        [Reason Code] | [Properties]
 * </pre>
 */
final class ConnectionDecoder {
    private final int level;
    private final Rejection rejection;
    private final PropertyReader properties;
    private int reasonCode;

    ConnectionDecoder(int level, Rejection rejection, PropertyReader properties) {
        this.level = level;
        this.rejection = rejection;
        this.properties = properties;
    }

    int connack(byte[] bytes, int body, int end, PacketHandler handler) {
        if (end - body < 2) {
            return rejection.tooShort("Connect Acknowledge Flags", body);
        }
        int flags = bytes[body];
        // 3.1 leaves the byte unused.
        if (level > 3 && (flags & 0xFE) != 0) {
            return rejection.malformed("Connect Acknowledge Flags", "reserved bits set", body);
        }
        boolean sessionPresent = level > 3 && flags == 1;
        int code = bytes[body + 1] & 0xFF;
        properties.clear();
        if (end - body == 2) {
            // A server that does not speak 5 answers as 3.1.1 does.
            if (level == 5 && !(code >= 1 && code <= 5)) {
                return rejection.tooShort("Property Length", body + 2);
            }
            if (code > 5) {
                return rejection.badReason(body + 1);
            }
            code = ReasonCode.ofConnectReturnCode(code);
        } else if (level < 5) {
            return rejection.tooLong(body + 2);
        } else if (!ReasonCodes.legal(PacketType.CONNACK, code)) {
            return rejection.badReason(body + 1);
        } else {
            int problem = properties.readLast(bytes, body + 2, end);
            if (problem != 0) {
                return problem;
            }
        }
        return sessionPresent && code != 0
                ? rejection.breach("Session Present", "1 in a refusal", body)
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
                from.oneByte(Property.RETAIN_AVAILABLE, 1) == 1,
                (int)
                        Math.min(
                                Integer.MAX_VALUE,
                                from.fourBytes(Property.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE)),
                from.string(Property.ASSIGNED_CLIENT_IDENTIFIER),
                from.twoBytes(Property.TOPIC_ALIAS_MAXIMUM, 0),
                from.string(Property.REASON_STRING),
                from.oneByte(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, 1) == 1,
                from.oneByte(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1) == 1,
                from.oneByte(Property.SHARED_SUBSCRIPTION_AVAILABLE, 1) == 1,
                from.twoBytes(Property.SERVER_KEEP_ALIVE, -1),
                from.string(Property.RESPONSE_INFORMATION),
                from.string(Property.SERVER_REFERENCE),
                authentication(code));
    }

    int disconnect(byte[] bytes, int body, int end, PacketHandler handler) {
        int problem = reasonAndProperties(PacketType.DISCONNECT, bytes, body, end);
        return problem != 0
                ? problem
                : handler.disconnect(
                        new ServerDisconnect(
                                reasonCode,
                                properties.string(Property.REASON_STRING),
                                properties.string(Property.SERVER_REFERENCE)));
    }

    int auth(byte[] bytes, int body, int end, PacketHandler handler) {
        int problem = reasonAndProperties(PacketType.AUTH, bytes, body, end);
        return problem != 0 ? problem : handler.auth(authentication(reasonCode));
    }

    /** Sets {@link #reasonCode}; both may be left out, and mean success without properties. */
    private int reasonAndProperties(int type, byte[] bytes, int body, int end) {
        properties.clear();
        reasonCode = body < end ? bytes[body] & 0xFF : ReasonCode.SUCCESS;
        if (!ReasonCodes.legal(type, reasonCode)) {
            return rejection.badReason(body);
        }
        return body + 1 < end ? properties.readLast(bytes, body + 1, end) : 0;
    }

    private Auth authentication(int code) {
        return new Auth(
                code,
                properties.string(Property.AUTHENTICATION_METHOD),
                properties.binary(Property.AUTHENTICATION_DATA),
                properties.string(Property.REASON_STRING));
    }
}
