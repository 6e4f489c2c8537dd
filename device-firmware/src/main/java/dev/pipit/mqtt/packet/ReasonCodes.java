package dev.pipit.mqtt.packet;

/** Which Reason Codes a server may put into which packet (MQTT 5, table 2-6). */
final class ReasonCodes {
    /** Of a packet type: bit {@code code - 0x80} of the failures it may carry. */
    private static final long[] FAILURES = new long[PacketType.AUTH + 1];

    static {
        FAILURES[PacketType.PUBACK] = bits(0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
        FAILURES[PacketType.PUBREC] = FAILURES[PacketType.PUBACK];
        FAILURES[PacketType.PUBREL] = bits(0x92);
        FAILURES[PacketType.PUBCOMP] = FAILURES[PacketType.PUBREL];
        FAILURES[PacketType.SUBACK] = bits(0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2);
        FAILURES[PacketType.UNSUBACK] = bits(0x80, 0x83, 0x87, 0x8F, 0x91);
        FAILURES[PacketType.CONNACK] =
                bits(
                        0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C,
                        0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F);
        FAILURES[PacketType.DISCONNECT] =
                bits(
                        0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93,
                        0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F,
                        0xA0, 0xA1, 0xA2);
    }

    private ReasonCodes() {}

    private static long bits(int... codes) {
        long bits = 0;
        for (int code : codes) {
            bits |= 1L << (code - 0x80);
        }
        return bits;
    }

    static boolean legal(int type, int code) {
        if (code >= 0x80) {
            return code < 0xC0 && (FAILURES[type] >>> (code - 0x80) & 1) != 0;
        }
        return switch (code) {
            case ReasonCode.SUCCESS -> true;
            case 0x01, 0x02 -> type == PacketType.SUBACK;
            case ReasonCode.NO_MATCHING_SUBSCRIBERS ->
                    type == PacketType.PUBACK || type == PacketType.PUBREC;
            case ReasonCode.NO_SUBSCRIPTION_EXISTED -> type == PacketType.UNSUBACK;
            // 0x04 in DISCONNECT and 0x19 in AUTH are the client's alone.
            case ReasonCode.CONTINUE_AUTHENTICATION -> type == PacketType.AUTH;
            default -> false;
        };
    }
}
