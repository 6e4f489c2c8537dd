package dev.pipit.config;

import dev.pipit.command.Gestures;
import dev.pipit.command.LocalRule;
import dev.pipit.command.LocalRule.When;
import dev.pipit.command.Order;
import dev.pipit.config.YamlNode.Entry;
import dev.pipit.driver.Millis;
import dev.pipit.driver.ValueKind;
import java.math.BigDecimal;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Local rules: two short sentences each, checked as strictly as the rest. */
final class LocalRuleReader {
    private static final long NS_PER_MS = 1_000_000;
    private static final Map<String, When.Event> EVENTS =
            Map.of(
                    "press", new When.Event("", Gestures.Kind.PRESS, 1),
                    "release", new When.Event("", Gestures.Kind.RELEASE, 1),
                    "click", new When.Event("", Gestures.Kind.CLICK, 1),
                    "double", new When.Event("", Gestures.Kind.CLICK, 2),
                    "triple", new When.Event("", Gestures.Kind.CLICK, 3),
                    "hold", new When.Event("", Gestures.Kind.HOLD, 1),
                    "clockwise", new When.Event("", Gestures.Kind.CLOCKWISE, 1),
                    "counterclockwise", new When.Event("", Gestures.Kind.COUNTERCLOCKWISE, 1));
    private static final List<String> EVENT_NAMES =
            List.of("press", "release", "click", "double", "triple", "hold");
    private static final List<String> TURN_NAMES = List.of("clockwise", "counterclockwise");

    private static final Pattern EVENT = Pattern.compile("([a-z0-9_-]+)\\.([a-z-]+)");
    private static final Pattern THRESHOLD =
            Pattern.compile(
                    "([a-z0-9_-]+)\\.([a-z0-9_]+) (above|below) (-?\\d{1,12}(?:\\.\\d{1,9})?)"
                            + "(?: hysteresis (\\d{1,12}(?:\\.\\d{1,9})?))?(?: for (\\S+))?");
    private static final Pattern TIME = Pattern.compile("time ([01]\\d|2[0-3]):([0-5]\\d)");
    private static final Pattern LOST = Pattern.compile("broker lost(?: for (\\S+))?");
    private static final Pattern DO =
            Pattern.compile("([a-z][a-z0-9_-]*)[ .](\\S+)(?: for (\\S+))?");

    private final Problems problems;
    private final RulesReader rules;
    private final List<String> sensors;
    private final List<String> inputs;
    private final List<InputConfig> inputConfigs;
    private final List<String> actuatorNames;
    private final List<ActuatorConfig> actuators;
    private final List<GroupConfig> groups;

    LocalRuleReader(
            Problems problems,
            RulesReader rules,
            List<String> sensors,
            List<String> inputs,
            List<InputConfig> inputConfigs,
            List<String> actuatorNames,
            List<ActuatorConfig> actuators,
            List<GroupConfig> groups) {
        this.problems = problems;
        this.rules = rules;
        this.sensors = sensors;
        this.inputs = inputs;
        this.inputConfigs = inputConfigs;
        this.actuatorNames = actuatorNames;
        this.actuators = actuators;
        this.groups = groups;
    }

    /** A rule, or {@code null} after a mistake was noted. */
    @Nullable LocalRule rule(Entry entry) {
        String name = entry.key().text();
        Fields fields =
                Fields.read(
                        problems,
                        "rules." + name,
                        entry.key().place(),
                        entry.value(),
                        FileKeys.LOCAL_RULE,
                        true);
        When when = fields.has("when") ? when(fields) : null;
        Matcher action = fields.has("do") ? DO.matcher(fields.text("do").strip()) : null;
        if (action == null) {
            return null;
        }
        if (!action.matches()) {
            fields.wrong(
                    "do", "is '" + fields.text("do") + "': expected ACTUATOR VALUE [for DURATION]");
            return null;
        }
        Order order = order(fields, action);
        if (when == null || order == null || !fields.complete()) {
            return null;
        }
        return new LocalRule(
                name, when, action.group(1), order, fields.text("when") + ": " + fields.text("do"));
    }

