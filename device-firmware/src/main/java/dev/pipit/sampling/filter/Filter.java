package dev.pipit.sampling.filter;

import dev.pipit.driver.Fault;

/** One step for one channel, in the channel's unit. One thread at a time; allocates nothing. */
public interface Filter {
    /**
     * Takes a value and gives the filtered one.
     *
     * @param value finite
     * @param timeMs when it was measured, of a clock that never goes back
     * @return the result, or NaN where there is none: {@link #fault} says why
     */
    double apply(double value, long timeMs);

    /** Why the last result was NaN. */
    default Fault fault() {
        return Fault.WARMING_UP;
    }

    /**
     * By how many samples the result lags behind a slow change of the input: what averaging costs.
     */
    default double latencySamples() {
        return 0;
    }

    /** Forgets what came before: after a fault, old values say nothing about new ones. */
    default void reset() {}
}
