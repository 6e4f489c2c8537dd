package dev.pipit.command;

/**
 * Counts pulses of a meter. A pulse counts at its end and only if it was long enough, so that a
 * spark on the line is no litre of water.
 */
public final class PulseCounter {
    private final long shortestNs;
    private long total;
    private long glitches;
    private long sinceNs;
    private boolean active;

    /**
     * @param shortestNs how long a pulse must last to count
     * @param total what an earlier run had counted
     */
    public PulseCounter(long shortestNs, long total) {
        this.shortestNs = shortestNs;
        this.total = total;
    }

    /**
     * An edge.
     *
     * @return whether the total grew
     */
    public boolean edge(boolean nowActive, long atNs) {
        if (nowActive == active) {
            return false;
        }
        active = nowActive;
        if (nowActive) {
            sinceNs = atNs;
            return false;
        }
        if (atNs - sinceNs < shortestNs) {
            glitches++;
            return false;
        }
        total++;
        return true;
    }

    public long total() {
        return total;
    }

    /** Pulses that were too short to count. */
    public long glitches() {
        return glitches;
    }
}
