package dev.pipit.spool;

/** When which sequences had been given out, to know how long a record waits. */
final class AppendTimes {
    /** About a minute of them, at one a second. */
    private static final int MARKS = 64;

    private final long[] sequences = new long[MARKS];
    private final long[] timesMs = new long[MARKS];
    private int newest;

    /** By now everything up to a sequence was given out. */
    void mark(long sequence, long nowMs) {
        newest = (newest + 1) % MARKS;
        sequences[newest] = sequence;
        timesMs[newest] = nowMs;
    }

    /** The last sequence known to have been given out by a time; 0: none. */
    long lastBefore(long timeMs) {
        long last = 0;
        for (int i = 0; i < MARKS; i++) {
            if (timesMs[i] <= timeMs) {
                last = Math.max(last, sequences[i]);
            }
        }
        return last;
    }
}
