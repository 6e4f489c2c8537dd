package dev.pipit.config;

import dev.pipit.sampling.filter.Filter;
import java.util.function.Supplier;

/**
 * One step of a channel's filters.
 *
 * @param words as written: {@code median 5}
 * @param effect on the range of values
 * @param make a new one, with no past
 */
public record FilterConfig(String words, Effect effect, Supplier<Filter> make) {
    /** What becomes of the range of values that a driver gives. */
    public enum Effect {
        /** Stays about the same. */
        NONE,
        /** May be any other. */
        RESCALES,
        /** Grows for as long as the device lives. */
        ACCUMULATES
    }
}
