package dev.pipit.config;

import dev.pipit.sampling.ReportRule;
import java.util.List;

/**
 * What happens to a sensor's readings before they are told.
 *
 * @param rule for every channel that says nothing else
 * @param channels those that the configuration speaks of
 */
public record ReportConfig(ReportRule rule, List<ChannelConfig> channels) {
    /** Every reading, as the driver gives it. */
    public static final ReportConfig AS_MEASURED =
            new ReportConfig(ReportRule.EVERY_READING, List.of());

    public ReportConfig {
        channels = List.copyOf(channels);
    }
}
