package dev.pipit.telemetry;

/**
 * The first byte of every frame.
 *
 * <pre>
 *    7   6   5   4   3   2   1   0
 *  +---+---+---+---+---+---+---+---+---------------+----
 *  | 1   1   0   1 | t | c | b | k |  schema id    | ...
 *  +---+---+---+---+---+---+---+---+---------------+----
 *       version
 * </pre>
 */
public final class FrameFlags {
    /** t: the clock was not yet synchronised; times are milliseconds since boot. */
    public static final int SINCE_BOOT = 8;

    /** c: a CRC-16 closes the frame, started with the checksum of the schema message. */
    public static final int CRC = 4;

    /** b: sent later than it was due. */
    public static final int BACKFILLED = 2;

    /** k: a dense frame; a flat one without it. */
    public static final int DENSE = 1;

    /** The four bits that every frame of this version starts with. */
    public static final int VERSION = 0xD0;

    /** Bytes before a frame's own content: flags and schema id. */
    public static final int HEADER_LENGTH = 2;

    private static final int CRC_LENGTH = 2;

    private FrameFlags() {}

    /**
     * The flags of a frame, 0..15.
     *
     * @throws FormatException if it is too short for a header, or of another version
     */
    public static int of(byte[] frame, int offset, int length) throws FormatException {
        if (length < HEADER_LENGTH) {
            throw new FormatException(
                    "frame of " + length + " bytes: expected at least " + HEADER_LENGTH);
        }
        int first = frame[offset] & 0xFF;
        if ((first & 0xF0) != VERSION) {
            throw new FormatException(
                    "first byte 0x%02x: expected 0xd0 to 0xdf, frames of version 13"
                            .formatted(first));
        }
        if ((first & CRC) != 0 && length < HEADER_LENGTH + CRC_LENGTH) {
            throw new FormatException(
                    "frame of " + length + " bytes: expected at least 4 where the CRC flag is set");
        }
        return first & 0x0F;
    }

    /** The schema id of a frame whose flags were read, 0..255. */
    public static int schemaId(byte[] frame, int offset) {
        return frame[offset + 1] & 0xFF;
    }

    /**
     * Checks header, schema id and CRC.
     *
     * @param kind {@link #DENSE} or 0
     * @return where the content ends: before the CRC if there is one
     */
    static int check(Schema schema, int kind, byte[] frame, int offset, int length)
            throws FormatException {
        int flags = of(frame, offset, length);
        if ((flags & DENSE) != kind) {
            throw new FormatException(
                    kind == DENSE
                            ? "a flat frame: expected a dense one"
                            : "a dense frame: expected a flat one");
        }
        if (schemaId(frame, offset) != schema.id()) {
            throw new FormatException(
                    "frame of schema "
                            + schemaId(frame, offset)
                            + ": the schema given has id "
                            + schema.id());
        }
        int end = offset + length;
        if ((flags & CRC) == 0) {
            return end;
        }
        end -= CRC_LENGTH;
        int stated = (frame[end] & 0xFF) << 8 | (frame[end + 1] & 0xFF);
        int computed = Crc16.update(schema.crc(), frame, offset, end - offset);
        if (stated != computed) {
            throw new FormatException(
                    "CRC 0x%04x, computed 0x%04x: damaged bytes, or another schema"
                            .formatted(stated, computed));
        }
        return end;
    }

    static void putHeader(Schema schema, int flags, byte[] out, int offset) {
        out[offset] = (byte) (VERSION | flags);
        out[offset + 1] = (byte) schema.id();
    }

    /** Closes a frame whose flags ask for a CRC; returns its whole length. */
    static int putCrc(Schema schema, int flags, byte[] out, int offset, int length) {
        if ((flags & CRC) == 0) {
            return length;
        }
        int crc = Crc16.update(schema.crc(), out, offset, length);
        out[offset + length] = (byte) (crc >> 8);
        out[offset + length + 1] = (byte) crc;
        return length + CRC_LENGTH;
    }
}
