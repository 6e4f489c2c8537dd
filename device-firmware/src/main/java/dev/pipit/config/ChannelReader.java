package dev.pipit.config;

import dev.pipit.config.FilterConfig.Effect;
import dev.pipit.config.YamlNode.Entry;
import dev.pipit.config.YamlNode.Mapping;
import dev.pipit.config.YamlNode.Place;
import dev.pipit.config.YamlNode.Scalar;
import dev.pipit.config.YamlNode.Sequence;
import dev.pipit.driver.Millis;
import dev.pipit.sampling.Delta;
import dev.pipit.sampling.ReportRule;
import dev.pipit.sampling.filter.CalibrationPoints;
import dev.pipit.sampling.filter.ExponentialAverage;
import dev.pipit.sampling.filter.Filter;
import dev.pipit.sampling.filter.Polynomial;
import dev.pipit.sampling.filter.Pulses;
import dev.pipit.sampling.filter.Range;
import dev.pipit.sampling.filter.Window;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what happens to a sensor's readings before they are told. */
final class ChannelReader {
    private final Path file;
    private final Problems problems;

    ChannelReader(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /**
     * @param every how often the sensor is read
     */
    ReportConfig report(Fields sensor, Duration every) {
        ReportRule rule = rule(sensor, ReportRule.EVERY_READING, every);
        List<ChannelConfig> channels = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Entry entry : entries(sensor)) {
            String name = Messages.shortened(entry.key().text());
            if (!seen.add(name)) {
                sensor.wrong(
                        entry.key().place(), sensor.path("channels." + name) + " appears twice");
            }
            ChannelConfig channel = channel(sensor, entry, rule, every);
            if (channel != null) {
                channels.add(channel);
            }
        }
        return new ReportConfig(rule, channels);
    }

    private static List<Entry> entries(Fields sensor) {
        if (!sensor.has("channels")) {
            return List.of();
        }
        YamlNode node = sensor.node("channels");
        if (node instanceof Mapping mapping) {
            return mapping.entries();
        }
        if (!(node instanceof Scalar scalar && scalar.nothing())) {
            sensor.wrong(
                    node.place(),
                    sensor.path("channels")
                            + " is "
                            + node.inWords()
                            + ": expected channels, each with its keys, for example"
                            + " 'channels: {temperature: {delta: 0.1}}'");
        }
        return List.of();
    }

    private @Nullable ChannelConfig channel(
            Fields sensor, Entry entry, ReportRule usual, Duration every) {
        String name = entry.key().text();
        Place place = entry.key().place();
        String path = sensor.path("channels." + Messages.shortened(name));
        try {
            ChannelKeys.CHANNEL_NAME.parse(name);
        } catch (IllegalArgumentException e) {
            sensor.wrong(place, path + ": " + e.getMessage());
        }
        Fields fields =
                Fields.read(problems, path, place, entry.value(), ChannelKeys.CHANNEL, true);
        ReportRule rule = rule(fields, usual, every);
        List<FilterConfig> filters = filters(fields);
        if (!fields.complete()) {
            sensor.incomplete();
            return null;
        }
        String resolution = fields.textOrNull("resolution");
        return new ChannelConfig(
                name,
                fields.has("from") ? fields.text("from") : name,
                fields.flag("omit"),
                fields.textOrNull("unit"),
                resolution == null ? null : new BigDecimal(resolution),
                filters,
                rule,
                at(place),
                at(fields.placeOf("from")));
    }

    private String at(Place place) {
        return file + ":" + place.line() + ":" + place.column();
    }

    private static ReportRule rule(Fields fields, ReportRule usual, Duration every) {
        Duration heartbeat = fields.has("heartbeat") ? fields.duration("heartbeat") : null;
        Duration throttle = fields.has("throttle") ? fields.duration("throttle") : null;
        if (heartbeat != null && heartbeat.compareTo(every) < 0) {
            fields.wrong(
                    "heartbeat",
                    "is shorter than the sensor's interval: expected at least "
                            + Millis.format(every.toMillis()));
        }
        ReportRule rule =
                new ReportRule(
                                fields.has("delta") ? delta(fields.text("delta")) : null,
                                heartbeat,
                                throttle)
                        .or(usual);
        heartbeat = rule.heartbeat();
        throttle = rule.throttle();
        if (heartbeat != null && throttle != null && throttle.compareTo(heartbeat) > 0) {
            fields.wrong(
                    fields.has("throttle") ? "throttle" : "heartbeat",
                    "makes the shortest time between reports longer than the longest silence:"
                            + " expected 'throttle' up to 'heartbeat'");
        }
        return rule;
    }

    private static Delta delta(String text) {
        boolean percent = text.endsWith("%");
        return new Delta(
                new BigDecimal(percent ? text.substring(0, text.length() - 1) : text), percent);
    }

