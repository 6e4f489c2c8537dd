package dev.pipit.driver.gpio;

/** Takes the edges of inputs; called on the thread that polls them, allocates nothing. */
@FunctionalInterface
public interface EdgeSink {
    /**
     * An input's level has changed and stood for its debounce time.
     *
     * @param input the input's name in the configuration
     * @param active whether it is active (pressed) from now on
     * @param atNanos when the level changed, on the clock of {@link System#nanoTime()}: before the
     *     debounce time began
     */
    void edge(String input, boolean active, long atNanos);
}
