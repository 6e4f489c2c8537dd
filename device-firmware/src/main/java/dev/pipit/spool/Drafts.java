package dev.pipit.spool;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The drafts of a spool, on a disk that may come and go: while it is away none is kept, and the
 * ring's {@link Place#fault} says so. Not safe for threads: the {@link Spool} guards it.
 */
final class Drafts {
    private final @Nullable Disk disk;
    private final int bytes;
    private final Place place;
    private @Nullable DraftRing ring;

    /**
     * @param disk {@code null}: no drafts are kept
     * @param bytes how much room they have
     * @param place of the records beside, in the same memory
     */
    Drafts(@Nullable Disk disk, int bytes, Place place) {
        this.disk = disk;
        this.bytes = bytes;
        this.place = place;
    }

    /** Opens what is there, unless it is open. */
    void open() {
        if (disk != null && ring == null) {
            try {
                ring = DraftRing.open(disk, bytes);
            } catch (IOException e) {
                place.fail(e, 0);
            }
        }
    }

    /** Whether there is a disk for drafts, be it out of order at the moment. */
    boolean kept() {
        return disk != null;
    }

    /** Of the newest one; -1 if none are known. */
    long lastSequence() {
        DraftRing of = ring;
        return of == null ? -1 : of.lastSequence();
    }

    /** Whether there was room, and a disk, for it. Allocates nothing. */
    boolean append(long sequence, long stamp, byte[] bytes, int offset, int length, long nowMs) {
        DraftRing into = ring;
        try {
            return into != null && into.append(sequence, stamp, bytes, offset, length);
        } catch (IOException e) {
            fail(e, nowMs);
            return false;
        }
    }

    /** Allocates nothing. */
    void done(long[] sequences, int count, long nowMs) {
        DraftRing of = ring;
        try {
            for (int i = 0; i < count && of != null; i++) {
                of.done(sequences[i]);
            }
        } catch (IOException e) {
            fail(e, nowMs);
        }
    }

    /** Reads the oldest draft above a sequence that is not done. */
    boolean next(long after, SpoolRecord into, long nowMs) {
        DraftRing from = ring;
        try {
            return from != null && from.next(after, into);
        } catch (IOException e) {
            fail(e, nowMs);
            return false;
        }
    }

    private void fail(IOException e, long nowMs) {
        place.fail(e, nowMs);
        ring = null;
    }

    void close() {
        DraftRing open = ring;
        if (open != null) {
            open.close();
            ring = null;
        }
    }
}
