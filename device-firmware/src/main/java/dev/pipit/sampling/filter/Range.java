package dev.pipit.sampling.filter;

import dev.pipit.driver.Fault;

/** Bounds: what lies outside is held to the bound, or is a fault. */
public final class Range implements Filter {
    private final double low;
    private final double high;
    private final boolean clamps;
    private Fault fault = Fault.OVER_RANGE;

    private Range(double low, double high, boolean clamps) {
        Numbers.ordered("range", low, high);
        this.low = low;
        this.high = high;
        this.clamps = clamps;
    }

    /** Holds values to the bounds. */
    public static Range clamp(double low, double high) {
        return new Range(low, high, true);
    }

    /** Makes values outside a fault: under range or over range. */
    public static Range orFault(double low, double high) {
        return new Range(low, high, false);
    }

    @Override
    public double apply(double value, long timeMs) {
        if (value >= low && value <= high) {
            return value;
        }
        fault = value < low ? Fault.UNDER_RANGE : Fault.OVER_RANGE;
        if (!clamps) {
            return Double.NaN;
        }
        return value < low ? low : high;
    }

    @Override
    public Fault fault() {
        return fault;
    }
}
