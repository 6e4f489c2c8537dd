package dev.pipit.mqtt.packet;

/**
 * Takes the packets that a server sends, one call each, in order. Every method returns 0 to go on,
 * or the Reason Code with which the connection has to end.
 */
public interface PacketHandler {
    /** The first packet of a connection, or after AUTH. */
    int connack(Connack connack);

    /**
     * @param publish checked, valid only inside this call
     */
    int publish(InboundPublish publish);

    /**
     * PUBACK, PUBREC, PUBREL or PUBCOMP.
     *
     * @param type {@link PacketType}
     * @param packetIdentifier 1 to 65,535
     * @param reasonCode legal for the packet; 0 before MQTT 5
     */
    int acknowledgement(int type, int packetIdentifier, int reasonCode);

    /**
     * SUBACK, or UNSUBACK (before MQTT 5 without codes).
     *
     * @param codes {@code count} Reason Codes from {@code offset} on
     */
    int subscriptionAnswer(int type, int packetIdentifier, byte[] codes, int offset, int count);

    /** The answer to a PINGREQ. */
    int pingresp();

    /** The server ends the connection (MQTT 5). */
    int disconnect(ServerDisconnect disconnect);

    /** The server wants (more) authentication (MQTT 5). */
    int auth(Auth auth);
}
