package dev.pipit.config;

import dev.pipit.config.Form.Choice;
import dev.pipit.config.Form.Duration;
import java.util.List;

/** The keys of inputs, which differ with what an input's edges mean. */
final class InputKeys {
    static final Key INPUT_KIND =
            Key.usually(
                    "kind",
                    new Choice(List.of("button", "encoder", "counter")),
                    "button",
                    "what its edges mean: a button or switch, one contact of a rotary encoder, a meter's pulses",
                    "encoder");

    /** What every input has. */
    static final List<Key> INPUT =
            List.of(
                    INPUT_KIND,
                    Key.required("pin", FileKeys.PIN, FileKeys.PIN_SUMMARY, "17"),
                    Key.usually(
                            "pull",
                            new Choice(List.of("up", "down", "none")),
                            "none",
                            "resistor inside the chip",
                            "up"),
                    Key.usually(
                            "active",
                            new Choice(List.of("high", "low")),
                            "high",
                            "level that counts as pressed",
                            "low"),
                    Key.usually(
                            "debounce",
                            new Duration(0, 10_000),
                            "20ms",
                            "how long a level must stand to count; 1ms for an encoder and 0ms for a counter where"
                                    + " nothing is written",
                            "20ms"));

    /** What a button has beside. */
    static final List<Key> BUTTON =
            List.of(
                    Key.usually(
                            "click-gap",
                            new Duration(50, 5_000),
                            "300ms",
                            "how long after a release another press still belongs to the same gesture",
                            "300ms"),
                    Key.usually(
                            "hold",
                            new Duration(100, 60_000),
                            "800ms",
                            "how long a press must last to be a hold, and long in a gesture",
                            "800ms"));

    /** What a rotary encoder has beside. */
    static final List<Key> ENCODER =
            List.of(
                    Key.required("pin-b", FileKeys.PIN, "BCM number of the other contact", "22"),
                    Key.usually(
                            "steps",
                            new Choice(List.of("1", "2", "4")),
                            "4",
                            "changes of level from one detent to the next",
                            "4"));

    /** What a pulse counter has beside. */
    static final List<Key> COUNTER =
            List.of(
                    Key.usually(
                            "shortest",
                            new Duration(0, 60_000),
                            "5ms",
                            "how long a pulse must last to count",
                            "5ms"),
                    Key.usually(
                            "report",
                            new Duration(1_000, 86_400_000),
                            "10s",
                            "how often a total that has grown is told",
                            "1m"));

    private InputKeys() {}
}
