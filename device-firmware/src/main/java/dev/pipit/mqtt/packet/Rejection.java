package dev.pipit.mqtt.packet;

/** Why a packet was refused: the first thing wrong with it, and where. One instance per decoder. */
public final class Rejection {
    private int reasonCode;
    private int type;
    private int start;
    private String field = "";
    private String problem = "";
    private int offset;

    /** A packet of this type begins at this offset; nothing is wrong with it yet. */
    void begin(int packetType, int start) {
        reasonCode = 0;
        type = packetType;
        this.start = start;
    }

    /** Records what is wrong with the field at this offset; returns the Reason Code. */
    int refuse(int code, String name, String what, int at) {
        reasonCode = code;
        field = name;
        problem = what;
        offset = at - start;
        return code;
    }

    int malformed(String name, String what, int at) {
        return refuse(ReasonCode.MALFORMED_PACKET, name, what, at);
    }

    int breach(String name, String what, int at) {
        return refuse(ReasonCode.PROTOCOL_ERROR, name, what, at);
    }

    int tooShort(String name, int at) {
        return malformed(name, "missing, or reaching beyond the packet", at);
    }

    int tooLong(int at) {
        return malformed("Remaining Length", "bytes behind the last field", at);
    }

    int badReason(int at) {
        return breach("Reason Code", "none that this packet may carry", at);
    }

    /** The Reason Code for the DISCONNECT, 0x81 and above; 0: nothing was refused. */
    public int reasonCode() {
        return reasonCode;
    }

    /** {@link PacketType}. */
    public int type() {
        return type;
    }

    /** As the specification names it. */
    public String field() {
        return field;
    }

    /** Bytes from the beginning of the packet. */
    public int offset() {
        return offset;
    }

    /** {@code PUBLISH, Topic Name, byte 2: not valid UTF-8 [0x81: ...]}. */
    @Override
    public String toString() {
        return PacketType.name(type)
                + ", "
                + field
                + ", byte "
                + offset
                + ": "
                + problem
                + ": "
                + ReasonCode.words(reasonCode);
    }
}
