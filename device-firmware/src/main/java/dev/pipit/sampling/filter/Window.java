package dev.pipit.sampling.filter;

import java.util.Arrays;

/** The last few values, seen as one: median, mean, least or greatest. */
public final class Window implements Filter {
    /** What is made of the values. */
    public enum Kind {
        MEDIAN,
        MEAN,
        LEAST,
        GREATEST
    }

    private final Kind kind;
    private final double[] values;
    private final double[] sorted;
    private int count;
    private int next;

    /**
     * @param samples 1 to 1024; until so many came, those that did are used
     */
    public Window(Kind kind, int samples) {
        this.kind = kind;
        values = new double[Numbers.window(samples)];
        sorted = new double[samples];
    }

    @Override
    public double apply(double value, long timeMs) {
        values[next] = value;
        next = (next + 1) % values.length;
        count = Math.min(count + 1, values.length);
        return switch (kind) {
            case MEDIAN -> median();
            case MEAN -> mean();
            case LEAST -> extreme(true);
            case GREATEST -> extreme(false);
        };
    }

    private double median() {
        System.arraycopy(values, 0, sorted, 0, count);
        // Insertion: no allocation, and a window is short.
        for (int i = 1; i < count; i++) {
            double value = sorted[i];
            int at = i;
            for (; at > 0 && sorted[at - 1] > value; at--) {
                sorted[at] = sorted[at - 1];
            }
            sorted[at] = value;
        }
        int middle = count / 2;
        return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private double mean() {
        // Summed anew: a running sum gathers rounding errors over months.
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        return sum / count;
    }

    private double extreme(boolean least) {
        double found = values[0];
        for (int i = 1; i < count; i++) {
            found = least ? Math.min(found, values[i]) : Math.max(found, values[i]);
        }
        return found;
    }

    @Override
    public double latencySamples() {
        return kind == Kind.MEDIAN || kind == Kind.MEAN
                ? (values.length - 1) / 2.0
                : values.length - 1;
    }

    @Override
    public void reset() {
        count = 0;
        next = 0;
        Arrays.fill(values, 0);
    }
}
