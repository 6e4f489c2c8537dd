package dev.pipit.uplink;

import org.jspecify.annotations.Nullable;

/**
 * The last line of level error that this process has logged. Static, because logging is; whoever
 * writes the log notes it here.
 *
 * @param atNs when, by the monotonic clock: the other one may be wrong now and set later
 * @param what its first line, up to {@value #LONGEST} characters
 */
public record LastError(long atNs, String what) {
    private static final int LONGEST = 200;

    private static volatile @Nullable LastError last;

    /** Takes note of an error. */
    public static void note(long atNs, String text) {
        String line = text.lines().findFirst().orElse("");
        last = new LastError(atNs, line.length() > LONGEST ? line.substring(0, LONGEST) : line);
    }

    /** {@code null}: none so far. */
    static @Nullable LastError last() {
        return last;
    }

    /** As if nothing had been logged: for tests, which share one process. */
    static void forget() {
        last = null;
    }
}
