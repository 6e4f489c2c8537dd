package dev.pipit.spool;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every record accepted is handed out until it is settled. Safe for threads.
 *
 * <pre>
 *   append -- volatile -- memory ------------------------------+
 *          -- durable --- ring (tmpfs) -- after a while -- card +-- next, settled
 *          -- synced ---- card, synced at once -----------------+
 *   draft ---------------- ring -- nextDraft after a kill, draftDone
 * </pre>
 *
 * Sequences grow over all of them and over restarts. A disk that fails never fails a caller: what
 * it should have held goes one step down, to memory in the end, and {@link #fault} says so until
 * the disk works again.
 *
 * <p>Locks: {@code this} guards all state and is never held while the card syncs; that of the
 * {@link CardWriter} is held by whoever appends to the card, and taken first.
 */
public final class Spool implements AutoCloseable {
    /** What {@link #append} returns for a record that the policy refuses. */
    public static final long REFUSED = -1;

    /** The longest record, bytes. */
    public static final int MAX_LENGTH = SegmentLayout.MAX_PAYLOAD;

    private static final long RESERVED_AHEAD = 1 << 20;

    /** With fewer records in the ring its cursor is written at once: memory, and little of it. */
    private static final int FEW = 64;

    private static final int URGENT_PERCENT = 75;

    private final SpoolOptions options;
    private final Place ring;
    private final Place card;
    private final Place synced;
    private final Places places;
    private final SegmentLog memory;
    private final Drafts drafts;
    private final CardWriter cardWriter;
    private final AppendTimes appendTimes = new AppendTimes();

    private long nextSequence = 1;
    private long reservedSequence;
    private long offlineSinceMs = -1;
    private long lastMoveMs;
    private long lastSyncMs;
    private long lastCursorMs;

    private Spool(
            SpoolOptions options,
            @Nullable Disk ring,
            @Nullable Disk drafts,
            @Nullable Disk card,
            @Nullable Disk synced)
            throws IOException {
        this.options = options;
        places = new Places(options, ring, card, synced);
        this.ring = places.ring;
        this.card = places.card;
        this.synced = places.synced;
        memory = places.memory;
        this.drafts = new Drafts(drafts, options.ringSegments() << 16, this.ring);
        cardWriter = new CardWriter(this, this.ring, this.card, options.policy());
    }

    /**
     * Opens what is there. A disk that cannot be opened now is tried again by {@link #work}.
     *
     * @param ring in the runtime directory; {@code null}: none
     * @param card on the card; {@code null}: none
     * @param synced another directory on the card, for synced records; {@code null}: none
     */
    public static Spool open(
            SpoolOptions options, @Nullable Disk ring, @Nullable Disk card, @Nullable Disk synced) {
        return open(options, ring, null, card, synced);
    }

    /**
     * As above, with a place for drafts.
     *
     * @param drafts another directory in the runtime directory; {@code null}: no drafts are kept
     */
    public static Spool open(
            SpoolOptions options,
            @Nullable Disk ring,
            @Nullable Disk drafts,
            @Nullable Disk card,
            @Nullable Disk synced) {
        try {
            Spool spool = new Spool(options, ring, drafts, card, synced);
            spool.start();
            return spool;
        } catch (IOException e) {
            throw new IllegalStateException("memory does not do I/O", e);
        }
    }

    private synchronized void start() {
        places.onDisk.forEach(Place::open);
        drafts.open();
        SegmentLog ringLog = ring.log;
        SegmentLog cardLog = card.log;
        nextSequence = Math.max(nextSequence, places.reserved());
        nextSequence = Math.max(nextSequence, drafts.lastSequence() + 1);
        boolean ringIsNew = ringLog == null || ringLog.isNew();
        if (card.disk != null && cardLog == null && ringIsNew) {
            // Nobody knows which were given out: far above all that ever could have been.
            nextSequence = 1L << 40;
        }
        if (cardLog != null && !cardLog.isNew() && !cardLog.wasClean() && ringIsNew) {
            long stamp = cardLog.lastStamp();
            cardLog.addGap(new Gap(Gap.Reason.POWER_CUT, -1, stamp, stamp));
        }
        reserveAhead();
    }

    private void reserveAhead() {
        reservedSequence = nextSequence + RESERVED_AHEAD;
        places.reserve(reservedSequence, lastMoveMs);
    }

    /**
     * Accepts a record. Allocates nothing unless more than a segment, 64 KiB, comes between two
     * calls of {@link #work}, and for all but {@link Durability#SYNCED} waits for no disk unless
     * the ring is full or out of order.
     *
     * @param stamp the caller's, for gaps and for {@link SpoolRecord#stamp()}: a time
     * @param length 1 to {@link #MAX_LENGTH}
     * @return its sequence, 1 or above, or {@link #REFUSED}
     */
    public long append(Durability durability, long stamp, byte[] bytes, int offset, int length) {
        if (length < 1 || length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "record of " + length + " bytes: expected 1 to " + MAX_LENGTH);
        }
        if (durability == Durability.SYNCED) {
            long sequence = appendSynced(stamp, bytes, offset, length);
            if (sequence != 0) {
                return sequence;
            }
        }
        if (durability != Durability.VOLATILE) {
            long sequence = appendTo(ring, false, stamp, bytes, offset, length);
            if (sequence == 0 && card.log != null) {
                cardWriter.move(Long.MAX_VALUE, lastMoveMs);
                sequence = appendTo(ring, false, stamp, bytes, offset, length);
            }
            if (sequence == 0) {
                sequence = appendTo(ring, true, stamp, bytes, offset, length);
            }
            if (sequence == 0 && synced.log != null) {
                // A card that is synced in groups loses less than memory does.
                synchronized (cardWriter) {
                    sequence = appendTo(synced, false, stamp, bytes, offset, length);
                }
            }
            if (sequence != 0) {
                return sequence;
            }
        }
        synchronized (this) {
            try {
                return appendTo(memory, true, stamp, bytes, offset, length);
            } catch (IOException e) {
                throw new IllegalStateException("memory does not do I/O", e);
            }
        }
    }

    /**
     * Keeps what is not yet a record, so that a process that is killed finds it again ({@link
     * #nextDraft}). Drafts stay in the ring: they are not handed out and never move to the card.
     * Allocates nothing.
     *
     * @return a sequence, from the same count as records; 0 if there is no room or no disk for it
     */
    public synchronized long draft(long stamp, byte[] bytes, int offset, int length) {
        return drafts.append(nextSequence, stamp, bytes, offset, length, lastMoveMs)
                ? nextSequence++
                : 0;
    }

    /** Whether there is a place for drafts, be it out of order at the moment. */
    public boolean keepsDrafts() {
        return drafts.kept();
    }

    /** The drafts are records now, or not wanted any more. Allocates nothing. */
    public synchronized void draftsDone(long[] sequences, int count) {
        drafts.done(sequences, count, lastMoveMs);
    }

    /** Reads the oldest draft above a sequence that is not done. */
    public synchronized boolean nextDraft(long after, SpoolRecord into) {
        return drafts.next(after, into, lastMoveMs);
    }

    /** 0 if a place has no room, unless the policy may make some, or does not work. */
    private synchronized long appendTo(
            Place place, boolean makeRoom, long stamp, byte[] bytes, int offset, int length) {
        SegmentLog log = place.log;
        if (log == null) {
            return 0;
        }
        try {
            return appendTo(log, makeRoom, stamp, bytes, offset, length);
        } catch (IOException e) {
            place.fail(e, lastMoveMs);
            return 0;
        }
    }

    private long appendTo(
            SegmentLog log, boolean makeRoom, long stamp, byte[] bytes, int offset, int length)
            throws IOException {
        if (!log.append(nextSequence, stamp, bytes, offset, length)) {
            if (!log.roll(nextSequence)) {
                if (!makeRoom) {
                    return 0;
                }
                if (options.policy() == DropPolicy.NEWEST) {
                    int origin = options.origin().of(bytes, offset, length);
                    log.addGap(new Gap(Gap.Reason.DROPPED, 1, stamp, stamp, origin));
                    ring.cursorBehind = true;
                    card.cursorBehind = true;
                    return REFUSED;
                }
                log.makeRoom(options.policy());
                if (!log.roll(nextSequence)) {
                    return 0;
                }
            }
            if (!log.append(nextSequence, stamp, bytes, offset, length)) {
                return 0;
            }
        }
        return nextSequence++;
    }

    private long appendSynced(long stamp, byte[] bytes, int offset, int length) {
        synchronized (cardWriter) {
            long sequence = appendTo(synced, true, stamp, bytes, offset, length);
            // A record that could not be made durable falls back to the ring, under a new sequence.
            return sequence <= 0 || cardWriter.sync(synced, lastMoveMs) ? sequence : 0;
        }
    }

    /**
     * Reads the oldest unsettled record above a sequence. Allocates nothing.
     *
     * @param after a sequence, or any number below 1 for the very first
     * @return whether there is one
     */
    public synchronized boolean next(long after, SpoolRecord into) {
        int found = places.next(after, into, lastMoveMs);
        if (found == Places.READ_AFTER_DAMAGE) {
            ring.cursorBehind = true;
            card.cursorBehind = true;
        }
        return found != Places.NONE;
    }

    /** The record is delivered, or will never be: it is not handed out again. In any order. */
    public synchronized boolean settled(long sequence) {
        boolean inRing = false;
        boolean onCard = false;
        boolean inMemory;
        try {
            SegmentLog log = ring.log;
            inRing = log != null && log.settle(sequence);
            if (inRing && log != null && log.unsettled() < FEW) {
                // So that a process that is killed now sends little again.
                log.writeCursor();
            } else {
                ring.cursorBehind |= inRing;
            }
        } catch (IOException e) {
            ring.fail(e, lastMoveMs);
        }
        for (int i = 0; i < 2; i++) {
            Place place = i == 0 ? card : synced;
            SegmentLog log = place.log;
            try {
                onCard |= log != null && log.settle(sequence);
            } catch (IOException e) {
                place.fail(e, lastMoveMs);
            }
        }
        try {
            inMemory = memory.settle(sequence);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not do I/O", e);
        }
        card.cursorBehind |= onCard;
        return inRing || onCard || inMemory;
    }

    /** Whether there is a connection: without one, records move to the card sooner. */
    public synchronized void online(boolean online, long nowMs) {
        if (online) {
            offlineSinceMs = -1;
        } else if (offlineSinceMs < 0) {
            offlineSinceMs = nowMs;
        }
    }

    /**
     * What has to be done about once a second, on one thread that may wait for disks.
     *
     * @param nowMs of a monotonic clock
     */
    public void work(long nowMs) {
        places.onDisk.forEach(place -> retry(place, nowMs));
        long upTo;
        boolean urgent;
        boolean due;
        synchronized (this) {
            appendTimes.mark(nextSequence - 1, nowMs);
            boolean offline =
                    offlineSinceMs >= 0 && nowMs - offlineSinceMs >= options.moveOfflineAfterMs();
            SegmentLog log = ring.log;
            urgent = log != null && log.percentFull() >= URGENT_PERCENT;
            upTo =
                    urgent || offline
                            ? nextSequence - 1
                            : appendTimes.lastBefore(nowMs - options.moveAfterMs());
            due = nowMs - lastMoveMs >= options.groupMs();
            due &= log != null && log.nextSequence(Long.MIN_VALUE) <= upTo;
            if (reservedSequence - nextSequence < RESERVED_AHEAD / 2) {
                reserveAhead();
            }
            places.prepare(nowMs);
        }
        if ((due || urgent) && card.log != null && cardWriter.move(upTo, lastMoveMs)) {
            lastMoveMs = nowMs;
        }
        if (nowMs - lastSyncMs >= options.groupMs()) {
            lastSyncMs = nowMs;
            synchronized (cardWriter) {
                cardWriter.sync(synced, lastMoveMs);
            }
        }
        writeCursors(nowMs);
    }

    private void writeCursors(long nowMs) {
        synchronized (this) {
            if (ring.cursorBehind) {
                ring.cursorBehind = false;
                ring.writeCursor(nowMs);
            }
            if (!card.cursorBehind || nowMs - lastCursorMs < options.groupMs()) {
                return;
            }
            card.cursorBehind = false;
            lastCursorMs = nowMs;
        }
        synchronized (cardWriter) {
            cardWriter.writeCursor(card, nowMs);
            cardWriter.writeCursor(synced, nowMs);
        }
    }

    private synchronized void retry(Place place, long nowMs) {
        if (place.log != null || place.disk == null || nowMs < place.retryAtMs) {
            return;
        }
        place.open();
        SegmentLog log = place.log;
        if (log == null) {
            place.retryAtMs = nowMs + Place.RETRY_MS;
            return;
        }
        if (place == ring) {
            drafts.open();
        }
        nextSequence = Math.max(nextSequence, log.reserved());
        SegmentLog ringLog = ring.log;
        try {
            if (place == card && ringLog != null) {
                long held = ringLog.nextSequence(Long.MIN_VALUE);
                if (held != Long.MAX_VALUE) {
                    log.truncateFrom(held);
                }
            }
            log.reserve(nextSequence + RESERVED_AHEAD);
        } catch (IOException e) {
            place.fail(e, nowMs);
        }
    }

    /** Moves all that is not settled to the card and syncs it: before the process ends. */
    public void flush() {
        synchronized (this) {
            if (card.log == null) {
                return;
            }
        }
        cardWriter.move(Long.MAX_VALUE, lastMoveMs);
    }

    /** Flushes and leaves word that nothing is missing. */
    @Override
    public void close() {
        flush();
        synchronized (cardWriter) {
            synchronized (this) {
                places.close(lastMoveMs);
                drafts.close();
            }
        }
    }

    /** Records not settled. */
    public synchronized long backlog() {
        return places.backlog();
    }

    /** The sequence of the oldest unsettled record; {@link Long#MAX_VALUE}: none. */
    public synchronized long oldest() {
        return places.nextSequence(Long.MIN_VALUE);
    }

    /** Whether a record waits between two sequences, both excluded. */
    public synchronized boolean hasBetween(long after, long before) {
        return places.nextSequence(after) < before;
    }

    /** The last sequence given out; 0: none. */
    public synchronized long newest() {
        return nextSequence - 1;
    }

    /** Places on disk that did not check. */
    public synchronized long badRecords() {
        return places.badRecords();
    }

    /** Which disk does not work, and how; {@code null} if all do. */
    public synchronized @Nullable String fault() {
        return places.fault();
    }

    /** Losses to report. They stand until {@link #reported}, over restarts. */
    public synchronized List<Gap> gaps() {
        return places.gaps();
    }

    /** These losses are reported. What was lost since stays, also where it has become one gap. */
    public void reported(List<Gap> gaps) {
        // Two cursors of one log must not be on their way to the card at once.
        synchronized (cardWriter) {
            synchronized (this) {
                places.reported(gaps, lastMoveMs);
            }
        }
    }
}
