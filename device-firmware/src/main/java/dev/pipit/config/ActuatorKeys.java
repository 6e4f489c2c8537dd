package dev.pipit.config;

import dev.pipit.config.Form.Choice;
import dev.pipit.config.Form.Decimal;
import dev.pipit.config.Form.Duration;
import dev.pipit.config.Form.Flag;
import dev.pipit.config.Form.Many;
import dev.pipit.config.Form.NestedMany;
import dev.pipit.config.Form.Text;
import dev.pipit.config.Form.Value;
import dev.pipit.config.Form.Whole;
import dev.pipit.driver.ActuatorType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The keys that actuators have, beside their drivers' own: what each of them may be held to. */
final class ActuatorKeys {
    static final List<Key> ACTUATOR =
            List.of(
                    Key.required("pin", FileKeys.PIN, FileKeys.PIN_SUMMARY, "27"),
                    Key.required(
                            "safe",
                            new Value(),
                            "value that the output takes at start, at the end and whenever nobody vouches for another",
                            "off"));

    private static final Form FOREVER = new Duration(1, 366L * 24 * 3_600_000);

    /** One entry of {@code requires}. */
    static final List<Key> REQUIREMENT =
            List.of(
                    Key.optional(
                            "output",
                            FileKeys.NAME,
                            "another actuator that must have a certain value",
                            "valve"),
                    Key.optional("is", new Value(), "the value that it must have", "on"),
                    Key.optional(
                            "sensor",
                            new Text(
                                    Pattern.compile("[a-z][a-z0-9_-]{0,31}\\.[a-z][a-z0-9_]{0,31}"),
                                    "SENSOR.CHANNEL"),
                            "a measured quantity that must lie within bounds",
                            "tank.level"),
                    Key.optional(
                            "above",
                            new Decimal(),
                            "smallest value allowed, in the channel's unit",
                            "0.2"),
                    Key.optional(
                            "below",
                            new Decimal(),
                            "largest value allowed, in the channel's unit",
                            "60"),
                    Key.usually(
                            "max-age",
                            new Duration(10, 24L * 3_600_000),
                            "10s",
                            "age from which a measured value counts as missing",
                            "10s"));

    /** What every actuator may be held to, beside its pin and its safe value. */
    static final List<Key> RULES =
            List.of(
                    Key.optional(
                            "min", new Value(), "smallest value that a command may ask for", "20"),
                    Key.optional(
                            "max", new Value(), "largest value that a command may ask for", "80"),
                    Key.usually(
                            "lease",
                            FOREVER,
                            "60s",
                            "how long a value stands without being renewed; then the output goes safe",
                            "60s"),
                    Key.usually(
                            "longest-lease",
                            FOREVER,
                            "1d",
                            "longest lease or pulse that a command may ask for",
                            "1h"),
                    Key.usually(
                            "hold",
                            new Flag(),
                            "false",
                            "whether a value stands without a lease, for outputs that may be forgotten",
                            "true"),
                    Key.usually(
                            "on-disconnect",
                            new Choice(List.of("keep", "safe")),
                            "keep",
                            "what happens when the broker is lost: leases go on, or the output goes safe",
                            "safe"),
                    Key.optional("max-on", FOREVER, "longest time away from the safe value", "10m"),
                    Key.optional(
                            "min-on",
                            FOREVER,
                            "shortest time away from the safe value before 'off' may end it; 'safe' always may",
                            "30s"),
                    Key.optional(
                            "min-off",
                            FOREVER,
                            "shortest time at the safe value, also after a start",
                            "3m"),
                    Key.optional(
                            "switches-per-hour",
                            new Whole(1, 3600, false),
                            "how often it may leave the safe value in any hour",
                            "6"),
                    Key.optional(
                            "ramp",
                            new Duration(40, 24L * 3_600_000),
                            "time for a change from the smallest to the largest value; going safe never waits"
                                    + " for it",
                            "5s"),
                    Key.optional(
                            "excludes",
                            new Many(FileKeys.NAME, 16),
                            "actuators that must be at their safe values while this one is not",
                            "[down]"),
                    Key.optional(
                            "dead-time",
                            new Duration(1, 3_600_000),
                            "how long those must have been at their safe values before",
                            "500ms"),
                    Key.optional(
                            "requires",
                            new NestedMany(REQUIREMENT, 16),
                            "what must hold while it is away from its safe value",
                            "[{output: valve, is: on}]"),
                    Key.usually(
                            "latch",
                            new Flag(),
                            "false",
                            "whether a violation locks it until somebody acknowledges",
                            "true"),
                    Key.usually(
                            "critical",
                            new Flag(),
                            "false",
                            "whether commands that name a time of day are refused while the clock is not"
                                    + " synchronised",
                            "true"),
                    Key.usually(
                            "commands-per-second",
                            new Whole(1, 1000, false),
                            "10",
                            "how many commands a second are looked at, after 20 at once",
                            "10"),
                    Key.optional(
                            "roles",
                            new Many(FileKeys.NAME, 16),
                            "commands must be signed by a key with one of these roles",
                            "[operator]"));

    private ActuatorKeys() {}

    /** Every key that an actuator of one type may have. */
    static List<Key> of(ActuatorType type) {
        List<Key> keys = new ArrayList<>();
        keys.add(FileKeys.DRIVER);
        ACTUATOR.stream()
                .filter(key -> type.onePin() || !key.name().equals("pin"))
                .forEach(keys::add);
        keys.addAll(RULES);
        type.options().forEach(option -> keys.add(Key.of(option)));
        return keys;
    }
}
