package dev.pipit.sampling;

import dev.pipit.driver.Channel;
import dev.pipit.sampling.filter.FilterPipeline;

/**
 * One channel as it is reported: which of the driver's channels it comes from, what happens on the
 * way, and when it asks for a report.
 *
 * @param source index into the driver's channels
 * @param channel name, unit and resolution as reported
 * @param pipeline from the driver's integers to those of {@code channel}
 */
public record ChannelPlan(int source, Channel channel, FilterPipeline pipeline, ReportRule rule) {}
