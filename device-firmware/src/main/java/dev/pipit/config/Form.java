package dev.pipit.config;

import dev.pipit.driver.Millis;
import dev.pipit.driver.Option;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What may be written behind a key. One description serves the check, the error message and the
 * reference.
 */
public sealed interface Form {
    /** One of a few words. */
    record Choice(List<String> words) implements Form {
        public Choice {
            words = List.copyOf(words);
        }
    }

    /**
     * A whole number.
     *
     * @param hex whether people write it as {@code 0x76}; either way is read
     */
    record Whole(long least, long most, boolean hex) implements Form {}

    /** A decimal number. */
    record Decimal() implements Form {}

    /** A duration with its unit. */
    record Duration(long leastMs, long mostMs) implements Form {}

    /** {@code true} or {@code false}. */
    record Flag() implements Form {}

    /**
     * Text.
     *
     * @param inWords what an error message says was expected
     */
    record Text(Pattern pattern, String inWords) implements Form {}

    /** A value of the actuator that the key belongs to, checked once its driver is known. */
    record Value() implements Form {}

    /** One or a list of something. */
    record Many(Form item, int most) implements Form {}

    /** Keys of its own. */
    record Nested(List<Key> keys) implements Form {
        public Nested {
            keys = List.copyOf(keys);
        }
    }

    /** A list of mappings, each with keys of its own. */
    record NestedMany(List<Key> keys, int most) implements Form {
        public NestedMany {
            keys = List.copyOf(keys);
        }
    }

    /** A driver's own description of an option, as a form. */
    static Form of(Option.Kind kind) {
        return switch (kind) {
            case Option.Kind.Choice c -> new Choice(c.words());
            case Option.Kind.Whole w -> new Whole(w.least(), w.most(), false);
            case Option.Kind.Millis m -> new Duration(m.leastMs(), m.mostMs());
            case Option.Kind.Flag f -> new Flag();
            case Option.Kind.Pin p -> FileKeys.PIN;
            case Option.Kind.Text t -> new Text(Pattern.compile(t.pattern()), t.inWords());
        };
    }

    /** What was expected, for messages and for the reference. */
    default String inWords() {
        return switch (this) {
            case Choice c ->
                    c.words().size() == 1
                            ? "'" + c.words().getFirst() + "'"
                            : "one of " + String.join(", ", c.words());
            case Whole w ->
                    "a whole number from " + number(w, w.least()) + " to " + number(w, w.most());
            case Duration d ->
                    d.mostMs() == Long.MAX_VALUE
                            ? "a duration of " + Millis.format(d.leastMs()) + " or longer"
                            : "a duration from "
                                    + Millis.format(d.leastMs())
                                    + " to "
                                    + Millis.format(d.mostMs());
            case Decimal n -> "a number";
            case Flag f -> "true or false";
            case Text t -> t.inWords();
            case Value v -> "a value of the actuator";
            case Many m -> m.item().inWords() + ", or a list of up to " + m.most();
            case Nested n -> "keys of its own";
            case NestedMany n -> "a list of up to " + n.most() + " entries with keys of their own";
        };
    }

    /**
     * Reads a scalar.
     *
     * @return {@link String}, {@link Long} (durations in milliseconds), {@link BigDecimal} or
     *     {@link Boolean}
     * @throws IllegalArgumentException whose message is the rest of a sentence: {@code "expected
     *     ..."}
     */
    default Object parse(String text) {
        return switch (this) {
            case Choice c -> {
                if (!c.words().contains(text)) {
                    throw new IllegalArgumentException(
                            "expected " + inWords() + Messages.didYouMean(text, c.words()));
                }
                yield text;
            }
            case Whole w -> {
                long value = wholeNumber(text);
                if (value < w.least() || value > w.most()) {
                    throw expected();
                }
                yield value;
            }
            case Decimal n -> {
                if (!text.matches("[+-]?\\d{1,12}(\\.\\d{1,9})?")) {
                    throw expected();
                }
                yield new BigDecimal(text);
            }
            case Duration d -> milliseconds(d, text);
            case Flag f ->
                    switch (text) {
                        case "true" -> true;
                        case "false" -> false;
                        default ->
                                throw new IllegalArgumentException(
                                        "expected " + inWords() + trueOrFalse(text));
                    };
            case Text t -> {
                if (!t.pattern().matcher(text).matches()) {
                    throw expected();
                }
                yield text;
            }
            case Value v -> text;
            case Many m -> m.item().parse(text);
            case Nested n -> throw expected();
            case NestedMany n -> throw expected();
        };
    }

    private long milliseconds(Duration d, String text) {
        long millis;
        try {
            millis = Millis.parse(text);
        } catch (IllegalArgumentException e) {
            String hint =
                    text.matches("\\d{1,12}")
                            ? "; did you mean '" + text + "s' or '" + text + "ms'?"
                            : "";
            throw new IllegalArgumentException(
                    "expected " + inWords() + " with its unit: ms, s, m, h or d" + hint, e);
        }
        if (millis < d.leastMs() || millis > d.mostMs()) {
            throw expected();
        }
        return millis;
    }

    private long wholeNumber(String text) {
        try {
            return text.startsWith("0x")
                    ? Long.parseLong(text.substring(2), 16)
                    : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw expected();
        }
    }

    private IllegalArgumentException expected() {
        return new IllegalArgumentException("expected " + inWords());
    }

    private static String trueOrFalse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "yes", "on", "1", "true" -> "; did you mean 'true'?";
            case "no", "off", "0", "false" -> "; did you mean 'false'?";
            default -> "";
        };
    }

    private static String number(Whole form, long value) {
        return form.hex() ? String.format("0x%02X", value) : Long.toString(value);
    }
}
