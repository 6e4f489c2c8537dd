package dev.pipit.command;

/**
 * What a push button's edges mean. Time comes from the caller, so that a press held for a second
 * costs a test nothing.
 *
 * <pre>
 *   ___|‾‾|_________            press, release, then after the gap: click 1 (single)
 *   ___|‾‾|__|‾‾|______         press, release, press, release, then: click 2 (double)
 *   ___|‾‾‾‾‾‾‾‾‾‾‾|___         press, then after the hold time: hold, at its end: release
 *   ___|‾‾|__|‾‾‾‾‾‾‾‾‾‾‾|___   as above, and then after the gap: pattern short-long
 * </pre>
 */
public final class Gestures {
    /** Hears of what happened. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param count for {@link Kind#CLICK}: how many times, 1 or above; for {@link
         *     Kind#PATTERN}: the pattern; else 1
         * @param atNs when it happened, monotonic
         */
        void gesture(Kind kind, int count, long atNs);
    }

    /** What a button can say. */
    public enum Kind {
        PRESS,
        RELEASE,
        CLICK,
        HOLD,
        /** Several presses in a row with a long one among them, see {@link #pattern}. */
        PATTERN,
        /** A rotary encoder moved by one detent. */
        CLOCKWISE,
        COUNTERCLOCKWISE
    }

    private static final int MOST_PRESSES = 8;

    /**
     * A row of presses as a number: a leading 1, then 0 for a short press and 1 for a long one.
     *
     * @param words {@code short} and {@code long} with hyphens between, two to eight of them, one
     *     of them long
     * @return 0: they are not of that form
     */
    public static int pattern(String words) {
        if (!words.matches("(short|long)(-(short|long)){1," + (MOST_PRESSES - 1) + "}")
                || !words.contains("long")) {
            return 0;
        }
        int pattern = 1;
        for (String word : words.split("-", -1)) {
            pattern = pattern << 1 | (word.equals("long") ? 1 : 0);
        }
        return pattern;
    }

    /** What {@link #pattern} read. */
    public static String words(int pattern) {
        StringBuilder words = new StringBuilder();
        for (int bit = Integer.highestOneBit(pattern) >> 1; bit != 0; bit >>= 1) {
            words.append(words.isEmpty() ? "" : "-")
                    .append((pattern & bit) == 0 ? "short" : "long");
        }
        return words.toString();
    }

    private final long gapNs;
    private final long holdNs;
    private final Listener listener;
    private boolean pressed;
    private boolean held;
    private int presses;
    private int row = 1;
    private long changedNs;

    /**
     * @param gapNs how long after a release another press still belongs to the same gesture
     * @param holdNs how long a press must last to be a hold
     */
    public Gestures(long gapNs, long holdNs, Listener listener) {
        this.gapNs = gapNs;
        this.holdNs = holdNs;
        this.listener = listener;
    }

    /** An edge, already debounced. */
    public void edge(boolean active, long atNs) {
        advance(atNs);
        if (active == pressed) {
            return;
        }
        pressed = active;
        changedNs = atNs;
        if (active) {
            held = false;
            listener.gesture(Kind.PRESS, 1, atNs);
            return;
        }
        listener.gesture(Kind.RELEASE, 1, atNs);
        presses++;
        if (presses <= MOST_PRESSES) {
            row = row << 1 | (held ? 1 : 0);
        }
    }

    /** Does what is due. */
    public void advance(long nowNs) {
        long dueNs = nextDeadlineNs();
        if (nowNs < dueNs) {
            return;
        }
        if (pressed) {
            held = true;
            listener.gesture(Kind.HOLD, 1, dueNs);
            return;
        }
        int count = presses;
        int pattern = row;
        presses = 0;
        row = 1;
        if (pattern == 1 << Math.min(count, MOST_PRESSES)) {
            listener.gesture(Kind.CLICK, count, dueNs);
        } else if (count > 1 && count <= MOST_PRESSES) {
            listener.gesture(Kind.PATTERN, pattern, dueNs);
        }
    }

    /** When {@link #advance} must be called; {@link Long#MAX_VALUE}: need not. */
    public long nextDeadlineNs() {
        if (pressed) {
            return held ? Long.MAX_VALUE : changedNs + holdNs;
        }
        return presses == 0 ? Long.MAX_VALUE : changedNs + gapNs;
    }
}
