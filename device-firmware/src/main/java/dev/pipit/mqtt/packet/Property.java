package dev.pipit.mqtt.packet;

/** The 27 properties of MQTT 5 (section 2.2.2.2): identifier, type, and where each may stand. */
public final class Property {
    public static final int PAYLOAD_FORMAT_INDICATOR = 0x01;
    public static final int MESSAGE_EXPIRY_INTERVAL = 0x02;
    public static final int CONTENT_TYPE = 0x03;
    public static final int RESPONSE_TOPIC = 0x08;
    public static final int CORRELATION_DATA = 0x09;
    public static final int SUBSCRIPTION_IDENTIFIER = 0x0B;
    public static final int SESSION_EXPIRY_INTERVAL = 0x11;
    public static final int ASSIGNED_CLIENT_IDENTIFIER = 0x12;
    public static final int SERVER_KEEP_ALIVE = 0x13;
    public static final int AUTHENTICATION_METHOD = 0x15;
    public static final int AUTHENTICATION_DATA = 0x16;
    public static final int REQUEST_PROBLEM_INFORMATION = 0x17;
    public static final int WILL_DELAY_INTERVAL = 0x18;
    public static final int REQUEST_RESPONSE_INFORMATION = 0x19;
    public static final int RESPONSE_INFORMATION = 0x1A;
    public static final int SERVER_REFERENCE = 0x1C;
    public static final int REASON_STRING = 0x1F;
    public static final int RECEIVE_MAXIMUM = 0x21;
    public static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    public static final int TOPIC_ALIAS = 0x23;
    public static final int MAXIMUM_QOS = 0x24;
    public static final int RETAIN_AVAILABLE = 0x25;
    public static final int USER_PROPERTY = 0x26;
    public static final int MAXIMUM_PACKET_SIZE = 0x27;
    public static final int WILDCARD_SUBSCRIPTION_AVAILABLE = 0x28;
    public static final int SUBSCRIPTION_IDENTIFIER_AVAILABLE = 0x29;
    public static final int SHARED_SUBSCRIPTION_AVAILABLE = 0x2A;

    // Types of values.
    static final int BIT = 1;
    static final int TWO_BYTES = 2;
    static final int FOUR_BYTES = 3;
    static final int VARIABLE = 4;
    static final int STRING = 5;
    static final int BINARY = 6;
    static final int PAIR = 7;

    // Packets of a server that have properties; a property of the client's packets alone is in
    // NONE.
    private static final int NONE = 0;
    private static final int CONNACK = 1 << PacketType.CONNACK;
    private static final int PUBLISH = 1 << PacketType.PUBLISH;
    private static final int DISCONNECT = 1 << PacketType.DISCONNECT;
    private static final int AUTH = 1 << PacketType.AUTH;

    /** All but PUBLISH. */
    private static final int ANSWERS =
            CONNACK
                    | 1 << PacketType.PUBACK
                    | 1 << PacketType.PUBREC
                    | 1 << PacketType.PUBREL
                    | 1 << PacketType.PUBCOMP
                    | 1 << PacketType.SUBACK
                    | 1 << PacketType.UNSUBACK
                    | DISCONNECT
                    | AUTH;

    private static final int COUNT = SHARED_SUBSCRIPTION_AVAILABLE + 1;
    private static final String[] NAMES = new String[COUNT];
    private static final byte[] TYPES = new byte[COUNT];
    private static final char[] PACKETS = new char[COUNT];

    static {
        row(PAYLOAD_FORMAT_INDICATOR, "Payload Format Indicator", BIT, PUBLISH);
        row(MESSAGE_EXPIRY_INTERVAL, "Message Expiry Interval", FOUR_BYTES, PUBLISH);
        row(CONTENT_TYPE, "Content Type", STRING, PUBLISH);
        row(RESPONSE_TOPIC, "Response Topic", STRING, PUBLISH);
        row(CORRELATION_DATA, "Correlation Data", BINARY, PUBLISH);
        row(SUBSCRIPTION_IDENTIFIER, "Subscription Identifier", VARIABLE, PUBLISH);
        row(SESSION_EXPIRY_INTERVAL, "Session Expiry Interval", FOUR_BYTES, CONNACK);
        row(ASSIGNED_CLIENT_IDENTIFIER, "Assigned Client Identifier", STRING, CONNACK);
        row(SERVER_KEEP_ALIVE, "Server Keep Alive", TWO_BYTES, CONNACK);
        row(AUTHENTICATION_METHOD, "Authentication Method", STRING, CONNACK | AUTH);
        row(AUTHENTICATION_DATA, "Authentication Data", BINARY, CONNACK | AUTH);
        row(REQUEST_PROBLEM_INFORMATION, "Request Problem Information", BIT, NONE);
        row(WILL_DELAY_INTERVAL, "Will Delay Interval", FOUR_BYTES, NONE);
        row(REQUEST_RESPONSE_INFORMATION, "Request Response Information", BIT, NONE);
        row(RESPONSE_INFORMATION, "Response Information", STRING, CONNACK);
        row(SERVER_REFERENCE, "Server Reference", STRING, CONNACK | DISCONNECT);
        row(REASON_STRING, "Reason String", STRING, ANSWERS);
        row(RECEIVE_MAXIMUM, "Receive Maximum", TWO_BYTES, CONNACK);
        row(TOPIC_ALIAS_MAXIMUM, "Topic Alias Maximum", TWO_BYTES, CONNACK);
        row(TOPIC_ALIAS, "Topic Alias", TWO_BYTES, PUBLISH);
        row(MAXIMUM_QOS, "Maximum QoS", BIT, CONNACK);
        row(RETAIN_AVAILABLE, "Retain Available", BIT, CONNACK);
        row(USER_PROPERTY, "User Property", PAIR, ANSWERS | PUBLISH);
        row(MAXIMUM_PACKET_SIZE, "Maximum Packet Size", FOUR_BYTES, CONNACK);
        row(WILDCARD_SUBSCRIPTION_AVAILABLE, "Wildcard Subscription Available", BIT, CONNACK);
        row(SUBSCRIPTION_IDENTIFIER_AVAILABLE, "Subscription Identifier Available", BIT, CONNACK);
        row(SHARED_SUBSCRIPTION_AVAILABLE, "Shared Subscription Available", BIT, CONNACK);
    }

    private static void row(int property, String name, int type, int packets) {
        NAMES[property] = name;
        TYPES[property] = (byte) type;
        PACKETS[property] = (char) packets;
    }

    private Property() {}

    /** The specification's name, or the number of an identifier that it does not have. */
    public static String name(int property) {
        return exists(property) ? NAMES[property] : "property 0x" + Integer.toHexString(property);
    }

    static boolean exists(int property) {
        return property >= 0 && property < COUNT && TYPES[property] != 0;
    }

    /** Type of the value of a property that exists. */
    static int type(int property) {
        return TYPES[property];
    }

    /** Whether a server may put the property, which exists, into a packet of this type. */
    static boolean standsIn(int property, int packetType) {
        return (PACKETS[property] >>> packetType & 1) != 0;
    }
}
