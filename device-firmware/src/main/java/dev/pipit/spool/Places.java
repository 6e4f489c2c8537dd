package dev.pipit.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The logs of a spool seen as one: what is read and counted over all of them, by sequence. Not safe
 * for threads: the {@link Spool} guards it.
 */
final class Places {
    private static final int MEMORY_SEGMENTS = 8;

    /** A record may rot between looking and reading, in each log once. */
    private static final int ATTEMPTS = 4;

    final Place ring;
    final Place card;
    final Place synced;
    final List<Place> onDisk;
    final SegmentLog memory;

    /** By log, so that reading needs no iterator. */
    private final Place[] array;

    Places(SpoolOptions options, @Nullable Disk ring, @Nullable Disk card, @Nullable Disk synced)
            throws IOException {
        Origin origin = options.origin();
        long floor = options.freeFloorBytes();
        this.ring = new Place("ring", ring, options.ringSegments(), 0, origin);
        this.card = new Place("card", card, options.cardSegments(), floor, origin);
        this.synced = new Place("card", synced, options.syncedSegments(), floor, origin);
        onDisk = List.of(this.ring, this.card, this.synced);
        array = onDisk.toArray(new Place[0]);
        memory = SegmentLog.open(new MemoryDisk(), MEMORY_SEGMENTS, 0, origin);
    }

    /** {@link #next}: there is none. */
    static final int NONE = 0;

    /** {@link #next}: read. */
    static final int READ = 1;

    /** {@link #next}: as {@link #READ}, after one that did not check any more. */
    static final int READ_AFTER_DAMAGE = 2;

    /** Reads the oldest unsettled record above a sequence. Allocates nothing. */
    int next(long after, SpoolRecord into, long nowMs) {
        int found = READ;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Place best = null;
            SegmentLog bestLog = memory;
            long sequence = memory.nextSequence(after);
            for (Place place : array) {
                SegmentLog log = place.log;
                long candidate = log == null ? Long.MAX_VALUE : log.nextSequence(after);
                if (candidate < sequence) {
                    sequence = candidate;
                    best = place;
                    bestLog = place.log;
                }
            }
            if (sequence == Long.MAX_VALUE || bestLog == null) {
                return NONE;
            }
            try {
                if (bestLog.next(sequence - 1, into) && into.sequence == sequence) {
                    return found;
                }
                found = READ_AFTER_DAMAGE;
            } catch (IOException e) {
                if (best != null) {
                    best.fail(e, nowMs);
                }
            }
        }
        return NONE;
    }

    /** The oldest unsettled sequence above another; {@link Long#MAX_VALUE}: none. */
    long nextSequence(long after) {
        long next = memory.nextSequence(after);
        for (Place place : array) {
            SegmentLog log = place.log;
            next = log == null ? next : Math.min(next, log.nextSequence(after));
        }
        return next;
    }

    /** No sequence from here on was given out. */
    long reserved() {
        long reserved = 1;
        for (Place place : onDisk) {
            SegmentLog log = place.log;
            reserved = log == null ? reserved : Math.max(reserved, log.reserved());
        }
        return reserved;
    }

    /** Promises, durably, that sequences below this may be given out. */
    void reserve(long sequence, long nowMs) {
        for (Place place : List.of(card, synced, ring)) {
            SegmentLog log = place.log;
            try {
                if (log != null) {
                    log.reserve(sequence);
                }
            } catch (IOException e) {
                place.fail(e, nowMs);
            }
        }
    }

    /** Does ahead of time what an append would have to do: {@link SegmentLog#prepare}. */
    void prepare(long nowMs) {
        for (Place place : onDisk) {
            SegmentLog log = place.log;
            try {
                if (log != null) {
                    log.prepare(place == ring);
                }
            } catch (IOException e) {
                place.fail(e, nowMs);
            }
        }
    }

    /** Leaves word, on each disk, that nothing is missing. */
    void close(long nowMs) {
        for (Place place : onDisk) {
            SegmentLog log = place.log;
            try {
                if (log != null) {
                    log.close();
                }
            } catch (IOException e) {
                place.fail(e, nowMs);
            }
            place.log = null;
        }
    }

    long backlog() {
        long backlog = memory.unsettled();
        for (Place place : onDisk) {
            SegmentLog log = place.log;
            backlog += log == null ? 0 : log.unsettled();
        }
        return backlog;
    }

    long badRecords() {
        long bad = 0;
        for (Place place : onDisk) {
            SegmentLog log = place.log;
            bad += log == null ? 0 : log.badRecords();
        }
        return bad;
    }

    @Nullable String fault() {
        for (Place place : onDisk) {
            if (place.fault != null) {
                return place.fault;
            }
        }
        return null;
    }

    List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>(memory.gaps());
        for (Place place : onDisk) {
            SegmentLog log = place.log;
            if (log != null) {
                gaps.addAll(log.gaps());
            }
        }
        return List.copyOf(gaps);
    }

    void reported(List<Gap> gaps, long nowMs) {
        gaps.forEach(gap -> Gap.reported(memory.gaps(), gap));
        for (Place place : onDisk) {
            SegmentLog log = place.log;
            boolean found = false;
            for (Gap gap : gaps) {
                found |= log != null && Gap.reported(log.gaps(), gap);
            }
            if (found) {
                place.writeCursor(nowMs);
            }
        }
    }
}
