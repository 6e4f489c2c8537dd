package dev.pipit.spool;

/** Records on their way out of a log, counted by origin. Made for one loss: this is rare. */
final class Losses {
    // By origin + 1: the first is Origin.UNKNOWN.
    private final long[] records = new long[Origin.MOST + 1];
    private final long[] firstStamps = new long[Origin.MOST + 1];
    private final long[] lastStamps = new long[Origin.MOST + 1];

    void add(int origin, long stamp) {
        int at = origin >= 0 && origin < Origin.MOST ? origin + 1 : 0;
        if (records[at] == 0) {
            firstStamps[at] = stamp;
            lastStamps[at] = stamp;
        }
        records[at]++;
        firstStamps[at] = Math.min(firstStamps[at], stamp);
        lastStamps[at] = Math.max(lastStamps[at], stamp);
    }

    /** A gap for each origin that lost something; returns whether there is one. */
    boolean tell(Cursor cursor) {
        boolean any = false;
        for (int at = 0; at < records.length; at++) {
            if (records[at] > 0) {
                any = true;
                cursor.addGap(
                        new Gap(
                                Gap.Reason.DROPPED,
                                records[at],
                                firstStamps[at],
                                lastStamps[at],
                                at - 1));
            }
        }
        return any;
    }
}
