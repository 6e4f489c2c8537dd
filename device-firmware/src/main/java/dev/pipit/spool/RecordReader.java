package dev.pipit.spool;

import java.io.IOException;

/** Reads single records from the files of segments, and checks them. */
final class RecordReader {
    private final Origin origin;
    private final byte[] scratch = new byte[SegmentLayout.SEGMENT_LENGTH];
    private final SegmentChecksum checksum = new SegmentChecksum();

    /**
     * @param origin tells whose a lost record was
     */
    RecordReader(Origin origin) {
        this.origin = origin;
    }

    /** False if the record does not check any more. Allocates nothing. */
    boolean read(Segment segment, int index, SpoolRecord into) throws IOException {
        int length = check(segment, index);
        if (length < 0) {
            return false;
        }
        into.sequence = segment.sequence(index);
        into.stamp = SegmentLayout.getLong(scratch, SegmentLayout.STAMP_AT);
        into.length = length;
        System.arraycopy(scratch, SegmentLayout.RECORD_HEADER_LENGTH, into.payload, 0, length);
        return true;
    }

    /**
     * Counts a record that is about to be lost. One that does not check any more is nobody's, at
     * the time of its segment's first.
     */
    void readLoss(Segment segment, int index, Losses into) throws IOException {
        int length = check(segment, index);
        into.add(
                length < 0
                        ? Origin.UNKNOWN
                        : origin.of(scratch, SegmentLayout.RECORD_HEADER_LENGTH, length),
                length < 0
                        ? segment.firstStamp
                        : SegmentLayout.getLong(scratch, SegmentLayout.STAMP_AT));
    }

    /** Reads a record into {@link #scratch}; its length, or -1 if it does not check any more. */
    private int check(Segment segment, int index) throws IOException {
        int at = segment.offset(index);
        int end = index + 1 < segment.count() ? segment.offset(index + 1) : segment.end;
        segment.file.read(at, scratch, 0, end - at);
        int length = SegmentLayout.record(scratch, 0, segment.generation, checksum);
        return length == end - at - SegmentLayout.RECORD_HEADER_LENGTH ? length : -1;
    }
}