    private @Nullable When when(Fields fields) {
        String text = fields.text("when").strip();
        Matcher lost = LOST.matcher(text);
        if (lost.matches()) {
            return new When.BrokerLost(duration(fields, "when", lost.group(1)));
        }
        Matcher time = TIME.matcher(text);
        if (time.matches()) {
            return new When.TimeOfDay(
                    LocalTime.of(Integer.parseInt(time.group(1)), Integer.parseInt(time.group(2))));
        }
        Matcher threshold = THRESHOLD.matcher(text);
        if (threshold.matches()) {
            known(fields, "when", threshold.group(1), sensors, "a sensor");
            String channel = threshold.group(1) + "." + threshold.group(2);
            rules.mention(fields.placeOf("when"), fields.path("when"), channel);
            String hysteresis = threshold.group(5);
            return new When.Threshold(
                    channel,
                    threshold.group(3).equals("above"),
                    new BigDecimal(threshold.group(4)),
                    hysteresis == null ? BigDecimal.ZERO : new BigDecimal(hysteresis),
                    duration(fields, "when", threshold.group(6)));
        }
        Matcher event = EVENT.matcher(text);
        if (event.matches()) {
            return event(fields, event.group(1), event.group(2));
        }
        fields.wrong(
                "when",
                "is '"
                        + Messages.shortened(text)
                        + "': expected INPUT.EVENT, SENSOR.CHANNEL above NUMBER, time HH:MM or broker lost");
        return null;
    }

    private @Nullable When event(Fields fields, String input, String word) {
        known(fields, "when", input, inputs, "an input");
        List<String> names =
                inputConfigs.stream()
                        .filter(i -> i.name().equals(input))
                        .map(i -> words(i.kind()))
                        .findFirst()
                        .orElse(EVENT_NAMES);
        boolean aButton = names.equals(EVENT_NAMES);
        int pattern = aButton ? Gestures.pattern(word) : 0;
        if (pattern != 0) {
            return new When.Event(input, Gestures.Kind.PATTERN, pattern);
        }
        When.Event event = names.contains(word) ? EVENTS.get(word) : null;
        if (event == null) {
            fields.wrong(
                    "when",
                    "names the event '"
                            + word
                            + "': expected "
                            + (names.isEmpty()
                                    ? "a button or an encoder: a counter sets nothing off"
                                    : "one of " + String.join(", ", names))
                            + (aButton ? ", or short and long such as short-long" : "")
                            + Messages.didYouMean(word, names));
            return null;
        }
        return new When.Event(input, event.kind(), event.count());
    }

    private static List<String> words(InputConfig.Kind kind) {
        return switch (kind) {
            case InputConfig.Kind.Button button -> EVENT_NAMES;
            case InputConfig.Kind.Encoder encoder -> TURN_NAMES;
            case InputConfig.Kind.Counter counter -> List.of();
        };
    }

    private @Nullable Order order(Fields fields, Matcher action) {
        known(fields, "do", action.group(1), actuatorNames, "an actuator");
        long forNs = duration(fields, "do", action.group(3));
        List<String> members =
                groups.stream()
                        .filter(group -> group.name().equals(action.group(1)))
                        .map(GroupConfig::members)
                        .findFirst()
                        .orElse(List.of(action.group(1)));
        Order order = null;
        for (ActuatorConfig actuator : actuators) {
            if (!members.contains(actuator.name())) {
                continue;
            }
            if (action.group(2).equals("safe")) {
                return Order.SAFE;
            }
            try {
                long value = actuator.values().parse(action.group(2));
                limits(fields, actuator, value, forNs);
                order = new Order(false, value, forNs, 0);
            } catch (IllegalArgumentException e) {
                fields.wrong("do", "asks for " + e.getMessage());
                return null;
            }
        }
        return order;
    }

    private static void limits(Fields fields, ActuatorConfig actuator, long value, long forNs) {
        boolean rest =
                actuator.values() instanceof ValueKind.Position && value == ValueKind.Position.REST;
        if (!rest
                && value != actuator.safe()
                && (value < actuator.rules().least() || value > actuator.rules().most())) {
            fields.wrong("do", "asks for a value outside the actuator's 'min' and 'max'");
        }
        long maxOnNs = actuator.rules().maxOnNs();
        if (forNs > actuator.rules().longestLeaseNs() || (maxOnNs > 0 && forNs > maxOnNs)) {
            fields.wrong("do", "asks for longer than the actuator's 'longest-lease' or 'max-on'");
        }
    }

    private static long duration(Fields fields, String key, @Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            return Math.min(Millis.parse(text), 366L * 24 * 3_600_000) * NS_PER_MS;
        } catch (IllegalArgumentException e) {
            fields.wrong(key, "says for " + e.getMessage());
            return 0;
        }
    }

    private static void known(
            Fields fields, String key, String name, List<String> known, String what) {
        if (!known.contains(name)) {
            fields.wrong(
                    key,
                    "names '"
                            + name
                            + "': expected "
                            + what
                            + ": "
                            + Messages.oneOf(known)
                            + Messages.didYouMean(name, known));
        }
    }
}
