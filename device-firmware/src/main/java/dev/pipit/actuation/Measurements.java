package dev.pipit.actuation;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest value of every channel that some condition looks at. Samplers write, the actuation
 * thread reads; nobody waits and nothing is allocated.
 *
 * <pre>
 *   slot 2i      value in steps of the channel's resolution
 *   slot 2i + 1  when it was measured, monotonic; {@link Long#MIN_VALUE}: no value
 * </pre>
 *
 * A value is written before its time and read after it, so that a reader between the two takes a
 * new value for an old one, never the reverse.
 */
public final class Measurements {
    private static final long NEVER = Long.MIN_VALUE;

    private final Map<String, Integer> indexes = new LinkedHashMap<>();
    private final BigDecimal[] resolutions;
    private final AtomicLongArray slots;

    /**
     * @param resolutions by {@code sensor.channel}: the unit value of the integer 1
     */
    public Measurements(Map<String, BigDecimal> resolutions) {
        this.resolutions = new BigDecimal[resolutions.size()];
        this.slots = new AtomicLongArray(2 * resolutions.size());
        int index = 0;
        for (Map.Entry<String, BigDecimal> entry : resolutions.entrySet()) {
            indexes.put(entry.getKey(), index);
            this.resolutions[index] = entry.getValue();
            slots.set(2 * index + 1, NEVER);
            index++;
        }
    }

    /** No channels at all. */
    public static Measurements none() {
        return new Measurements(Map.of());
    }

    /** The number of a channel, for {@link #put}; -1: there is no such channel. */
    public int index(String channel) {
        Integer index = indexes.get(channel);
        return index == null ? -1 : index;
    }

    /** A new value; on the hot path. */
    public void put(int index, long value, long atNs) {
        slots.set(2 * index, value);
        slots.set(2 * index + 1, atNs);
    }

    /** The channel has no value now; on the hot path. */
    public void missing(int index) {
        slots.set(2 * index + 1, NEVER);
    }

    boolean known(int index) {
        return slots.get(2 * index + 1) != NEVER;
    }

    long atNs(int index) {
        return slots.get(2 * index + 1);
    }

    long value(int index) {
        return slots.get(2 * index);
    }

    BigDecimal resolution(int index) {
        return resolutions[index];
    }

    String text(int index) {
        return resolution(index)
                .multiply(BigDecimal.valueOf(value(index)))
                .stripTrailingZeros()
                .toPlainString();
    }

    @Nullable String nameOrNull(int index) {
        for (Map.Entry<String, Integer> entry : indexes.entrySet()) {
            if (entry.getValue() == index) {
                return entry.getKey();
            }
        }
        return null;
    }
}
