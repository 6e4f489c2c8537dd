package dev.pipit.benchmark.telemetry;

import java.util.Locale;

/** The figures that were meant: what is measured says beside itself whether it keeps them. */
final class Figures {
    private static int missed;

    private Figures() {}

    /** {@code "<= 4.70 met"} or {@code "<= 4.70 MISSED"}. */
    static String atMost(double figure, double measured) {
        // As it is printed: what would be called 4.70 keeps 4.7.
        boolean met = Math.round(measured * 100) <= Math.round(figure * 100);
        missed += met ? 0 : 1;
        return String.format(Locale.ROOT, "<= %s %s", shortest(figure), met ? "met" : "MISSED");
    }

    private static String shortest(double figure) {
        return figure == Math.rint(figure) ? Long.toString((long) figure) : Double.toString(figure);
    }

    /** What a process that measured ends with: 0, or 1 where a figure was missed. */
    static int status() {
        return missed == 0 ? 0 : 1;
    }
}
