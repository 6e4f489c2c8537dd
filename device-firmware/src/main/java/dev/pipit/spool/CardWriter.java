package dev.pipit.spool;

import java.io.IOException;

/**
 * Writes to the card and syncs it, which takes long, without holding the spool's lock meanwhile:
 * what leaves the ring, synced records, cursors.
 *
 * <p>Whoever appends to the card holds this object's lock from the append to the sync, and takes it
 * before the spool's.
 */
final class CardWriter {
    /** Guards the logs. */
    private final Object spool;

    private final Place ring;
    private final Place card;
    private final DropPolicy policy;
    private final SpoolRecord moving = new SpoolRecord();

    /**
     * @param spool whose lock guards the logs
     * @param card where records of the ring go
     */
    CardWriter(Object spool, Place ring, Place card, DropPolicy policy) {
        this.spool = spool;
        this.ring = ring;
        this.card = card;
        this.policy = policy;
    }

    /**
     * Moves unsettled records of the ring, up to a sequence, to the card and syncs it.
     *
     * @return false if a disk does not work
     */
    synchronized boolean move(long upTo, long nowMs) {
        long moved = Long.MIN_VALUE;
        boolean more = true;
        while (more) {
            boolean roll = false;
            synchronized (spool) {
                SegmentLog from = ring.log;
                SegmentLog to = card.log;
                if (from == null || to == null) {
                    return false;
                }
                try {
                    long after = Math.max(moved, to.lastSequence());
                    more = from.next(after, moving) && moving.sequence <= upTo;
                    if (more) {
                        roll =
                                !to.append(
                                        moving.sequence,
                                        moving.stamp,
                                        moving.payload,
                                        0,
                                        moving.length);
                        moved = roll ? moved : moving.sequence;
                    }
                } catch (IOException e) {
                    card.fail(e, nowMs);
                    return false;
                }
            }
            if (roll && !roll(nowMs)) {
                break;
            }
        }
        if (!sync(card, nowMs)) {
            return false;
        }
        synchronized (spool) {
            SegmentLog from = ring.log;
            SegmentLog to = card.log;
            try {
                if (from != null && to != null) {
                    // Also what an earlier move had written when the process was killed.
                    ring.cursorBehind |= from.settleUpTo(to.lastSequence());
                }
            } catch (IOException e) {
                ring.fail(e, nowMs);
            }
        }
        return true;
    }

    /** A new segment for the record in {@link #moving}; false if the policy lets it go. */
    private boolean roll(long nowMs) {
        if (!sync(card, nowMs)) {
            return false;
        }
        synchronized (spool) {
            SegmentLog to = card.log;
            if (to == null) {
                return false;
            }
            try {
                if (to.roll(moving.sequence)) {
                    return true;
                }
                if (policy == DropPolicy.NEWEST) {
                    return false;
                }
                to.makeRoom(policy);
                return to.roll(moving.sequence);
            } catch (IOException e) {
                card.fail(e, nowMs);
                return false;
            }
        }
    }

    /** Syncs a log on the card; whoever calls this holds this object's lock. */
    boolean sync(Place place, long nowMs) {
        SegmentLog log;
        DiskFile file;
        try {
            synchronized (spool) {
                log = place.log;
                if (log == null) {
                    return false;
                }
                file = log.beginSync();
            }
            if (file != null) {
                try {
                    file.sync();
                } catch (IOException e) {
                    synchronized (spool) {
                        if (place.log != log) {
                            // Given up meanwhile, for another failure.
                            return false;
                        }
                        log.rewriteActive(file);
                    }
                }
            }
            return true;
        } catch (IOException e) {
            synchronized (spool) {
                place.fail(e, nowMs);
            }
            return false;
        }
    }

    /** Writes and syncs a cursor on the card; whoever calls this holds this object's lock. */
    void writeCursor(Place place, long nowMs) {
        try {
            DiskFile written;
            synchronized (spool) {
                SegmentLog log = place.log;
                written = log == null ? null : log.putCursor();
            }
            if (written != null) {
                written.sync();
            }
        } catch (IOException e) {
            synchronized (spool) {
                place.fail(e, nowMs);
            }
        }
    }
}
