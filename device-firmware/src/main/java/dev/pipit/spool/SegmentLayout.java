package dev.pipit.spool;

/**
 * What a segment looks like on disk. All integers big-endian.
 *
 * <pre>
 *  header        0       4         8            16               24        28
 *               +-------+---------+------------+----------------+---------+--------+
 *               | magic | version | generation | first sequence | 0       | CRC-32C|
 *               +-------+---------+------------+----------------+---------+--------+
 *  record        0       4         8            16      24
 *               +-------+---------+------------+-------+------- - - -
 *               | length| CRC-32C | sequence   | stamp | payload
 *               +-------+---------+------------+-------+------- - - -
 *  end           as a record of length 0: the segment was closed in order
 * </pre>
 *
 * A record's CRC covers generation, length, sequence, stamp and payload: what a recycled file still
 * holds of its earlier life does not check, so it need not be wiped.
 */
final class SegmentLayout {
    static final int SEGMENT_LENGTH = 64 * 1024;
    static final int HEADER_LENGTH = 32;
    static final int RECORD_HEADER_LENGTH = 24;
    static final int MAX_PAYLOAD = SEGMENT_LENGTH - HEADER_LENGTH - 2 * RECORD_HEADER_LENGTH;

    static final int SEQUENCE_AT = 8;
    static final int STAMP_AT = 16;

    private static final int MAGIC = 0x70535031; // "pSP1"
    private static final int VERSION = 1;
    private static final int GENERATION_AT = 8;
    private static final int FIRST_SEQUENCE_AT = 16;
    private static final int HEADER_CRC_AT = 28;
    private static final int CRC_AT = 4;

    private SegmentLayout() {}

    static void putHeader(
            byte[] out, long generation, long firstSequence, SegmentChecksum checksum) {
        putInt(out, 0, MAGIC);
        putInt(out, 4, VERSION);
        putLong(out, GENERATION_AT, generation);
        putLong(out, FIRST_SEQUENCE_AT, firstSequence);
        putInt(out, 24, 0);
        putInt(out, HEADER_CRC_AT, checksum.header(out, HEADER_CRC_AT));
    }

    static boolean isHeader(byte[] bytes, SegmentChecksum checksum) {
        return getInt(bytes, 0) == MAGIC
                && getInt(bytes, 4) == VERSION
                && getInt(bytes, HEADER_CRC_AT) == checksum.header(bytes, HEADER_CRC_AT);
    }

    static long generation(byte[] header) {
        return getLong(header, GENERATION_AT);
    }

    static long firstSequence(byte[] header) {
        return getLong(header, FIRST_SEQUENCE_AT);
    }

    /** Writes length, sequence, stamp and checksum around a payload that already stands there. */
    static void sealRecord(
            byte[] image,
            int at,
            int length,
            long generation,
            long sequence,
            long stamp,
            SegmentChecksum checksum) {
        putInt(image, at, length);
        putLong(image, at + SEQUENCE_AT, sequence);
        putLong(image, at + STAMP_AT, stamp);
        putInt(image, at + CRC_AT, checksum.record(image, at, length, generation));
    }

    /** The length of the record at an offset, or -1 if none checks there. 0: the end mark. */
    static int record(byte[] image, int at, long generation, SegmentChecksum checksum) {
        if (at + RECORD_HEADER_LENGTH > image.length) {
            return -1;
        }
        int length = getInt(image, at);
        if (length < 0 || length > image.length - at - RECORD_HEADER_LENGTH) {
            return -1;
        }
        return getInt(image, at + CRC_AT) == checksum.record(image, at, length, generation)
                ? length
                : -1;
    }

    static void putInt(byte[] out, int at, int value) {
        out[at] = (byte) (value >> 24);
        out[at + 1] = (byte) (value >> 16);
        out[at + 2] = (byte) (value >> 8);
        out[at + 3] = (byte) value;
    }

    static void putLong(byte[] out, int at, long value) {
        putInt(out, at, (int) (value >> 32));
        putInt(out, at + 4, (int) value);
    }

    static int getInt(byte[] in, int at) {
        return in[at] << 24
                | (in[at + 1] & 0xFF) << 16
                | (in[at + 2] & 0xFF) << 8
                | (in[at + 3] & 0xFF);
    }

    static long getLong(byte[] in, int at) {
        return (long) getInt(in, at) << 32 | (getInt(in, at + 4) & 0xFFFFFFFFL);
    }
}
