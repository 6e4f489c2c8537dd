package dev.pipit.mqtt.packet;

/** Which Reason Codes a server may put into which packet (MQTT 5, table 2-6). */
final class ReasonCodes {
    private ReasonCodes() {}

    static boolean legal(int type, int code) {
        if (code == ReasonCode.SUCCESS) {
            return true;
        }
        return switch (type) {
            case PacketType.PUBACK, PacketType.PUBREC ->
                    switch (code) {
                        case 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99 -> true;
                        default -> false;
                    };
            case PacketType.PUBREL, PacketType.PUBCOMP ->
                    code == ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
            case PacketType.SUBACK ->
                    switch (code) {
                        case 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2 ->
                                true;
                        default -> false;
                    };
            case PacketType.UNSUBACK ->
                    switch (code) {
                        case 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91 -> true;
                        default -> false;
                    };
            case PacketType.CONNACK ->
                    switch (code) {
                        case 0x80,
                                0x81,
                                0x82,
                                0x83,
                                0x84,
                                0x85,
                                0x86,
                                0x87,
                                0x88,
                                0x89,
                                0x8A,
                                0x8C,
                                0x90,
                                0x95,
                                0x97,
                                0x99,
                                0x9A,
                                0x9B,
                                0x9C,
                                0x9D,
                                0x9F ->
                                true;
                        default -> false;
                    };
            case PacketType.DISCONNECT ->
                    switch (code) {
                        // 0x04 is the client's alone.
                        case 0x80,
                                0x81,
                                0x82,
                                0x83,
                                0x87,
                                0x89,
                                0x8B,
                                0x8D,
                                0x8E,
                                0x8F,
                                0x90,
                                0x93,
                                0x94,
                                0x95,
                                0x96,
                                0x97,
                                0x98,
                                0x99,
                                0x9A,
                                0x9B,
                                0x9C,
                                0x9D,
                                0x9E,
                                0x9F,
                                0xA0,
                                0xA1,
                                0xA2 ->
                                true;
                        default -> false;
                    };
            // 0x19 is the client's alone.
            case PacketType.AUTH -> code == ReasonCode.CONTINUE_AUTHENTICATION;
            default -> false;
        };
    }
}
