package dev.pipit.config;

import dev.pipit.config.Form.Decimal;
import dev.pipit.config.Form.Duration;
import dev.pipit.config.Form.Flag;
import dev.pipit.config.Form.Many;
import dev.pipit.config.Form.Nested;
import dev.pipit.config.Form.NestedMany;
import dev.pipit.config.Form.Text;
import dev.pipit.config.Form.Whole;
import java.util.List;
import java.util.regex.Pattern;

/** The keys that say what happens to a sensor's readings before they are told. */
final class ChannelKeys {
    static final int MOST_FILTERS = 8;

    static final Form CHANNEL_NAME =
            new Text(
                    Pattern.compile("[a-z][a-z0-9_]{0,31}"),
                    "a name of up to 32 lower-case letters, digits and '_' that starts with a letter");

    private static final Form WINDOW = new Whole(2, 1024, false);
    private static final Form BOUNDS = new Many(new Decimal(), 2);

    private static final Form DELTA =
            new Text(
                    Pattern.compile("(?=.*[1-9])\\d{1,12}(\\.\\d{1,9})?%?"),
                    "a number above 0 in the channel's unit, or a percentage such as 2%");

    private static final Form SPAN = new Duration(10, 366L * 24 * 3_600_000);

    /** One entry of {@code filters}: one of these, in the order in which they work. */
    static final List<Key> FILTER =
            List.of(
                    Key.optional("offset", new Decimal(), "is added", "-0.3"),
                    Key.optional("scale", new Decimal(), "is multiplied by", "1.8"),
                    Key.optional(
                            "points",
                            new Many(
                                    new Text(
                                            Pattern.compile(
                                                    "[+-]?\\d{1,12}(\\.\\d{1,9})? *=> *[+-]?\\d{1,12}(\\.\\d{1,9})?"),
                                            "RAW => REAL"),
                                    64),
                            "calibration: straight lines between what the sensor says and what is true there,"
                                    + " 2 to 64 points, the first number rising",
                            "[0 => 0.4, 100 => 99.1]"),
                    Key.optional(
                            "polynomial",
                            new Many(new Decimal(), 8),
                            "calibration: coefficients, the constant first",
                            "[0.4, 0.987]"),
                    Key.optional(
                            "range",
                            BOUNDS,
                            "lowest and highest value that can be; what lies outside is a fault, under range or"
                                    + " over range",
                            "[-40, 85]"),
                    Key.optional(
                            "clamp",
                            BOUNDS,
                            "lowest and highest value; what lies outside becomes the bound",
                            "[0, 100]"),
                    Key.optional(
                            "median", WINDOW, "the middle one of the last so many values", "5"),
                    Key.optional("average", WINDOW, "the mean of the last so many values", "10"),
                    Key.optional(
                            "exponential",
                            new Decimal(),
                            "moving average that takes so much of every new value, above 0 up to 1",
                            "0.2"),
                    Key.optional("minimum", WINDOW, "the least of the last so many values", "60"),
                    Key.optional(
                            "maximum", WINDOW, "the greatest of the last so many values", "60"),
                    Key.optional(
                            "total",
                            new Decimal(),
                            "a counter of pulses to what they amount to since the start, so much per pulse",
                            "0.001"),
                    Key.optional(
                            "rate",
                            new Decimal(),
                            "a counter of pulses to what they amount to per second, so much per pulse",
                            "0.001"),
                    Key.optional(
                            "bits",
                            new Whole(8, 48, false),
                            "beside 'total' or 'rate': where the counter wraps round; a counter that goes back"
                                    + " without it has started afresh",
                            "32"));

    static final Key DELTA_KEY =
            Key.optional(
                    "delta",
                    DELTA,
                    "a reading is reported only when a value has moved so far since the last report, or its"
                            + " fault has changed",
                    "0.1");

    static final Key HEARTBEAT =
            Key.optional(
                    "heartbeat",
                    SPAN,
                    "longest silence: then a reading is reported without a change",
                    "10m");

    static final Key THROTTLE =
            Key.optional("throttle", SPAN, "shortest time between two reports", "5s");

    /** One entry of {@code channels}, whose name is the channel's. */
    static final List<Key> CHANNEL =
            List.of(
                    Key.optional(
                            "from",
                            CHANNEL_NAME,
                            "the driver's channel that a channel of another name is made of",
                            "count"),
                    Key.usually("omit", new Flag(), "false", "whether it is not reported", "true"),
                    Key.optional(
                            "unit",
                            new Text(Pattern.compile("[A-Za-z0-9%/]{1,16}"), "a SenML unit"),
                            "SenML unit after the filters; where nothing is written, the driver's",
                            "m3/s"),
                    Key.optional(
                            "resolution",
                            new Text(
                                    Pattern.compile("(?=.*[1-9])\\d{1,9}(\\.\\d{1,12})?"),
                                    "a number above 0"),
                            "the smallest step that is told, in the channel's unit; where nothing is written, the"
                                    + " driver's",
                            "0.05"),
                    Key.optional(
                            "filters",
                            new NestedMany(FILTER, MOST_FILTERS),
                            "what happens to every value, in the order written",
                            "[{median: 5}, {offset: -0.3}]"),
                    DELTA_KEY,
                    HEARTBEAT,
                    THROTTLE);

    /** What every sensor may have. */
    static final List<Key> SENSOR =
            List.of(
                    DELTA_KEY,
                    HEARTBEAT,
                    THROTTLE,
                    Key.optional(
                            "channels",
                            new Nested(List.of()),
                            "what differs for one channel, by its name: filters, resolution, when to report",
                            "{temperature: {resolution: 0.05, delta: 0.1}}"));

    private ChannelKeys() {}
}
