package dev.pipit.mqtt.packet;

/** Why a packet was refused: the first thing wrong with it, and where. One instance per decoder. */
public final class Rejection {
    private int reasonCode;
    private int type;
    private String field = "";
    private String problem = "";
    private int offset;

    /** Records the rejection; returns the Reason Code. */
    int set(int reasonCode, int type, String field, String problem, int offset) {
        this.reasonCode = reasonCode;
        this.type = type;
        this.field = field;
        this.problem = problem;
        this.offset = offset;
        return reasonCode;
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
