package dev.pipit.command;

import java.util.HashMap;
import java.util.Map;

/** The highest counter that each key has used: what is not above it was seen before. */
public interface Counters {
    /** The highest counter used so far; {@link Long#MIN_VALUE}: none. */
    long highest(String key);

    /**
     * Takes note of a counter, so that it survives the process.
     *
     * @return whether it could; if not, the command must not be carried out
     */
    boolean raise(String key, long counter);

    /**
     * Counters that are forgotten at the end; for tests and for devices without signed commands.
     */
    static Counters inMemory() {
        Map<String, Long> highest = new HashMap<>();
        return new Counters() {
            @Override
            public long highest(String key) {
                return highest.getOrDefault(key, Long.MIN_VALUE);
            }

            @Override
            public boolean raise(String key, long counter) {
                highest.put(key, counter);
                return true;
            }
        };
    }
}
