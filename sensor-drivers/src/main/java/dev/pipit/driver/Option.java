package dev.pipit.driver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key that a driver understands beside those that all have.
 *
 * @param name as written, lower case with hyphens
 * @param summary one line for people, with the unit
 * @param kind what may be written
 * @param usual the text that stands where the user writes nothing; {@code null}: the key is
 *     required, or a pin that may be left out
 */
public record Option(String name, String summary, Kind kind, @Nullable String usual) {
    /** What may be written as an option's value. */
    public sealed interface Kind {
        /** One of a few words or numbers, as text. */
        record Choice(List<String> words) implements Kind {
            public Choice {
                words = List.copyOf(words);
            }
        }

        /** A whole number from {@code least} to {@code most}. */
        record Whole(long least, long most) implements Kind {}

        /** A duration such as {@code 20ms}, {@code 5s}; from {@code leastMs} to {@code mostMs}. */
        record Millis(long leastMs, long mostMs) implements Kind {}

        /** {@code true} or {@code false}. */
        record Flag() implements Kind {}

        /**
         * A pin of its own, by its BCM number.
         *
         * @param needed whether it must be written
         */
        record Pin(boolean needed) implements Kind {}

        /** Any text that matches a regular expression. */
        record Text(String pattern, String inWords) implements Kind {}
    }

    public static Option choice(String name, String summary, String usual, String... words) {
        return new Option(name, summary, new Kind.Choice(List.of(words)), usual);
    }

    public static Option whole(String name, String summary, long usual, long least, long most) {
        return new Option(name, summary, new Kind.Whole(least, most), Long.toString(usual));
    }

    public static Option flag(String name, String summary, boolean usual) {
        return new Option(name, summary, new Kind.Flag(), Boolean.toString(usual));
    }

    /** A pin that must be written. */
    public static Option pin(String name, String summary) {
        return new Option(name, summary, new Kind.Pin(true), null);
    }

    /** A pin that may be left out; {@link Options#has} says whether it was. */
    public static Option optionalPin(String name, String summary) {
        return new Option(name, summary, new Kind.Pin(false), null);
    }

    /** Whether it must be written. */
    public boolean required() {
        return usual == null && !(kind instanceof Kind.Pin pin && !pin.needed());
    }

    public static Option millis(
            String name, String summary, String usual, long leastMs, long mostMs) {
        return new Option(name, summary, new Kind.Millis(leastMs, mostMs), usual);
    }
}
