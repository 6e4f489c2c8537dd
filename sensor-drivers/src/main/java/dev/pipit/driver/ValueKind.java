package dev.pipit.driver;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;

/** The values that an actuator takes, as integers inside and as text outside. */
public sealed interface ValueKind {
    /**
     * Reads a value as a user writes it.
     *
     * @throws IllegalArgumentException with words that say what was expected
     */
    long parse(String text);

    /** Writes a value as {@link #parse} reads it. */
    String format(long value);

    /** What an error message says was expected. */
    String expected();

    /** {@code off} is 0, {@code on} is 1. */
    record Switch() implements ValueKind {
        @Override
        public long parse(String text) {
            return switch (text.strip().toLowerCase(Locale.ROOT)) {
                case "on", "1", "true" -> 1;
                case "off", "0", "false" -> 0;
                default ->
                        throw new IllegalArgumentException(
                                "'" + text + "': expected " + expected());
            };
        }

        @Override
        public String format(long value) {
            return value == 0 ? "off" : "on";
        }

        @Override
        public String expected() {
            return "on or off";
        }
    }

    /**
     * A number.
     *
     * @param unit as people write it: {@code %}
     * @param resolution the value of the integer 1
     * @param least the smallest integer
     * @param most the largest integer
     */
    record Level(String unit, BigDecimal resolution, long least, long most) implements ValueKind {
        @Override
        public long parse(String text) {
            String trimmed = text.strip();
            if (!unit.isEmpty() && trimmed.endsWith(unit)) {
                trimmed = trimmed.substring(0, trimmed.length() - unit.length()).strip();
            }
            // Bounded before BigDecimal sees it: an exponent such as 1e999999999 would cost
            // minutes.
            if (!trimmed.matches("[+-]?\\d{1,15}(\\.\\d{1,12})?")) {
                if (trimmed.equalsIgnoreCase("off") && least <= 0 && most >= 0) {
                    return 0;
                }
                throw new IllegalArgumentException("'" + text + "': expected " + expected());
            }
            BigDecimal steps = new BigDecimal(trimmed).divide(resolution);
            if (steps.compareTo(BigDecimal.valueOf(least)) < 0
                    || steps.compareTo(BigDecimal.valueOf(most)) > 0) {
                throw new OutOfRange("'" + text + "': expected " + expected());
            }
            return steps.setScale(0, java.math.RoundingMode.HALF_EVEN).longValueExact();
        }

        @Override
        public String format(long value) {
            BigDecimal number = resolution.multiply(BigDecimal.valueOf(value)).stripTrailingZeros();
            return number.toPlainString();
        }

        @Override
        public String expected() {
            return "a number from "
                    + format(least)
                    + " to "
                    + format(most)
                    + (unit.isEmpty() ? "" : " " + unit);
        }
    }

    /**
     * A place to go to, or {@link #REST}: to stay as it is with nothing driven.
     *
     * @param level where it can go
     * @param rest the word for {@link #REST}: {@code stop}, {@code off}, {@code release}
     * @param words names of places, by their value; the first of each is the one that is written
     */
    record Position(Level level, String rest, Map<String, Long> words) implements ValueKind {
        /** Nothing driven. */
        public static final long REST = Long.MIN_VALUE + 1;

        /** A place that nobody knows, as after a start. Never parsed. */
        public static final long UNKNOWN = Long.MIN_VALUE + 2;

        public Position {
            words = Map.copyOf(words);
        }

        @Override
        public long parse(String text) {
            String word = text.strip().toLowerCase(Locale.ROOT);
            if (word.equals(rest)) {
                return REST;
            }
            Long place = words.get(word);
            if (place != null) {
                return place;
            }
            if (word.equals("off")) {
                throw new IllegalArgumentException("'" + text + "': expected " + expected());
            }
            try {
                return level.parse(text);
            } catch (OutOfRange e) {
                throw new OutOfRange("'" + text + "': expected " + expected());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + text + "': expected " + expected(), e);
            }
        }

        @Override
        public String format(long value) {
            return value == REST ? rest : value == UNKNOWN ? "unknown" : level.format(value);
        }

        @Override
        public String expected() {
            StringBuilder names = new StringBuilder(rest);
            words.keySet().stream().sorted().forEach(word -> names.append(", ").append(word));
            return names + " or " + level.expected();
        }
    }

    /** A well-formed value outside the actuator's range. */
    final class OutOfRange extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        public OutOfRange(String message) {
            super(message);
        }
    }
}
