package dev.pipit.driver;

import com.pi4j.io.gpio.digital.DigitalInput;

/**
 * A digital input that knows when its level changed, on boards that can tell. Where a board's input
 * is no {@code TimedInput}, a driver takes Pi4J's events and the time at which they arrive.
 */
public interface TimedInput extends DigitalInput {
    /** Takes the changes of one input; called on the board's event thread, allocates nothing. */
    @FunctionalInterface
    interface LevelSink {
        /**
         * @param high the electrical level from now on
         * @param atNanos when it changed, on the clock of {@link System#nanoTime()}
         */
        void level(boolean high, long atNanos);
    }

    /** Where changes go from now on; replaces the sink before. */
    void onLevel(LevelSink sink);

    /** Whether the board applies the line's debounce time itself. */
    boolean debounced();
}
