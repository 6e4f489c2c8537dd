package dev.pipit.spool;

/**
 * How much a spool holds and when it moves what.
 *
 * @param cardSegments of 64 KiB on the card, 3 or more: 192 are 12 MiB
 * @param syncedSegments of 64 KiB on the card for synced records, 3 or more: 64 are 4 MiB
 * @param ringSegments of 64 KiB in memory, 3 or more: 16 are 1 MiB
 * @param freeFloorBytes what is left free on the card
 * @param moveAfterMs records not settled for so long move to the card
 * @param moveOfflineAfterMs the same after so long without a connection
 * @param groupMs the card is synced at most once in this time
 * @param policy what goes when all is full
 * @param origin tells whose a record is, for losses
 */
public record SpoolOptions(
        int cardSegments,
        int syncedSegments,
        int ringSegments,
        long freeFloorBytes,
        long moveAfterMs,
        long moveOfflineAfterMs,
        long groupMs,
        DropPolicy policy,
        Origin origin) {
    /** As above, of records that do not say whose they are. */
    public SpoolOptions(
            int cardSegments,
            int syncedSegments,
            int ringSegments,
            long freeFloorBytes,
            long moveAfterMs,
            long moveOfflineAfterMs,
            long groupMs,
            DropPolicy policy) {
        this(
                cardSegments,
                syncedSegments,
                ringSegments,
                freeFloorBytes,
                moveAfterMs,
                moveOfflineAfterMs,
                groupMs,
                policy,
                Origin.NONE);
    }

    /** 16 MiB on the card, 1 MiB in memory, 64 MiB left free, drop oldest. */
    public static SpoolOptions usual() {
        return new SpoolOptions(192, 64, 16, 64L << 20, 30_000, 10_000, 60_000, DropPolicy.OLDEST);
    }

    public SpoolOptions withPolicy(DropPolicy other) {
        return new SpoolOptions(
                cardSegments,
                syncedSegments,
                ringSegments,
                freeFloorBytes,
                moveAfterMs,
                moveOfflineAfterMs,
                groupMs,
                other,
                origin);
    }

    public SpoolOptions withOrigin(Origin other) {
        return new SpoolOptions(
                cardSegments,
                syncedSegments,
                ringSegments,
                freeFloorBytes,
                moveAfterMs,
                moveOfflineAfterMs,
                groupMs,
                policy,
                other);
    }
}
