package dev.pipit.agent;

import dev.pipit.board.Board;
import dev.pipit.board.simulated.World;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.ChannelConfig;
import dev.pipit.config.ChannelMention;
import dev.pipit.config.FilterConfig;
import dev.pipit.config.FilterConfig.Effect;
import dev.pipit.config.ReportConfig;
import dev.pipit.config.SensorConfig;
import dev.pipit.driver.Channel;
import dev.pipit.driver.Millis;
import dev.pipit.driver.SensorDriver;
import dev.pipit.sampling.ChannelPlan;
import dev.pipit.sampling.ReportPolicy;
import dev.pipit.sampling.ReportRule;
import dev.pipit.sampling.filter.FilterPipeline;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * From what a driver measures and what the configuration says of its channels to what is told. The
 * driver's channels come first, in its order, then those that are made of them.
 */
public final class SensorPlans {
    private final SensorConfig sensor;
    private final List<Channel> measured;
    private final List<ChannelPlan> plans = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @param measured the driver's channels
     */
    SensorPlans(SensorConfig sensor, List<Channel> measured) {
        this.sensor = sensor;
        this.measured = measured;
        Set<String> taken = measured.stream().map(Channel::name).collect(Collectors.toSet());
        for (int i = 0; i < measured.size(); i++) {
            add(i, configured(measured.get(i).name()));
        }
        Set<String> modified = new HashSet<>(taken);
        for (ChannelConfig channel : sensor.report().channels()) {
            derived(channel, modified);
        }
        if (plans.isEmpty() && problems.isEmpty()) {
            problems.add(
                    sensor.report().channels().getFirst().place()
                            + ": sensors."
                            + sensor.name()
                            + " omits every channel: expected one at least");
        }
    }

    private ChannelConfig configured(String name) {
        ReportConfig report = sensor.report();
        for (ChannelConfig channel : report.channels()) {
            if (channel.name().equals(name) && !channel.derived()) {
                return channel;
            }
        }
        return new ChannelConfig(name, name, false, null, null, List.of(), report.rule(), "", "");
    }

    private void derived(ChannelConfig channel, Set<String> taken) {
        int source = index(channel.source());
        String path = "sensors." + sensor.name() + ".channels." + channel.name();
        List<String> names = measured.stream().map(Channel::name).toList();
        if (source < 0 && !channel.derived()) {
            problems.add(
                    channel.place()
                            + ": "
                            + path
                            + ": "
                            + sensor.type().name()
                            + " measures no such channel: expected one of "
                            + String.join(", ", names)
                            + ", or 'from' with one of them");
        } else if (source < 0) {
            problems.add(
                    channel.sourcePlace()
                            + ": "
                            + path
                            + ".from is '"
                            + channel.source()
                            + "': expected a channel of "
                            + sensor.type().name()
                            + ": "
                            + String.join(", ", names));
        } else if (channel.derived()) {
            if (taken.add(channel.name())) {
                add(source, channel);
            } else {
                problems.add(
                        channel.place()
                                + ": "
                                + path
                                + " has the name of a channel that "
                                + sensor.type().name()
                                + " measures: expected another beside 'from'");
            }
        }
    }

