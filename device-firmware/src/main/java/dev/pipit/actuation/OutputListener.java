package dev.pipit.actuation;

import dev.pipit.driver.Fault;
import org.jspecify.annotations.Nullable;

/**
 * Hears of everything that happens to outputs, on the actuation thread, after the fact. Must not
 * block.
 */
public interface OutputListener {
    /**
     * The hardware was asked to take a value.
     *
     * @param value what was asked for
     * @param fault {@code null}: it took it
     */
    void written(long nowNs, String output, long value, Cause cause, @Nullable Fault fault);

    /** A violation locked an output, or somebody acknowledged it ({@code reason} is empty then). */
    void latched(long nowNs, String output, String reason);

    /** An output that takes its time has moved on; told once a second at most, and at its end. */
    default void moved(long nowNs, String output) {}

    /**
     * The hardware does not do what it was told, or does again.
     *
     * @param what in words; empty: all is well again
     */
    default void astray(long nowNs, String output, String what) {}

    /** Somebody who is not interested. */
    OutputListener NONE =
            new OutputListener() {
                @Override
                public void written(
                        long nowNs,
                        String output,
                        long value,
                        Cause cause,
                        @Nullable Fault fault) {}

                @Override
                public void latched(long nowNs, String output, String reason) {}
            };
}
