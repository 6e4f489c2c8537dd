package dev.pipit.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** The wording that error messages share. */
final class Messages {
    private static final int LONGEST_QUOTE = 40;

    /** What other programs call our keys. */
    private static final Map<String, String> ELSEWHERE =
            Map.ofEntries(
                    Map.entry("interval", "every"),
                    Map.entry("period", "every"),
                    Map.entry("gpio", "pin"),
                    Map.entry("type", "driver"),
                    Map.entry("model", "driver"),
                    Map.entry("i2c", "bus"),
                    Map.entry("host", "url"),
                    Map.entry("uri", "url"),
                    Map.entry("hostname", "url"),
                    Map.entry("user", "username"),
                    Map.entry("password", "password-file"),
                    Map.entry("failsafe", "safe"),
                    Map.entry("default", "safe"),
                    Map.entry("inverted", "active"),
                    Map.entry("invert", "active"),
                    Map.entry("bounce", "debounce"),
                    Map.entry("outputs", "actuators"),
                    Map.entry("mqtt", "broker"),
                    Map.entry("name", "id"));

    private Messages() {}

    /** Text of a user's as a message quotes it: on one line, without control characters. */
    static String shortened(String text) {
        String printable = text.replaceAll("\\p{Cntrl}+", " ");
        return printable.length() <= LONGEST_QUOTE
                ? printable
                : printable.substring(0, LONGEST_QUOTE) + "...";
    }

    /** {@code "; did you mean 'every'?"} where a known word is near, else nothing. */
    static String didYouMean(String written, Collection<String> known) {
        String elsewhere = ELSEWHERE.get(written.toLowerCase(Locale.ROOT));
        if (elsewhere != null && known.contains(elsewhere)) {
            return "; did you mean '" + elsewhere + "'?";
        }
        String folded = fold(written);
        String best = null;
        int least = Math.max(1, folded.length() / 3) + 1;
        for (String word : known) {
            int distance = distance(folded, fold(word));
            if (distance < least) {
                least = distance;
                best = word;
            }
        }
        return best == null ? "" : "; did you mean '" + best + "'?";
    }

    /** The place of a mistake when a required key is missing: names what the key is for. */
    static String oneOf(Collection<String> words) {
        return words.isEmpty() ? "none" : String.join(", ", words);
    }

    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
    }

    /**
     * How many characters to insert, delete, replace or swap with their neighbour (optimal string
     * alignment).
     */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + same);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
