package dev.pipit.actuation;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
    private final AtomicReferenceArray<@Nullable BigDecimal> resolutions;
    private final AtomicLongArray slots;

    /**
     * @param channels {@code sensor.channel}, as conditions name them
     */
    public Measurements(Collection<String> channels) {
        for (String channel : channels) {
            indexes.putIfAbsent(channel, indexes.size());
        }
        this.resolutions = new AtomicReferenceArray<>(indexes.size());
        this.slots = new AtomicLongArray(2 * indexes.size());
        for (int index = 0; index < indexes.size(); index++) {
            slots.set(2 * index + 1, NEVER);
        }
    }

    /** The channels that the rules of some outputs look at. */
    public static Measurements of(Collection<Rules> rules) {
        return new Measurements(
                rules.stream()
                        .flatMap(r -> r.conditions().stream())
                        .filter(Condition.Measured.class::isInstance)
                        .map(condition -> ((Condition.Measured) condition).channel())
                        .toList());
    }

    /** No channels at all. */
    public static Measurements none() {
        return new Measurements(List.of());
    }

    /**
     * Says what the integer 1 of a channel means. Until then it has no value, and whatever requires
     * one stays safe.
     *
     * @return the channel's number, for {@link #put}; -1: no condition looks at it
     */
    public int bind(String channel, BigDecimal resolution) {
        int index = index(channel);
        if (index >= 0) {
            resolutions.set(index, resolution);
        }
        return index;
    }

    /** Every channel that somebody looks at. */
    public List<String> channels() {
        return List.copyOf(indexes.keySet());
    }

    /** Channels that conditions name and no driver has. */
    public List<String> unbound() {
        return indexes.entrySet().stream()
                .filter(entry -> resolutions.get(entry.getValue()) == null)
                .map(Map.Entry::getKey)
                .toList();
    }

    int index(String channel) {
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

    long atNs(int index) {
        return slots.get(2 * index + 1);
    }

    /** The newest value in the channel's unit; {@code null}: there is none. */
    @Nullable BigDecimal value(int index) {
        BigDecimal resolution = resolutions.get(index);
        return resolution == null || atNs(index) == NEVER
                ? null
                : resolution.multiply(BigDecimal.valueOf(slots.get(2 * index)));
    }

    /**
     * The newest value in the channel's unit.
     *
     * @param maxAgeNs how old it may be
     * @return {@code null}: there is none, or it is older
     */
    public @Nullable BigDecimal fresh(String channel, long maxAgeNs, long nowNs) {
        int index = index(channel);
        return index < 0 || nowNs - atNs(index) > maxAgeNs ? null : value(index);
    }
}
