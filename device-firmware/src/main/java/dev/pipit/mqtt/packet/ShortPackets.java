package dev.pipit.mqtt.packet;

/**
 * Encodes the packets of a few bytes: acknowledgements, PINGREQ, DISCONNECT. They carry neither
 * Reason String nor User Property, so none can exceed a server's Maximum Packet Size
 * ([MQTT-3.4.2-2], [MQTT-3.14.2-3] and their like).
 *
 * <pre>
 *  type | 02 | Packet Identifier (2)                 Reason Code 0x00, or before MQTT 5
 *  type | 03 | Packet Identifier (2) | Reason Code   MQTT 5
 * </pre>
 */
public final class ShortPackets {
    /** No packet here takes more bytes. */
    public static final int MAX_BYTES = 5;

    private ShortPackets() {}

    /**
     * PUBACK, PUBREC, PUBREL or PUBCOMP.
     *
     * @param reasonCode left out where it is 0x00 or the version is below 5
     * @return the offset behind the packet
     */
    public static int acknowledgement(
            byte[] into, int offset, int level, int type, int packetIdentifier, int reasonCode) {
        boolean withReason = level == 5 && reasonCode != ReasonCode.SUCCESS;
        into[offset] = (byte) (type == PacketType.PUBREL ? 0x62 : type << 4);
        into[offset + 1] = (byte) (withReason ? 3 : 2);
        into[offset + 2] = (byte) (packetIdentifier >>> 8);
        into[offset + 3] = (byte) packetIdentifier;
        if (!withReason) {
            return offset + 4;
        }
        into[offset + 4] = (byte) reasonCode;
        return offset + 5;
    }

    /** PINGREQ: two bytes. */
    public static int pingreq(byte[] into, int offset) {
        into[offset] = (byte) (PacketType.PINGREQ << 4);
        into[offset + 1] = 0;
        return offset + 2;
    }

    /** DISCONNECT: two bytes, or three with a Reason Code of MQTT 5. */
    public static int disconnect(byte[] into, int offset, int level, int reasonCode) {
        boolean withReason = level == 5 && reasonCode != ReasonCode.SUCCESS;
        into[offset] = (byte) (PacketType.DISCONNECT << 4);
        into[offset + 1] = (byte) (withReason ? 1 : 0);
        if (!withReason) {
            return offset + 2;
        }
        into[offset + 2] = (byte) reasonCode;
        return offset + 3;
    }
}
