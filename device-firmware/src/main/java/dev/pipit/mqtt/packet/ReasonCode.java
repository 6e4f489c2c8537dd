package dev.pipit.mqtt.packet;

import java.util.Locale;

/** Reason Codes of MQTT 5 (section 2.4), and CONNACK return codes of 3.1.1, in plain words. */
public final class ReasonCode {
    public static final int SUCCESS = 0x00;
    public static final int DISCONNECT_WITH_WILL = 0x04;
    public static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    public static final int NO_SUBSCRIPTION_EXISTED = 0x11;
    public static final int CONTINUE_AUTHENTICATION = 0x18;
    public static final int RE_AUTHENTICATE = 0x19;
    public static final int UNSPECIFIED_ERROR = 0x80;
    public static final int MALFORMED_PACKET = 0x81;
    public static final int PROTOCOL_ERROR = 0x82;
    public static final int IMPLEMENTATION_SPECIFIC_ERROR = 0x83;
    public static final int UNSUPPORTED_PROTOCOL_VERSION = 0x84;
    public static final int CLIENT_IDENTIFIER_NOT_VALID = 0x85;
    public static final int BAD_USER_NAME_OR_PASSWORD = 0x86;
    public static final int NOT_AUTHORIZED = 0x87;
    public static final int SERVER_UNAVAILABLE = 0x88;
    public static final int SERVER_BUSY = 0x89;
    public static final int BANNED = 0x8A;
    public static final int SERVER_SHUTTING_DOWN = 0x8B;
    public static final int BAD_AUTHENTICATION_METHOD = 0x8C;
    public static final int KEEP_ALIVE_TIMEOUT = 0x8D;
    public static final int SESSION_TAKEN_OVER = 0x8E;
    public static final int TOPIC_FILTER_INVALID = 0x8F;
    public static final int TOPIC_NAME_INVALID = 0x90;
    public static final int PACKET_IDENTIFIER_IN_USE = 0x91;
    public static final int PACKET_IDENTIFIER_NOT_FOUND = 0x92;
    public static final int RECEIVE_MAXIMUM_EXCEEDED = 0x93;
    public static final int TOPIC_ALIAS_INVALID = 0x94;
    public static final int PACKET_TOO_LARGE = 0x95;
    public static final int MESSAGE_RATE_TOO_HIGH = 0x96;
    public static final int QUOTA_EXCEEDED = 0x97;
    public static final int ADMINISTRATIVE_ACTION = 0x98;
    public static final int PAYLOAD_FORMAT_INVALID = 0x99;
    public static final int RETAIN_NOT_SUPPORTED = 0x9A;
    public static final int QOS_NOT_SUPPORTED = 0x9B;
    public static final int USE_ANOTHER_SERVER = 0x9C;
    public static final int SERVER_MOVED = 0x9D;
    public static final int SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9E;
    public static final int CONNECTION_RATE_EXCEEDED = 0x9F;
    public static final int MAXIMUM_CONNECT_TIME = 0xA0;
    public static final int SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xA1;
    public static final int WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED = 0xA2;

    private ReasonCode() {}

    /** Whether the code reports a failure: 0x80 and above. */
    public static boolean failed(int code) {
        return code >= 0x80;
    }

    /** What a code means, as a person would say it, with its number. */
    public static String words(int code) {
        return meaning(code) + String.format(Locale.ROOT, " (0x%02X)", code);
    }

    /** What a 3.1.1 CONNACK return code (1 to 5) is called in MQTT 5. */
    public static int ofConnectReturnCode(int code) {
        return switch (code) {
            case 0 -> SUCCESS;
            case 1 -> UNSUPPORTED_PROTOCOL_VERSION;
            case 2 -> CLIENT_IDENTIFIER_NOT_VALID;
            case 3 -> SERVER_UNAVAILABLE;
            case 4 -> BAD_USER_NAME_OR_PASSWORD;
            case 5 -> NOT_AUTHORIZED;
            default -> UNSPECIFIED_ERROR;
        };
    }

    private static String meaning(int code) {
        return switch (code) {
            case SUCCESS -> "done";
            case 0x01 -> "granted QoS 1";
            case 0x02 -> "granted QoS 2";
            case DISCONNECT_WITH_WILL -> "disconnected, publishing the will";
            case NO_MATCHING_SUBSCRIBERS -> "nobody subscribes to that topic";
            case NO_SUBSCRIPTION_EXISTED -> "there was no such subscription";
            case CONTINUE_AUTHENTICATION -> "authentication goes on";
            case RE_AUTHENTICATE -> "authenticate again";
            case UNSPECIFIED_ERROR -> "refused without a reason";
            case MALFORMED_PACKET -> "a packet could not be parsed";
            case PROTOCOL_ERROR -> "a packet broke the protocol";
            case IMPLEMENTATION_SPECIFIC_ERROR -> "refused for a reason of the server's own";
            case UNSUPPORTED_PROTOCOL_VERSION -> "this MQTT version is not supported";
            case CLIENT_IDENTIFIER_NOT_VALID -> "the client identifier is not allowed";
            case BAD_USER_NAME_OR_PASSWORD -> "wrong user name or password";
            case NOT_AUTHORIZED -> "not authorized";
            case SERVER_UNAVAILABLE -> "the server is not available";
            case SERVER_BUSY -> "the server is busy, try again later";
            case BANNED -> "this client is banned";
            case SERVER_SHUTTING_DOWN -> "the server is shutting down";
            case BAD_AUTHENTICATION_METHOD -> "the authentication method is not supported";
            case KEEP_ALIVE_TIMEOUT -> "nothing was heard for 1.5 times the keep alive";
            case SESSION_TAKEN_OVER -> "another connection uses the same client identifier";
            case TOPIC_FILTER_INVALID -> "the topic filter is not accepted";
            case TOPIC_NAME_INVALID -> "the topic name is not accepted";
            case PACKET_IDENTIFIER_IN_USE -> "the packet identifier is already in use";
            case PACKET_IDENTIFIER_NOT_FOUND -> "the packet identifier is not known";
            case RECEIVE_MAXIMUM_EXCEEDED -> "more unacknowledged publishes than allowed";
            case TOPIC_ALIAS_INVALID -> "the topic alias is not valid";
            case PACKET_TOO_LARGE -> "a packet was larger than allowed";
            case MESSAGE_RATE_TOO_HIGH -> "too many messages in a short time";
            case QUOTA_EXCEEDED -> "a quota is exceeded";
            case ADMINISTRATIVE_ACTION -> "closed by an administrator";
            case PAYLOAD_FORMAT_INVALID -> "the payload is not in the format that was declared";
            case RETAIN_NOT_SUPPORTED -> "retained messages are not supported";
            case QOS_NOT_SUPPORTED -> "that QoS is not supported";
            case USE_ANOTHER_SERVER -> "use another server for now";
            case SERVER_MOVED -> "the server has moved";
            case SHARED_SUBSCRIPTIONS_NOT_SUPPORTED -> "shared subscriptions are not supported";
            case CONNECTION_RATE_EXCEEDED -> "connecting too often";
            case MAXIMUM_CONNECT_TIME -> "the longest allowed connection time is over";
            case SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED ->
                    "subscription identifiers are not supported";
            case WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED -> "wildcard subscriptions are not supported";
            default -> "unknown reason";
        };
    }
}
