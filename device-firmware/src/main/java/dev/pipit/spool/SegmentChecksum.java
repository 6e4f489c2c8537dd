package dev.pipit.spool;

import java.util.zip.CRC32C;

/**
 * The CRC-32C of a segment's header and records. Not thread-safe; allocates nothing but itself.
 * Layout: {@link SegmentLayout}.
 */
final class SegmentChecksum {
    private static final int LENGTH_AT = 8;

    private final CRC32C crc = new CRC32C();

    /** What a record's CRC begins with: generation and length, which do not stand side by side. */
    private final byte[] first = new byte[12];

    /** Of a header, without its own field. */
    int header(byte[] header, int length) {
        crc.reset();
        crc.update(header, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Of a record, in two calls: a spool that opens does this for every record that waits.
     *
     * @param at where the record begins in the image
     * @param length of its payload
     */
    int record(byte[] image, int at, int length, long generation) {
        SegmentLayout.putLong(first, 0, generation);
        SegmentLayout.putInt(first, LENGTH_AT, length);
        crc.reset();
        crc.update(first, 0, first.length);
        int covered = SegmentLayout.RECORD_HEADER_LENGTH - SegmentLayout.SEQUENCE_AT + length;
        crc.update(image, at + SegmentLayout.SEQUENCE_AT, covered);
        return (int) crc.getValue();
    }
}
