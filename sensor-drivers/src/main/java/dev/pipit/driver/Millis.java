package dev.pipit.driver;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as users write them: {@code 20ms}, {@code 1.5s}, {@code 10m}, {@code 2h}, {@code 7d}.
 */
public final class Millis {
    /** What an error message says was expected. */
    public static final String EXPECTED = "a duration such as 20ms, 1.5s, 10m, 2h or 7d";

    private static final Pattern DURATION =
            Pattern.compile("(\\d{1,12})(?:\\.(\\d{1,3}))?\\s?(ms|s|m|h|d)");

    private Millis() {}

    /**
     * @return the duration in milliseconds, 0 or above
     * @throws IllegalArgumentException where the text is no duration
     */
    public static long parse(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "': expected " + EXPECTED);
        }
        long unit =
                switch (matcher.group(3)) {
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 86_400_000;
                };
        long whole = Long.parseLong(matcher.group(1)) * unit;
        String fraction = matcher.group(2);
        if (fraction == null) {
            return whole;
        }
        return whole + Long.parseLong((fraction + "00").substring(0, 3)) * unit / 1_000;
    }

    /**
     * The shortest way to write a duration: {@code 1500} is {@code 1500ms}, {@code 60000} is {@code
     * 1m}.
     */
    public static String format(long millis) {
        if (millis == 0) {
            return "0s";
        }
        if (millis % 86_400_000 == 0) {
            return millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        if (millis % 1_000 == 0) {
            return millis / 1_000 + "s";
        }
        return millis + "ms";
    }
}
