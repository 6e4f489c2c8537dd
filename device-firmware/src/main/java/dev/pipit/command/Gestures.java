package dev.pipit.command;

/**
 * What a push button's edges mean. Time comes from the caller, so that a press held for a second
 * costs a test nothing.
 *
 * <pre>
 *   ___|‾‾|_________            press, release, then after the gap: click 1 (single)
 *   ___|‾‾|__|‾‾|______         press, release, press, release, then: click 2 (double)
 *   ___|‾‾‾‾‾‾‾‾‾‾‾|___         press, then after the hold time: hold, at its end: release
 * </pre>
 */
public final class Gestures {
    /** Hears of what happened. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param count for {@link Kind#CLICK}: how many times, 1 or above; else 1
         * @param atNs when it happened, monotonic
         */
        void gesture(Kind kind, int count, long atNs);
    }

    /** What a button can say. */
    public enum Kind {
        PRESS,
        RELEASE,
        CLICK,
        HOLD
    }

    private final long gapNs;
    private final long holdNs;
    private final Listener listener;
    private boolean pressed;
    private boolean held;
    private int clicks;
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
        clicks = held ? 0 : clicks + 1;
    }

    /** Does what is due. */
    public void advance(long nowNs) {
        long dueNs = nextDeadlineNs();
        if (nowNs < dueNs) {
            return;
        }
        if (pressed) {
            held = true;
            clicks = 0;
            listener.gesture(Kind.HOLD, 1, dueNs);
        } else {
            int count = clicks;
            clicks = 0;
            listener.gesture(Kind.CLICK, count, dueNs);
        }
    }

    /** When {@link #advance} must be called; {@link Long#MAX_VALUE}: need not. */
    public long nextDeadlineNs() {
        if (pressed) {
            return held ? Long.MAX_VALUE : changedNs + holdNs;
        }
        return clicks == 0 ? Long.MAX_VALUE : changedNs + gapNs;
    }
}
