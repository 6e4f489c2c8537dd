package dev.pipit.mqtt.packet;

import org.jspecify.annotations.Nullable;

/**
 * The first packet of a connection (section 3.1).
 *
 * <pre>
 *  10 | Remaining Length | 00 04 M Q T T | level | flags | Keep Alive (2) | [Properties]
 *     | Client Identifier | [Will Properties] [Will Topic] [Will Payload] | [User Name] | [Password]
 *
 *  flags: bit 7 User Name, 6 Password, 5 Will Retain, 4-3 Will QoS, 2 Will, 1 Clean Start, 0 reserved
 * </pre>
 */
public final class Connect {
    private static final byte[] MQISDP = {'M', 'Q', 'I', 's', 'd', 'p'};
    private static final byte[] MQTT = {'M', 'Q', 'T', 'T'};

    private int level = 4;
    private String clientIdentifier = "";
    private boolean cleanStart = true;
    private int keepAliveSeconds;
    private @Nullable Will will;
    private @Nullable String userName;
    private byte @Nullable [] password;
    private long sessionExpirySeconds;
    private int receiveMaximum = 65_535;
    private long maximumPacketSize;
    private int topicAliasMaximum;
    private @Nullable String authenticationMethod;
    private byte @Nullable [] authenticationData;

    /**
     * @param value 3, 4 or 5
     */
    public Connect level(int value) {
        level = value;
        return this;
    }

    public Connect clientIdentifier(String value) {
        clientIdentifier = value;
        return this;
    }

    /** Clean Session before MQTT 5. */
    public Connect cleanStart(boolean value) {
        cleanStart = value;
        return this;
    }

    public Connect keepAliveSeconds(int value) {
        keepAliveSeconds = value;
        return this;
    }

    public Connect will(@Nullable Will value) {
        will = value;
        return this;
    }

    public Connect userName(@Nullable String value) {
        userName = value;
        return this;
    }

    public Connect password(byte @Nullable [] value) {
        password = value;
        return this;
    }

    /** MQTT 5; 0, the default, is left out. */
    public Connect sessionExpirySeconds(long value) {
        sessionExpirySeconds = value;
        return this;
    }

    /** MQTT 5; 65,535, the default, is left out. */
    public Connect receiveMaximum(int value) {
        receiveMaximum = value;
        return this;
    }

    /** MQTT 5; 0: no limit. */
    public Connect maximumPacketSize(long value) {
        maximumPacketSize = value;
        return this;
    }

    /** MQTT 5; 0, the default, is left out. */
    public Connect topicAliasMaximum(int value) {
        topicAliasMaximum = value;
        return this;
    }

    /** MQTT 5. */
    public Connect authentication(@Nullable String method, byte @Nullable [] data) {
        authenticationMethod = method;
        authenticationData = data;
        return this;
    }

    /**
     * @throws IllegalArgumentException where the version does not allow a combination: a password
     *     without a user name ([MQTT-3.1.2-22]) or an empty client identifier without Clean Session
     *     ([MQTT-3.1.3-7]) before MQTT 5
     */
    public byte[] encode() {
        if (level < 5 && password != null && userName == null) {
            throw new IllegalArgumentException(
                    "a password without a user name needs MQTT 5 [MQTT-3.1.2-22]");
        }
        if (level < 5 && clientIdentifier.isEmpty() && !cleanStart) {
            throw new IllegalArgumentException(
                    "an empty client identifier needs a clean session [MQTT-3.1.3-7]");
        }
        PacketWriter out = new PacketWriter();
        out.binary(level == 3 ? MQISDP : MQTT);
        out.oneByte(level);
        out.oneByte(flags());
        out.twoBytes(keepAliveSeconds);
        if (level == 5) {
            out.properties(properties());
        }
        out.binary(Utf8.bytes(clientIdentifier, "the client identifier"));
        if (will != null) {
            if (level == 5) {
                out.properties(willProperties(will));
            }
            out.binary(will.topic.utf8());
            out.binary(will.payload);
        }
        if (userName != null) {
            out.binary(Utf8.bytes(userName, "the user name"));
        }
        if (password != null) {
            out.binary(password);
        }
        return out.packet(PacketType.CONNECT << 4);
    }

    private int flags() {
        int flags = cleanStart ? 0x02 : 0;
        if (will != null) {
            flags |= 0x04 | (will.qos.level() << 3) | (will.retain ? 0x20 : 0);
        }
        if (password != null) {
            flags |= 0x40;
        }
        return userName != null ? flags | 0x80 : flags;
    }

    private byte[] properties() {
        PropertyWriter out = new PropertyWriter();
        if (sessionExpirySeconds > 0) {
            out.fourBytes(Property.SESSION_EXPIRY_INTERVAL, sessionExpirySeconds);
        }
        if (receiveMaximum != 65_535) {
            out.twoBytes(Property.RECEIVE_MAXIMUM, receiveMaximum);
        }
        if (maximumPacketSize > 0) {
            out.fourBytes(Property.MAXIMUM_PACKET_SIZE, maximumPacketSize);
        }
        if (topicAliasMaximum > 0) {
            out.twoBytes(Property.TOPIC_ALIAS_MAXIMUM, topicAliasMaximum);
        }
        if (authenticationMethod != null) {
            out.string(Property.AUTHENTICATION_METHOD, authenticationMethod);
            if (authenticationData != null) {
                out.binary(Property.AUTHENTICATION_DATA, authenticationData);
            }
        }
        return out.toBytes();
    }

    private static byte[] willProperties(Will will) {
        PropertyWriter out = new PropertyWriter();
        if (will.delaySeconds > 0) {
            out.fourBytes(Property.WILL_DELAY_INTERVAL, will.delaySeconds);
        }
        if (will.properties.messageExpirySeconds() != PublishProperties.NO_EXPIRY) {
            out.fourBytes(Property.MESSAGE_EXPIRY_INTERVAL, will.properties.messageExpirySeconds());
        }
        out.raw(will.properties.encoded);
        return out.toBytes();
    }
}
