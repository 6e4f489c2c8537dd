package dev.pipit.spool;

import java.io.IOException;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * Records in segments on one disk: the ring, the card and the memory are each one of these.
 * Sequences grow from append to append. Not safe for threads: the {@link Spool} guards it, and lets
 * go of its lock only while a segment is synced ({@link #beginSync}).
 */
public final class SegmentLog {
    private final SegmentFiles files;
    private final int maxSegments;
    private final Origin origin;
    private final CRC32C crc = new CRC32C();
    private final Cursor cursor = new Cursor();

    /** By first sequence; the last one takes appends unless it is sealed. */
    private final List<Segment> segments;

    /** The active segment's bytes: what a failed sync leaves in doubt is rewritten from here. */
    private final byte[] image = new byte[SegmentLayout.SEGMENT_LENGTH];

    private final byte[] scratch = new byte[SegmentLayout.SEGMENT_LENGTH];
    private final boolean isNew;
    private final boolean wasClean;

    private long lastSequence;
    private long unsettled;
    private long badRecords;
    private int thinAt;
    private boolean unsynced;

    private SegmentLog(Disk disk, int maxSegments, long freeFloorBytes, Origin origin)
            throws IOException {
        this.maxSegments = maxSegments;
        this.origin = origin;
        files = new SegmentFiles(disk, freeFloorBytes);
        isNew = !cursor.open(disk);
        wasClean = cursor.clean;
        SegmentRecovery recovery = new SegmentRecovery(files, cursor, wasClean);
        recovery.run();
        segments = recovery.segments;
        badRecords = recovery.badRecords;
        lastSequence = cursor.settledBelow - 1;
        for (Segment segment : segments) {
            lastSequence = Math.max(lastSequence, segment.lastSequence());
            unsettled += segment.unsettled();
        }
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).unsettled() == 0) {
                release(i);
            }
        }
        if (!segments.isEmpty() && !active().sealed) {
            active().file.read(0, image, 0, image.length);
            // A killed process leaves what it wrote in sight, but not on the disk.
            unsynced = true;
        }
        cursor.clean = false;
        writeCursor();
    }

    /**
     * Opens or makes a log. What is damaged is counted and reported as a {@linkplain #gaps gap},
     * never an error and never deleted.
     *
     * @param maxSegments of 64 KiB each, 3 or more
     * @param freeFloorBytes no new segment is made when fewer bytes would stay free
     * @throws IOException if the disk itself fails
     */
    public static SegmentLog open(Disk disk, int maxSegments, long freeFloorBytes)
            throws IOException {
        return open(disk, maxSegments, freeFloorBytes, Origin.NONE);
    }

    /** As above, with what tells whose a lost record was. */
    static SegmentLog open(Disk disk, int maxSegments, long freeFloorBytes, Origin origin)
            throws IOException {
        if (maxSegments < 3) {
            throw new IllegalArgumentException(maxSegments + " segments: expected 3 or more");
        }
        return new SegmentLog(disk, maxSegments, freeFloorBytes, origin);
    }

    private Segment active() {
        return segments.get(segments.size() - 1);
    }

    /** Records not yet settled. */
    public long unsettled() {
        return unsettled;
    }

    /** Damaged places found when the log was opened. */
    public long badRecords() {
        return badRecords;
    }

    /** Whether the disk held no log before: on a disk in memory, that the machine has restarted. */
    public boolean isNew() {
        return isNew;
    }

    /** Whether the log was closed in order before. */
    public boolean wasClean() {
        return wasClean;
    }

    /** The highest sequence ever appended here, as far as anyone knows. */
    public long lastSequence() {
        return lastSequence;
    }

    /** The stamp of the newest record known; 0: none. */
    long lastStamp() {
        return segments.isEmpty() ? 0 : active().lastStamp;
    }

    /** No sequence from here on was given out, whatever a power cut took. */
    public long reserved() {
        return Math.max(cursor.reserved, lastSequence + 1);
    }

    /** Promises, durably, that sequences below this may be given out. */
    void reserve(long sequence) throws IOException {
        cursor.reserved = sequence;
        writeCursor();
    }

    /** Losses not yet reported. */
    List<Gap> gaps() {
        return cursor.gaps;
    }

    void addGap(Gap gap) {
        cursor.addGap(gap);
    }

    /** How much of the bound is used, in percent. */
    int percentFull() {
        return 100 * segments.size() / maxSegments;
    }

    /**
     * Adds a record; allocates nothing.
     *
     * @param sequence above all before
     * @return false if the active segment has no room: {@link #roll} first
     * @throws IOException if the disk refused; the record does not count then
     */
    boolean append(long sequence, long stamp, byte[] bytes, int offset, int length)
            throws IOException {
        if (segments.isEmpty() || active().sealed) {
            return false;
        }
        Segment active = active();
        int at = active.end;
        int total = SegmentLayout.RECORD_HEADER_LENGTH + length;
        if (at + total + SegmentLayout.RECORD_HEADER_LENGTH > SegmentLayout.SEGMENT_LENGTH) {
            return false;
        }
        active.reserve();
        System.arraycopy(bytes, offset, image, at + SegmentLayout.RECORD_HEADER_LENGTH, length);
        SegmentLayout.sealRecord(image, at, length, active.generation, sequence, stamp, crc);
        active.file.write(at, image, at, total);
        active.add(sequence, stamp, length);
        lastSequence = sequence;
        unsettled++;
        unsynced = true;
        return true;
    }

    /**
     * Closes the active segment and opens another for the records from a sequence on. The caller
     * has synced the one before, where that matters.
     *
     * @return false if the bound is reached or the disk has too little room
     */
    boolean roll(long firstSequence) throws IOException {
        if (!segments.isEmpty() && !active().sealed) {
            putEndMark();
            Segment active = active();
            unsynced = true;
            sync();
            if (active() != active) {
                // The sync failed and the records moved: the end mark has to follow them.
                active = active();
                putEndMark();
                active.file.sync();
            }
            active.sealed = true;
        }
        if (segments.size() >= maxSegments) {
            return false;
        }
        Segment next = files.create(image, firstSequence, crc);
        if (next == null) {
            return false;
        }
        segments.add(next);
        return true;
    }

    /**
     * Ahead of time, and not where records come in: gives back what full segments do not need, and
     * makes a disk in memory ready for the next {@link #roll}, which then allocates nothing.
     */
    void prepare(boolean inMemory) throws IOException {
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).sealed) {
                segments.get(i).trim();
            }
        }
        if (inMemory && segments.size() < maxSegments) {
            files.prepare();
        }
    }

    private void putEndMark() throws IOException {
        Segment active = active();
        SegmentLayout.sealRecord(
                image,
                active.end,
                0,
                active.generation,
                active.lastSequence(),
                active.lastStamp,
                crc);
        active.file.write(active.end, image, active.end, SegmentLayout.RECORD_HEADER_LENGTH);
    }

    /** The file to sync, its name made durable first; null if there is nothing to sync. */
    @Nullable DiskFile beginSync() throws IOException {
        files.syncNames();
        if (!unsynced || segments.isEmpty()) {
            return null;
        }
        unsynced = false;
        return active().file;
    }

    /**
     * After a failed sync: what was written is in doubt and stays so, whatever a second sync says.
     * The segment is given up and its unsettled records are written to another one and synced.
     */
    void rewriteActive() throws IOException {
        Segment given = active();
        unsynced = true;
        System.arraycopy(image, 0, scratch, 0, given.end);
        Segment fresh = files.create(image, given.firstSequence, crc);
        if (fresh == null) {
            throw new IOException("no room for a segment in place of one that failed to sync");
        }
        for (int i = 0; i < given.count(); i++) {
            int at = given.offset(i);
            int length = SegmentLayout.getInt(scratch, at);
            if (given.isSettled(i)) {
                continue;
            }
            long stamp = SegmentLayout.getLong(scratch, at + SegmentLayout.STAMP_AT);
            System.arraycopy(
                    scratch,
                    at + SegmentLayout.RECORD_HEADER_LENGTH,
                    image,
                    fresh.end + SegmentLayout.RECORD_HEADER_LENGTH,
                    length);
            SegmentLayout.sealRecord(
                    image, fresh.end, length, fresh.generation, given.sequence(i), stamp, crc);
            fresh.add(given.sequence(i), stamp, length);
        }
        fresh.file.write(0, image, 0, fresh.end);
        // The old one goes only when the new one is safe: it may hold what was synced earlier.
        files.syncNames();
        fresh.file.sync();
        segments.set(segments.size() - 1, fresh);
        given.file.close();
        files.setAside(given.name);
        files.syncNames();
        unsynced = false;
    }

    /** Makes everything appended so far durable, in one go. */
    void sync() throws IOException {
        DiskFile file = beginSync();
        if (file == null) {
            return;
        }
        try {
            file.sync();
        } catch (IOException e) {
            rewriteActive();
        }
    }

    /** The sequence of the oldest unsettled record above another; {@link Long#MAX_VALUE}: none. */
    long nextSequence(long after) {
        for (int s = firstAbove(after); s < segments.size(); s++) {
            Segment segment = segments.get(s);
            int index = segment.unsettledFrom(segment.above(after));
            if (index >= 0) {
                return segment.sequence(index);
            }
        }
        return Long.MAX_VALUE;
    }

    /** The first segment that may hold a record above a sequence. */
    private int firstAbove(long after) {
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).lastSequence() > after) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Reads the oldest unsettled record above a sequence; allocates nothing. */
    boolean next(long after, SpoolRecord into) throws IOException {
        for (int s = firstAbove(after); s < segments.size(); s++) {
            Segment segment = segments.get(s);
            int index = segment.unsettledFrom(segment.above(after));
            while (index >= 0) {
                if (read(segment, index, into)) {
                    return true;
                }
                badRecords++;
                cursor.addGap(
                        new Gap(Gap.Reason.DAMAGED, 1, segment.firstStamp, segment.lastStamp));
                settle(segment, segment.sequence(index));
                index = segment.unsettledFrom(index + 1);
            }
        }
        return false;
    }

    /** Reads a record into {@link #scratch}; its length, or -1 if it does not check any more. */
    private int check(Segment segment, int index) throws IOException {
        int at = segment.offset(index);
        int end = index + 1 < segment.count() ? segment.offset(index + 1) : segment.end;
        segment.file.read(at, scratch, 0, end - at);
        int length = SegmentLayout.record(scratch, 0, segment.generation, crc);
        return length == end - at - SegmentLayout.RECORD_HEADER_LENGTH ? length : -1;
    }

    /** False if the record does not check any more. */
    private boolean read(Segment segment, int index, SpoolRecord into) throws IOException {
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

    /** Marks a record as delivered, in any order; false if there is none, or none any more. */
    boolean settle(long sequence) throws IOException {
        for (int i = segments.size() - 1; i >= 0; i--) {
            Segment segment = segments.get(i);
            if (segment.firstSequence <= sequence) {
                if (!settle(segment, sequence)) {
                    return false;
                }
                if (segment.unsettled() == 0 && (segment.sealed || i < segments.size() - 1)) {
                    release(i);
                }
                return true;
            }
        }
        return false;
    }

    private boolean settle(Segment segment, long sequence) {
        if (!segment.settle(sequence)) {
            return false;
        }
        unsettled--;
        return true;
    }

    /** Everything up to a sequence has found a place elsewhere; false if that was nothing. */
    boolean settleUpTo(long sequence) throws IOException {
        long before = unsettled;
        for (int i = segments.size() - 1; i >= 0; i--) {
            Segment segment = segments.get(i);
            for (int r = segment.unsettledFrom(0);
                    r >= 0 && segment.sequence(r) <= sequence;
                    r = segment.unsettledFrom(r + 1)) {
                settle(segment, segment.sequence(r));
            }
            if (segment.unsettled() == 0 && segment.sealed) {
                release(i);
            }
        }
        return unsettled < before;
    }

    private void release(int index) throws IOException {
        Segment segment = segments.remove(index);
        unsettled -= segment.unsettled();
        segment.file.close();
        files.retire(segment.name);
    }

    /**
     * Forgets records from a sequence on: after a failed sync another log holds them, and what this
     * disk shows of them need not be what it keeps.
     */
    void truncateFrom(long sequence) throws IOException {
        while (!segments.isEmpty() && active().firstSequence >= sequence) {
            release(segments.size() - 1);
        }
        lastSequence = Math.min(lastSequence, sequence - 1);
        if (segments.isEmpty() || active().lastSequence() < sequence) {
            return;
        }
        Segment active = active();
        active.file.read(0, image, 0, image.length);
        unsettled -= active.truncate(active.above(sequence - 1));
        putEndMark();
        active.file.sync();
        active.sealed = true;
    }

    /** Gives up the oldest segment; returns its last sequence, or -1 if there is none to give. */
    long dropOldest() throws IOException {
        if (segments.isEmpty()) {
            return -1;
        }
        Segment oldest = segments.get(0);
        Losses losses = new Losses();
        for (int i = oldest.unsettledFrom(0); i >= 0; i = oldest.unsettledFrom(i + 1)) {
            addLoss(losses, oldest, i);
        }
        if (losses.tell(cursor)) {
            // First the confession, then the deed: a crash between repeats, it never conceals.
            writeCursor();
        }
        release(0);
        return oldest.lastSequence();
    }

    /** One that does not check any more is nobody's, at the time of its segment's first. */
    private void addLoss(Losses losses, Segment segment, int index) throws IOException {
        int length = check(segment, index);
        losses.add(
                length < 0
                        ? Origin.UNKNOWN
                        : origin.of(scratch, SegmentLayout.RECORD_HEADER_LENGTH, length),
                length < 0
                        ? segment.firstStamp
                        : SegmentLayout.getLong(scratch, SegmentLayout.STAMP_AT));
    }

    /**
     * Makes one segment of two sealed ones by letting go every second record, going round so that
     * all become equally thin.
     *
     * @return whether a segment became free
     */
    boolean thin() throws IOException {
        if (segments.size() < 3) {
            return dropOldest() >= 0;
        }
        int at = thinAt + 1 < segments.size() - 1 ? thinAt : 0;
        Segment first = segments.get(at);
        Segment second = segments.get(at + 1);
        if (!first.sealed || !second.sealed) {
            return dropOldest() >= 0;
        }
        byte[] saved = image.clone();
        Segment merged = files.create(image, first.firstSequence, crc);
        if (merged == null) {
            return dropOldest() >= 0;
        }
        SpoolRecord record = new SpoolRecord();
        Losses losses = new Losses();
        int position = 0;
        for (Segment from : List.of(first, second)) {
            for (int i = from.unsettledFrom(0); i >= 0; i = from.unsettledFrom(i + 1)) {
                boolean keep = (position++ & 1) == 0;
                boolean reads = read(from, i, record);
                int total = 2 * SegmentLayout.RECORD_HEADER_LENGTH + record.length;
                if (!keep || !reads || merged.end + total > SegmentLayout.SEGMENT_LENGTH) {
                    addLoss(losses, from, i);
                    continue;
                }
                System.arraycopy(
                        record.payload,
                        0,
                        image,
                        merged.end + SegmentLayout.RECORD_HEADER_LENGTH,
                        record.length);
                SegmentLayout.sealRecord(
                        image,
                        merged.end,
                        record.length,
                        merged.generation,
                        record.sequence,
                        record.stamp,
                        crc);
                merged.add(record.sequence, record.stamp, record.length);
            }
        }
        SegmentLayout.sealRecord(
                image,
                merged.end,
                0,
                merged.generation,
                merged.lastSequence(),
                merged.lastStamp,
                crc);
        int end = merged.end + SegmentLayout.RECORD_HEADER_LENGTH;
        merged.file.write(0, image, 0, end);
        merged.file.sync();
        files.syncNames();
        merged.sealed = true;
        merged.trim();
        System.arraycopy(saved, 0, image, 0, image.length);
        losses.tell(cursor);
        writeCursor();
        release(at + 1);
        release(at);
        segments.add(at, merged);
        unsettled += merged.unsettled();
        thinAt = at + 1;
        return true;
    }

    /** Writes what is settled, and the gaps, durably. */
    void writeCursor() throws IOException {
        cursor.describe(segments, lastSequence + 1);
        cursor.write();
    }

    /** As {@link #writeCursor}, but durable only once the file that it returns is synced. */
    DiskFile putCursor() throws IOException {
        cursor.describe(segments, lastSequence + 1);
        return cursor.put();
    }

    /** Syncs everything and leaves word that nothing is missing. */
    void close() throws IOException {
        sync();
        cursor.clean = true;
        cursor.lastSequence = segments.isEmpty() ? 0 : active().lastSequence();
        writeCursor();
        abandon();
    }

    /** Closes the files as they are, as a crash would. */
    void abandon() {
        for (Segment segment : segments) {
            closeQuietly(segment.file);
        }
        segments.clear();
        files.close();
        cursor.close();
    }

    static void closeQuietly(DiskFile file) {
        try {
            file.close();
        } catch (IOException e) {
            Logger.debug(e, "A file of a log that is given up did not close");
        }
    }
}
