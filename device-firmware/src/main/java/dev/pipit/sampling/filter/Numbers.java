package dev.pipit.sampling.filter;

/** Checks of what filters are made with. */
final class Numbers {
    private Numbers() {}

    static void finite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(what + " is " + value + ": expected a number");
        }
    }

    static void ordered(String what, double low, double high) {
        finite(what, low);
        finite(what, high);
        if (low >= high) {
            throw new IllegalArgumentException(
                    what + " from " + low + " to " + high + ": expected the lower bound first");
        }
    }

    static int window(int samples) {
        if (samples < 1 || samples > 1024) {
            throw new IllegalArgumentException(
                    "window of " + samples + " samples: expected 1 to 1024");
        }
        return samples;
    }
}
