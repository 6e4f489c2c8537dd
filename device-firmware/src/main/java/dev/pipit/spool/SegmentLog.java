package dev.pipit.spool;

import java.io.IOException;
import java.util.List;
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
    private final RecordReader reader;
    private final Cursor cursor = new Cursor();

    /** By first sequence; the last one takes appends unless it is sealed. */
    private final List<Segment> segments;

    /** The active segment's bytes: what a failed sync leaves in doubt is rewritten from here. */
    private SegmentImage image = new SegmentImage();

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
        reader = new RecordReader(origin);
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
        if (!segments.isEmpty()) {
            image.load(active());
            // A killed process leaves what it wrote, an end mark too, in sight but not on the disk.
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
        if (!SegmentImage.hasRoom(active, length)) {
            return false;
        }
        image.append(active, sequence, stamp, bytes, offset, length);
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
        if (!segments.isEmpty()) {
            Segment active = active();
            if (!active.sealed) {
                image.writeEndMark(active);
                unsynced = true;
            }
            sync();
            if (active() != active) {
                // The sync failed and the records moved: the end mark has to follow them.
                active = active();
                image.writeEndMark(active);
                active.file.sync();
            }
            active.sealed = true;
        }
        if (segments.size() >= maxSegments) {
            return false;
        }
        Segment next = files.create(image, firstSequence);
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
     *
     * @param failed of {@link #beginSync}; if its records were all settled meanwhile, nothing is
     *     done
     */
    void rewriteActive(DiskFile failed) throws IOException {
        if (segments.isEmpty() || !active().file.equals(failed)) {
            return;
        }
        Segment given = active();
        unsynced = true;
        SegmentImage freshImage = new SegmentImage();
        Segment fresh = files.create(freshImage, given.firstSequence);
        if (fresh == null) {
            throw new IOException("no room for a segment in place of one that failed to sync");
        }
        for (int i = 0; i < given.count(); i++) {
            if (!given.isSettled(i)) {
                freshImage.copy(fresh, image, given, i);
            }
        }
        freshImage.writeRecords(fresh);
        // The old one goes only when the new one is safe: it may hold what was synced earlier.
        files.syncNames();
        fresh.file.sync();
        segments.set(segments.size() - 1, fresh);
        image = freshImage;
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
            rewriteActive(file);
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
                if (reader.read(segment, index, into)) {
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
        if (index == segments.size()) {
            // It was the active one. Those before it were synced, and the image is not theirs.
            unsynced = false;
        }
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
        image.load(active);
        unsettled -= active.truncate(active.above(sequence - 1));
        image.writeEndMark(active);
        active.file.sync();
        active.sealed = true;
        unsynced = false;
    }

    /** Gives up records in favour of those that come, as a policy other than the newest says. */
    void makeRoom(DropPolicy policy) throws IOException {
        if (policy == DropPolicy.THIN) {
            thin();
        } else {
            dropOldest();
        }
    }

    /** Gives up the oldest segment; returns its last sequence, or -1 if there is none to give. */
    long dropOldest() throws IOException {
        if (segments.isEmpty()) {
            return -1;
        }
        Segment oldest = segments.get(0);
        Losses losses = new Losses();
        for (int i = oldest.unsettledFrom(0); i >= 0; i = oldest.unsettledFrom(i + 1)) {
            reader.readLoss(oldest, i, losses);
        }
        if (losses.tell(cursor)) {
            // First the confession, then the deed: a crash between repeats, it never conceals.
            writeCursor();
        }
        release(0);
        return oldest.lastSequence();
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
        Losses losses = new Losses();
        Segment merged = Thinning.merge(files, reader, first, second, losses);
        if (merged == null) {
            return dropOldest() >= 0;
        }
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
