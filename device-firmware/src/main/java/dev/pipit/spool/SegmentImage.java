package dev.pipit.spool;

import java.io.IOException;

/**
 * The bytes of one segment as its file has them, or is to have them: records are put together here
 * and written from here. Allocates nothing but itself. Layout: {@link SegmentLayout}.
 */
final class SegmentImage {
    private final byte[] bytes = new byte[SegmentLayout.SEGMENT_LENGTH];
    private final SegmentChecksum checksum = new SegmentChecksum();

    /** Takes over what a segment's file holds. */
    void load(Segment segment) throws IOException {
        segment.file.read(0, bytes, 0, bytes.length);
    }

    /** Begins a segment, in its file too. */
    void begin(Segment segment, long firstSequence) throws IOException {
        SegmentLayout.putHeader(bytes, segment.generation, firstSequence, checksum);
        segment.file.write(0, bytes, 0, SegmentLayout.HEADER_LENGTH);
        segment.firstSequence = firstSequence;
    }

    /** Whether a record of so many bytes, and the end mark behind it, fit into a segment. */
    static boolean hasRoom(Segment segment, int length) {
        int end = segment.end + SegmentLayout.RECORD_HEADER_LENGTH + length;
        return end + SegmentLayout.RECORD_HEADER_LENGTH <= SegmentLayout.SEGMENT_LENGTH;
    }

    /**
     * Adds a record to a segment, in its file too.
     *
     * @throws IOException if the disk refused; the segment does not have the record then
     */
    void append(Segment to, long sequence, long stamp, byte[] from, int offset, int length)
            throws IOException {
        to.reserve();
        put(to, sequence, stamp, from, offset, length);
        to.file.write(to.end, bytes, to.end, SegmentLayout.RECORD_HEADER_LENGTH + length);
        to.add(sequence, stamp, length);
    }

    /** Adds a record to a segment, but not to its file: see {@link #writeRecords}. */
    void add(Segment to, long sequence, long stamp, byte[] from, int offset, int length) {
        put(to, sequence, stamp, from, offset, length);
        to.add(sequence, stamp, length);
    }

    /** As {@link #add}, of a record of another segment, whose image is at hand. */
    void copy(Segment to, SegmentImage image, Segment from, int index) {
        int at = from.offset(index);
        add(
                to,
                from.sequence(index),
                SegmentLayout.getLong(image.bytes, at + SegmentLayout.STAMP_AT),
                image.bytes,
                at + SegmentLayout.RECORD_HEADER_LENGTH,
                SegmentLayout.getInt(image.bytes, at));
    }

    private void put(Segment to, long sequence, long stamp, byte[] from, int offset, int length) {
        int at = to.end;
        System.arraycopy(from, offset, bytes, at + SegmentLayout.RECORD_HEADER_LENGTH, length);
        SegmentLayout.sealRecord(bytes, at, length, to.generation, sequence, stamp, checksum);
    }

    private void putEndMark(Segment segment) {
        long last = segment.lastSequence();
        long stamp = segment.lastStamp;
        SegmentLayout.sealRecord(bytes, segment.end, 0, segment.generation, last, stamp, checksum);
    }

    /** Writes the end mark alone. */
    void writeEndMark(Segment segment) throws IOException {
        putEndMark(segment);
        segment.file.write(segment.end, bytes, segment.end, SegmentLayout.RECORD_HEADER_LENGTH);
    }

    /** Writes everything up to the last record. */
    void writeRecords(Segment segment) throws IOException {
        segment.file.write(0, bytes, 0, segment.end);
    }

    /** Writes everything, the end mark included. */
    void writeRecordsAndEndMark(Segment segment) throws IOException {
        putEndMark(segment);
        segment.file.write(0, bytes, 0, segment.end + SegmentLayout.RECORD_HEADER_LENGTH);
    }
}