    private int index(String name) {
        for (int i = 0; i < measured.size(); i++) {
            if (measured.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private void add(int source, ChannelConfig config) {
        if (config.omitted()) {
            return;
        }
        Channel from = measured.get(source);
        BigDecimal given = config.resolution();
        BigDecimal resolution = given == null ? from.resolution() : given;
        String unit = config.unit();
        Channel channel =
                new Channel(
                        config.name(),
                        unit == null ? from.unit() : unit,
                        resolution,
                        width(from, resolution, config.filters()),
                        reference(from, resolution, config.filters()));
        FilterPipeline pipeline =
                new FilterPipeline(
                        from.resolution(),
                        resolution,
                        config.filters().stream().map(filter -> filter.make().get()).toList());
        plans.add(new ChannelPlan(source, channel, pipeline, config.rule()));
        if (!config.filters().isEmpty() || !config.rule().equals(ReportRule.EVERY_READING)) {
            notes.add(note(channel, config, pipeline));
        }
    }

    /** Wide enough in a flat frame for what the filters may make of the driver's range. */
    private static int width(Channel from, BigDecimal resolution, List<FilterConfig> filters) {
        int width = from.width();
        for (BigDecimal steps = from.resolution();
                steps.compareTo(resolution) > 0 && width < 8;
                steps = steps.movePointLeft(2)) {
            width *= 2;
        }
        for (FilterConfig filter : filters) {
            width = Math.max(width, filter.effect() == Effect.RESCALES ? 4 : width);
            width = filter.effect() == Effect.ACCUMULATES ? 8 : width;
        }
        return width;
    }

    private static long reference(Channel from, BigDecimal resolution, List<FilterConfig> filters) {
        if (filters.stream().anyMatch(filter -> filter.effect() != Effect.NONE)) {
            return 0;
        }
        BigDecimal reference =
                BigDecimal.valueOf(from.reference())
                        .multiply(from.resolution())
                        .divide(resolution, MathContext.DECIMAL64);
        return reference.abs().compareTo(BigDecimal.valueOf(1L << 52)) < 0
                ? reference.longValue()
                : 0;
    }

    private String note(Channel channel, ChannelConfig config, FilterPipeline pipeline) {
        StringBuilder out = new StringBuilder(sensor.name() + "." + channel.name());
        out.append(": every ").append(Millis.format(sensor.every().toMillis()));
        for (FilterConfig filter : config.filters()) {
            out.append(", ").append(filter.words());
        }
        ReportRule rule = config.rule();
        if (rule.delta() != null) {
            out.append(", delta ").append(rule.delta());
        }
        if (rule.heartbeat() != null) {
            out.append(", heartbeat ").append(Millis.format(rule.heartbeat().toMillis()));
        }
        if (rule.throttle() != null) {
            out.append(", throttle ").append(Millis.format(rule.throttle().toMillis()));
        }
        long latencyMs = pipeline.latencyMs(sensor.every().toMillis());
        return out.append("; latency ").append(Millis.format(latencyMs)).toString();
    }

    List<ChannelPlan> plans() {
        return plans;
    }

    /** What is told, in the order of {@link #plans()}. */
    List<Channel> channels() {
        return plans.stream().map(ChannelPlan::channel).toList();
    }

    /** When readings with these channels are reported. */
    ReportPolicy policy() {
        return new ReportPolicy(
                channels(),
                plans.stream().map(ChannelPlan::rule).toList(),
                sensor.every().toMillis());
    }

    /** What only the drivers can tell of a configuration. */
    public record Findings(List<String> problems, List<String> notes) {}

    /**
     * Holds what is written of channels against what the drivers measure, without the hardware.
     *
     * @return mistakes, each with its place; and one line for each channel that something is
     *     written of, with its filters and by how much they make it late
     */
    public static Findings check(AgentConfig config) {
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        if (config.mentioned().isEmpty()
                && config.sensors().stream()
                        .allMatch(sensor -> sensor.report().equals(ReportConfig.AS_MEASURED))) {
            return new Findings(problems, notes);
        }
        Map<String, List<String>> measured = new HashMap<>();
        try (Board board = Boards.simulated(config, World.still())) {
            for (SensorConfig sensor : config.sensors()) {
                SensorDriver driver =
                        sensor.type().create(board, sensor.location(), sensor.options());
                SensorPlans plans = new SensorPlans(sensor, driver.channels());
                driver.close();
                problems.addAll(plans.problems);
                notes.addAll(plans.notes);
                measured.put(sensor.name(), plans.channels().stream().map(Channel::name).toList());
            }
        }
        for (ChannelMention mention : config.mentioned()) {
            List<String> names = measured.getOrDefault(mention.sensor(), List.of());
            if (!names.contains(mention.channel())) {
                problems.add(
                        mention.place()
                                + ": "
                                + mention.path()
                                + " names '"
                                + mention.sensor()
                                + "."
                                + mention.channel()
                                + "': expected one of "
                                + String.join(", ", names));
            }
        }
        return new Findings(problems, notes);
    }
}
