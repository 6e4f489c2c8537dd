package dev.pipit.spool;

/**
 * The order in which a spool goes out: what came since the connection at once, what waited before
 * it behind that, oldest first, paced, and not before a delay, so that a fleet that comes back
 * together does not arrive together. Not safe for threads; allocates nothing.
 */
public final class Drain {
    private final Spool spool;
    private final long paceMs;

    // valid for the connection
    private long liveFrom;
    private long lastLive;
    private long lastBacklog;
    private long backlogAtMs;
    private boolean fromBacklog;

    /**
     * @param paceMs between two records of the backlog, 0 or above
     */
    public Drain(Spool spool, long paceMs) {
        this.spool = spool;
        this.paceMs = paceMs;
        connected(0, 0);
    }

    /**
     * A new connection: everything unsettled is handed out again.
     *
     * @param backlogDelayMs until the first record of the backlog, random up to 60,000
     */
    public void connected(long nowMs, long backlogDelayMs) {
        liveFrom = spool.newest() + 1;
        lastLive = liveFrom - 1;
        lastBacklog = 0;
        backlogAtMs = nowMs + backlogDelayMs;
    }

    /**
     * Reads the record to send next.
     *
     * @return false if none is due: see {@link #waitMs}
     */
    public boolean next(long nowMs, SpoolRecord into) {
        if (spool.next(lastLive, into)) {
            lastLive = into.sequence;
            fromBacklog = false;
            return true;
        }
        if (nowMs < backlogAtMs || !spool.next(lastBacklog, into) || into.sequence >= liveFrom) {
            return false;
        }
        lastBacklog = into.sequence;
        backlogAtMs = nowMs + paceMs;
        fromBacklog = true;
        return true;
    }

    /** Whether the last record waited from before the connection: it is sent as backfilled. */
    public boolean fromBacklog() {
        return fromBacklog;
    }

    /** Until a record of the backlog is due; {@link Long#MAX_VALUE} if none waits. */
    public long waitMs(long nowMs) {
        return spool.hasBetween(lastBacklog, liveFrom)
                ? Math.max(0, backlogAtMs - nowMs)
                : Long.MAX_VALUE;
    }

    /**
     * The broker could not take a record now (0x97, quota exceeded): it is kept and comes again
     * after a while, with all that follows it.
     */
    public void retry(long sequence, long nowMs, long backOffMs) {
        if (sequence >= liveFrom) {
            // It and what follows waits as backlog does: the newest readings go first.
            liveFrom = Math.max(liveFrom, lastLive + 1);
        }
        lastBacklog = Math.min(lastBacklog, sequence - 1);
        backlogAtMs = Math.max(backlogAtMs, nowMs + backOffMs);
    }
}
