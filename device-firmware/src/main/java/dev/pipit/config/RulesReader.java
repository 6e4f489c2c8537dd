package dev.pipit.config;

import dev.pipit.actuation.Condition;
import dev.pipit.actuation.Rules;
import dev.pipit.command.Access;
import dev.pipit.config.YamlNode.Place;
import dev.pipit.config.YamlNode.Sequence;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Millis;
import dev.pipit.driver.Options;
import dev.pipit.driver.ValueKind;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What actuators are held to. Rules name other actuators and sensors, which may stand further down
 * in the file: such names are collected and checked once all are known.
 */
final class RulesReader {
    private static final long NS_PER_MS = 1_000_000;

    private final Problems problems;
    private final Set<String> knownRoles = new LinkedHashSet<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, ValueKind> kinds = new LinkedHashMap<>();
    private final Map<String, Long> safeValues = new LinkedHashMap<>();
    private final Path file;
    private final List<Mention> mentions = new ArrayList<>();

    /** Channels of sensors that rules and requirements name. */
    private final List<ChannelMention> channels = new ArrayList<>();

    private final Map<String, Set<String>> needs = new LinkedHashMap<>();
    private final Map<String, Place> needsAt = new LinkedHashMap<>();

    /** A name somewhere in a rule. */
    private record Mention(Place place, String path, String name, boolean sensor, String by) {}

