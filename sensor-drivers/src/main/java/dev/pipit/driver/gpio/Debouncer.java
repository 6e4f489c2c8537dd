package dev.pipit.driver.gpio;

/**
 * Decides when a bouncing level counts: once it has stood for the debounce time. Knows nothing of
 * pins, threads or clocks; times come from the caller, in nanoseconds of one monotonic clock.
 */
final class Debouncer {
    /** {@link #due()} where nothing is under way. */
    static final long NEVER = Long.MAX_VALUE;

    private final long debounceNanos;
    private boolean settled;
    private boolean level;
    private long sinceNanos;
    private boolean moving;

    Debouncer(boolean initial, long debounceNanos) {
        this.debounceNanos = debounceNanos;
        settled = initial;
        level = initial;
    }

    /** A level as the pin shows it; the same level again changes nothing. */
    void level(boolean now, long atNanos) {
        if (now == level) {
            return;
        }
        level = now;
        sinceNanos = atNanos;
        moving = now != settled;
    }

    /**
     * Takes the level over if it has stood long enough.
     *
     * @return whether {@link #settled()} has changed
     */
    boolean settle(long nowNanos) {
        if (!moving || nowNanos - sinceNanos < debounceNanos) {
            return false;
        }
        moving = false;
        settled = level;
        return true;
    }

    /** When {@link #settle} is worth calling next, or {@link #NEVER}. */
    long due() {
        return moving ? sinceNanos + debounceNanos : NEVER;
    }

    boolean settled() {
        return settled;
    }

    /** When the level that counts, or is about to, began. */
    long sinceNanos() {
        return sinceNanos;
    }
}
