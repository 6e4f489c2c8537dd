package dev.pipit.config;

import dev.pipit.sampling.ReportRule;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says about one channel of a sensor.
 *
 * @param source the driver's channel that it comes from; the same as {@code name} unless written
 * @param omitted whether it is not reported at all
 * @param unit {@code null}: the driver's
 * @param resolution {@code null}: the driver's
 * @param rule what is written here, then what is written for the whole sensor
 * @param place {@code file:line:column} of its name, for what only the driver can tell
 * @param sourcePlace the same of {@code source}
 */
public record ChannelConfig(
        String name,
        String source,
        boolean omitted,
        @Nullable String unit,
        @Nullable BigDecimal resolution,
        List<FilterConfig> filters,
        ReportRule rule,
        String place,
        String sourcePlace) {
    public ChannelConfig {
        filters = List.copyOf(filters);
    }

    /** Whether it is one that the driver does not have by this name. */
    public boolean derived() {
        return !source.equals(name);
    }
}