    RulesReader(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** Takes note of what the holders of signing keys may do. */
    void roles(Set<String> roles) {
        knownRoles.addAll(roles);
    }

    /** Takes note of an actuator's name, even of one with mistakes. */
    void named(String actuator) {
        names.add(actuator);
    }

    /** Every actuator's name, even of one with mistakes. */
    List<String> names() {
        return List.copyOf(names);
    }

    /** Takes note of what an actuator takes, before rules that name it are read. */
    void described(String actuator, ActuatorType type, Fields fields, Options options) {
        if (!fields.complete()) {
            return;
        }
        ValueKind values = type.values(options);
        kinds.put(actuator, values);
        long safe = value(fields, "safe", values, 0);
        if (fields.complete()) {
            safeValues.put(actuator, safe);
        }
    }

    /** An actuator from its keys, or {@code null} after a mistake was noted. */
    @Nullable ActuatorConfig actuator(
            String name, ActuatorType type, int pin, Fields fields, Options options) {
        ValueKind values = kinds.get(name);
        Long safe = safeValues.get(name);
        if (values == null || safe == null) {
            return null;
        }
        long[] range = range(fields, values);
        times(fields);
        checkRoles(fields, "roles");
        List<String> excludes = excludes(name, fields);
        List<Condition> conditions = requirements(name, fields);
        if (!fields.complete()) {
            return null;
        }
        Rules rules =
                new Rules(
                        safe,
                        range[0],
                        range[1],
                        ns(fields, "lease"),
                        ns(fields, "longest-lease"),
                        fields.flag("hold"),
                        fields.text("on-disconnect").equals("safe"),
                        ns(fields, "max-on"),
                        ns(fields, "min-on"),
                        ns(fields, "min-off"),
                        (int) fields.whole("switches-per-hour", 0),
                        ns(fields, "ramp"),
                        excludes,
                        ns(fields, "dead-time"),
                        conditions,
                        fields.flag("latch"));
        Access access =
                new Access(
                        fields.flag("critical"),
                        20,
                        (int) fields.whole("commands-per-second"),
                        roles(fields));
        return new ActuatorConfig(name, type, pin, values, safe, options, rules, access);
    }

    /** Every role in a list must be one that a key has. */
    void checkRoles(Fields fields, String key) {
        for (Fields.Item role : fields.items(key)) {
            if (!knownRoles.contains((String) role.value())) {
                fields.wrong(
                        role.place(),
                        fields.path(key)
                                + " is '"
                                + role.value()
                                + "': expected a role that a key under 'signing' has: "
                                + Messages.oneOf(knownRoles)
                                + Messages.didYouMean((String) role.value(), knownRoles));
            }
        }
    }

    private static Set<String> roles(Fields fields) {
        Set<String> roles = new LinkedHashSet<>();
        fields.items("roles").forEach(item -> roles.add((String) item.value()));
        return roles;
    }

    private static long ns(Fields fields, String key) {
        return fields.whole(key, 0) * NS_PER_MS;
    }

    private static long value(Fields fields, String key, ValueKind values, long otherwise) {
        if (!fields.has(key)) {
            return otherwise;
        }
        try {
            return values.parse(fields.text(key));
        } catch (IllegalArgumentException e) {
            fields.wrong(key, "is " + e.getMessage());
            return otherwise;
        }
    }

    private static long[] range(Fields fields, ValueKind values) {
        long least = 0;
        long most = 1;
        ValueKind.Level level =
                switch (values) {
                    case ValueKind.Level kind -> kind;
                    case ValueKind.Position position -> position.level();
                    case ValueKind.Switch onOff -> null;
                };
        if (level != null) {
            least = level.least();
            most = level.most();
        }
        for (String key : List.of("min", "max", "ramp")) {
            boolean means = key.equals("ramp") ? values instanceof ValueKind.Level : level != null;
            if (fields.written(key) && !means) {
                fields.wrong(key, "means nothing for an output that is " + values.expected());
            }
        }
        least = value(fields, "min", values, least);
        most = value(fields, "max", values, most);
        if (least >= most && fields.complete()) {
            fields.wrong("max", "is not above 'min'");
        }
        return new long[] {least, most};
    }

    private static void times(Fields fields) {
        if (fields.written("lease") && fields.flag("hold")) {
            fields.wrong("lease", "stands beside 'hold: true', which means no lease: delete one");
        }
        if (!fields.flag("hold") && fields.whole("lease") > fields.whole("longest-lease")) {
            fields.wrong(
                    fields.written("longest-lease") ? "longest-lease" : "lease",
                    "makes 'lease' longer than 'longest-lease'");
        }
        if (fields.has("max-on")
                && fields.has("min-on")
                && fields.whole("max-on") < fields.whole("min-on")) {
            fields.wrong(
                    "max-on",
                    "is shorter than 'min-on', "
                            + Millis.format(fields.whole("min-on"))
                            + ": expected at least that");
        }
        if (fields.has("dead-time") && !fields.has("excludes")) {
            fields.wrong("dead-time", "stands without 'excludes': between what shall it lie?");
        }
    }

    private List<String> excludes(String name, Fields fields) {
        List<String> excludes = new ArrayList<>();
        for (Fields.Item item : fields.items("excludes")) {
            String other = (String) item.value();
            mentions.add(new Mention(item.place(), fields.path("excludes"), other, false, name));
            excludes.add(other);
        }
        return excludes;
    }

    private List<Condition> requirements(String name, Fields fields) {
        List<Condition> conditions = new ArrayList<>();
        if (!fields.has("requires")) {
            return conditions;
        }
        YamlNode node = fields.node("requires");
        List<YamlNode> items = node instanceof Sequence sequence ? sequence.items() : List.of(node);
        for (YamlNode item : items) {
            Fields entry =
                    Fields.read(
                            problems,
                            fields.path("requires"),
                            item.place(),
                            item,
                            ActuatorKeys.REQUIREMENT,
                            true);
            Condition condition = entry.complete() ? requirement(name, entry) : null;
            if (condition != null) {
                conditions.add(condition);
            }
        }
        return conditions;
    }

    private @Nullable Condition requirement(String name, Fields entry) {
        if (entry.has("output") == entry.has("sensor")) {
            entry.wrong(
                    entry.placeOf(""),
                    entry.path("")
                            + " needs either 'output' with 'is', or 'sensor' with 'above' or"
                            + " 'below'");
            return null;
        }
        if (entry.has("output")) {
            return output(name, entry);
        }
        if (entry.has("is") || (!entry.has("above") && !entry.has("below"))) {
            entry.wrong("sensor", "needs 'above' or 'below', and no 'is'");
            return null;
        }
        BigDecimal above = entry.has("above") ? (BigDecimal) entry.value("above") : null;
        BigDecimal below = entry.has("below") ? (BigDecimal) entry.value("below") : null;
        if (above != null && below != null && above.compareTo(below) > 0) {
            entry.wrong("below", "is less than 'above': nothing lies between");
            return null;
        }
        String channel = entry.text("sensor");
        mentions.add(
                new Mention(
                        entry.placeOf("sensor"),
                        entry.path("sensor"),
                        channel.substring(0, channel.indexOf('.')),
                        true,
                        name));
        mention(entry.placeOf("sensor"), entry.path("sensor"), channel);
        return new Condition.Measured(channel, above, below, ns(entry, "max-age"));
    }

    private @Nullable Condition output(String name, Fields entry) {
        if (!entry.has("is")
                || entry.has("above")
                || entry.has("below")
                || entry.written("max-age")) {
            entry.wrong("output", "needs 'is', and none of 'above', 'below', 'max-age'");
            return null;
        }
        String other = entry.text("output");
        mentions.add(
                new Mention(entry.placeOf("output"), entry.path("output"), other, false, name));
        ValueKind kind = kinds.get(other);
        if (kind == null) {
            return null;
        }
        long value = value(entry, "is", kind, 0);
        if (value != safeValues.getOrDefault(other, value)) {
            needs.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(other);
            needsAt.putIfAbsent(name, entry.placeOf("output"));
        }
        return entry.complete() ? new Condition.OutputIs(other, value, value) : null;
    }

    /**
     * Takes note of a channel that something depends on.
     *
     * @param named {@code sensor.channel}
     */
    void mention(Place place, String path, String named) {
        channels.add(ChannelMention.of(file, place, path, named));
    }

    List<ChannelMention> channels() {
        return channels;
    }

    /** Checks every name that a rule mentions, now that all are known. */
    void checkNames(List<String> sensors) {
        for (Mention mention : mentions) {
            List<String> known = mention.sensor() ? sensors : List.copyOf(names);
            if (mention.name().equals(mention.by()) && !mention.sensor()) {
                problems.at(
                        mention.place(),
                        mention.path() + " is the actuator itself: expected another");
            } else if (!known.contains(mention.name())) {
                problems.at(
                        mention.place(),
                        mention.path()
                                + " is '"
                                + mention.name()
                                + "': expected "
                                + (mention.sensor() ? "a sensor: " : "an actuator: ")
                                + Messages.oneOf(known)
                                + Messages.didYouMean(mention.name(), known));
            }
        }
        for (String name : needs.keySet()) {
            if (leadsTo(name, name, new LinkedHashSet<>())) {
                problems.at(
                        needsAt.getOrDefault(name, new Place(1, 1)),
                        "actuators."
                                + name
                                + " requires what requires it: neither could ever go on");
            }
        }
    }

    private boolean leadsTo(String from, String to, Set<String> seen) {
        for (String next : needs.getOrDefault(from, Set.of())) {
            if (next.equals(to) || (seen.add(next) && leadsTo(next, to, seen))) {
                return true;
            }
        }
        return false;
    }
}
