package dev.pipit.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds what is on a disk when a log is opened: reads each segment forward to the first record that
 * does not check. In the newest segment that is where a crash cut it; in any other it is damage,
 * counted and reported. Nothing that was written ends in an exception, only a disk that fails.
 */
final class SegmentRecovery {
    private final SegmentFiles files;
    private final Cursor cursor;
    private final boolean wasClean;
    private final SegmentChecksum checksum = new SegmentChecksum();
    private final byte[] bytes = new byte[SegmentLayout.SEGMENT_LENGTH];
    private final List<String> unreadable = new ArrayList<>();

    final List<Segment> segments = new ArrayList<>();
    long badRecords;

    SegmentRecovery(SegmentFiles files, Cursor cursor, boolean wasClean) {
        this.files = files;
        this.cursor = cursor;
        this.wasClean = wasClean;
    }

    void run() throws IOException {
        for (String name : files.disk.names()) {
            if (files.found(name)) {
                load(name);
            }
        }
        segments.sort(
                Comparator.comparingLong((Segment s) -> s.firstSequence)
                        .thenComparingLong(s -> s.generation));
        resolveOverlaps();
        reportUnreadable();
        for (int i = 0; i < segments.size(); i++) {
            checkEnd(i);
        }
    }

    private void load(String name) throws IOException {
        DiskFile file = files.disk.open(name);
        if (file.length() != SegmentLayout.SEGMENT_LENGTH) {
            file.close();
            unreadable.add(name);
            return;
        }
        file.read(0, bytes, 0, bytes.length);
        boolean header = SegmentLayout.isHeader(bytes, checksum);
        long generation = SegmentFiles.number(name);
        if (!header || SegmentLayout.generation(bytes) != generation) {
            file.close();
            if (header || isBlank()) {
                // Named for a new life that had not begun on disk.
                files.retire(name);
            } else {
                unreadable.add(name);
            }
            return;
        }
        Segment segment = new Segment(name, file, generation, SegmentLayout.firstSequence(bytes));
        while (!segment.sealed && addRecord(segment)) {}
        segments.add(segment);
    }

    private boolean isBlank() {
        for (int i = 0; i < SegmentLayout.HEADER_LENGTH; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean addRecord(Segment segment) {
        int at = segment.end;
        int length = SegmentLayout.record(bytes, at, segment.generation, checksum);
        if (length < 0) {
            return false;
        }
        if (length == 0) {
            segment.sealed = true;
            return true;
        }
        long sequence = SegmentLayout.getLong(bytes, at + SegmentLayout.SEQUENCE_AT);
        if (sequence <= segment.lastSequence()) {
            // Of this life, but from before a crash that cut records in front of it.
            return false;
        }
        segment.add(sequence, SegmentLayout.getLong(bytes, at + SegmentLayout.STAMP_AT), length);
        if (cursor.isSettled(sequence)) {
            segment.settle(sequence);
        }
        return true;
    }

    /** A crash while rewriting leaves the new segment beside those it was to replace. */
    private void resolveOverlaps() throws IOException {
        for (int i = segments.size() - 1; i > 0; i--) {
            Segment later = segments.get(i);
            Segment earlier = segments.get(i - 1);
            if (later.firstSequence > Math.max(earlier.lastSequence(), earlier.firstSequence)) {
                continue;
            }
            boolean laterIsNewer = later.generation > earlier.generation;
            // The newer one counts once it was finished, which its end mark says.
            boolean newerIsWhole = laterIsNewer ? later.sealed : earlier.sealed;
            Segment loser = laterIsNewer == newerIsWhole ? earlier : later;
            segments.remove(loser);
            loser.file.close();
            files.retire(loser.name);
            i = Math.min(i + 1, segments.size());
        }
    }

    private void reportUnreadable() throws IOException {
        long newest = 0;
        for (Segment segment : segments) {
            newest = Math.max(newest, segment.generation);
        }
        for (String name : unreadable) {
            // The header of the very newest may be torn: then nothing behind it was ever synced.
            if (SegmentFiles.number(name) > newest && !wasClean) {
                files.retire(name);
                continue;
            }
            badRecords++;
            files.setAside(name);
            long first = segments.isEmpty() ? 0 : segments.get(0).firstStamp;
            long last = segments.isEmpty() ? 0 : segments.get(segments.size() - 1).lastStamp;
            cursor.addGap(new Gap(Gap.Reason.DAMAGED, -1, first, last));
        }
    }

    private void checkEnd(int index) throws IOException {
        Segment segment = segments.get(index);
        boolean last = index == segments.size() - 1;
        boolean whole =
                segment.sealed
                        || (last && (!wasClean || segment.lastSequence() >= cursor.lastSequence));
        if (whole) {
            return;
        }
        badRecords++;
        long after = last ? segment.lastStamp : segments.get(index + 1).firstStamp;
        cursor.addGap(new Gap(Gap.Reason.DAMAGED, -1, segment.lastStamp, after));
        // An end mark where the good records end, so that the same damage is reported once.
        if (segment.end + SegmentLayout.RECORD_HEADER_LENGTH <= SegmentLayout.SEGMENT_LENGTH) {
            SegmentLayout.sealRecord(
                    bytes,
                    0,
                    0,
                    segment.generation,
                    segment.lastSequence(),
                    segment.lastStamp,
                    checksum);
            segment.file.write(segment.end, bytes, 0, SegmentLayout.RECORD_HEADER_LENGTH);
        }
        segment.sealed = true;
    }
}