    private List<FilterConfig> filters(Fields channel) {
        List<FilterConfig> filters = new ArrayList<>();
        if (!channel.has("filters")) {
            return filters;
        }
        YamlNode node = channel.node("filters");
        List<YamlNode> items = node instanceof Sequence list ? list.items() : List.of(node);
        if (items.size() > ChannelKeys.MOST_FILTERS) {
            channel.wrong(
                    "filters",
                    "has " + items.size() + " entries: expected up to " + ChannelKeys.MOST_FILTERS);
        }
        for (YamlNode item : items) {
            Fields entry =
                    Fields.read(
                            problems,
                            channel.path("filters"),
                            item.place(),
                            item,
                            ChannelKeys.FILTER,
                            true);
            FilterConfig filter = entry.complete() ? filter(entry) : null;
            if (filter == null) {
                channel.incomplete();
            } else {
                filters.add(filter);
            }
        }
        return filters;
    }

    private static @Nullable FilterConfig filter(Fields entry) {
        List<String> kinds =
                ChannelKeys.FILTER.stream()
                        .map(Key::name)
                        .filter(name -> !name.equals("bits") && entry.has(name))
                        .toList();
        if (kinds.size() != 1) {
            entry.wrong(
                    entry.placeOf(""),
                    entry.path("")
                            + " has an entry with "
                            + kinds.size()
                            + " filters: expected one in each, for example"
                            + " '[{median: 5}, {offset: -0.3}]'");
            return null;
        }
        String kind = kinds.getFirst();
        boolean pulses = kind.equals("total") || kind.equals("rate");
        if (entry.has("bits") && !pulses) {
            entry.wrong("bits", "stands beside '" + kind + "': expected 'total' or 'rate' there");
            return null;
        }
        int bits = (int) entry.whole("bits", 0);
        return switch (kind) {
            case "offset" -> one(entry, kind, Effect.NONE, Polynomial::offset);
            case "scale" -> one(entry, kind, Effect.RESCALES, Polynomial::scale);
            case "exponential" -> one(entry, kind, Effect.NONE, ExponentialAverage::new);
            case "total" -> one(entry, kind, Effect.ACCUMULATES, x -> Pulses.total(x, bits));
            case "rate" -> one(entry, kind, Effect.RESCALES, x -> Pulses.rate(x, bits));
            case "median" -> window(entry, kind, Window.Kind.MEDIAN);
            case "average" -> window(entry, kind, Window.Kind.MEAN);
            case "minimum" -> window(entry, kind, Window.Kind.LEAST);
            case "maximum" -> window(entry, kind, Window.Kind.GREATEST);
            case "range" -> bounds(entry, kind, true);
            case "clamp" -> bounds(entry, kind, false);
            case "polynomial" -> polynomial(entry, kind);
            default -> points(entry, kind);
        };
    }

    private interface OfNumber {
        Filter make(double number);
    }

    private static @Nullable FilterConfig one(
            Fields entry, String kind, Effect effect, OfNumber filter) {
        BigDecimal number = (BigDecimal) entry.value(kind);
        double value = number.doubleValue();
        return made(
                entry, kind, kind + " " + number.toPlainString(), effect, () -> filter.make(value));
    }

    private static @Nullable FilterConfig window(Fields entry, String kind, Window.Kind window) {
        int samples = (int) entry.whole(kind);
        return made(
                entry, kind, kind + " " + samples, Effect.NONE, () -> new Window(window, samples));
    }

    private static @Nullable FilterConfig bounds(Fields entry, String kind, boolean fault) {
        double[] bounds = numbers(entry, kind);
        if (bounds.length != 2) {
            entry.wrong(kind, "is one number: expected two, [LOWEST, HIGHEST]");
            return null;
        }
        return made(
                entry,
                kind,
                kind + " " + list(entry, kind),
                Effect.NONE,
                () ->
                        fault
                                ? Range.orFault(bounds[0], bounds[1])
                                : Range.clamp(bounds[0], bounds[1]));
    }

    private static @Nullable FilterConfig polynomial(Fields entry, String kind) {
        double[] coefficients = numbers(entry, kind);
        return made(
                entry,
                kind,
                kind + " " + list(entry, kind),
                Effect.RESCALES,
                () -> new Polynomial(coefficients));
    }

    private static @Nullable FilterConfig points(Fields entry, String kind) {
        List<Fields.Item> items = entry.items(kind);
        double[] raw = new double[items.size()];
        double[] real = new double[items.size()];
        for (int i = 0; i < raw.length; i++) {
            String text = (String) items.get(i).value();
            int arrow = text.indexOf("=>");
            raw[i] = Double.parseDouble(text.substring(0, arrow).strip());
            real[i] = Double.parseDouble(text.substring(arrow + 2).strip());
        }
        return made(
                entry,
                kind,
                "points " + list(entry, kind),
                Effect.RESCALES,
                () -> new CalibrationPoints(raw, real));
    }

    private static double[] numbers(Fields entry, String kind) {
        return entry.items(kind).stream()
                .mapToDouble(item -> ((BigDecimal) item.value()).doubleValue())
                .toArray();
    }

    private static String list(Fields entry, String kind) {
        return entry.items(kind).stream().map(item -> item.value().toString()).toList().toString();
    }

    /** Makes one to see whether it can be made. */
    private static @Nullable FilterConfig made(
            Fields entry, String kind, String words, Effect effect, Supplier<Filter> make) {
        try {
            Filter ignored = make.get();
            return new FilterConfig(words, effect, make);
        } catch (IllegalArgumentException e) {
            entry.wrong(kind, "cannot be: " + e.getMessage());
            return null;
        }
    }
}
