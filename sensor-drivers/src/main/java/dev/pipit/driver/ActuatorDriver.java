package dev.pipit.driver;

import org.jspecify.annotations.Nullable;

/**
 * One configured output. Called by the actuation thread only, and written by nothing but the output
 * guard.
 */
public interface ActuatorDriver extends AutoCloseable {
    /** What {@link #readBack()} returns where the hardware cannot tell. */
    long UNKNOWN = Long.MIN_VALUE;

    /**
     * Puts a value on the output.
     *
     * @param value within {@link ActuatorType#values}
     * @return {@code null} once the hardware has taken it, else what went wrong
     */
    @Nullable Fault write(long value);

    /** The value that the hardware now has, or {@link #UNKNOWN}. */
    long readBack();

    /** Releases the line. The caller has written the safe value before. Never throws. */
    @Override
    void close();
}
