package dev.pipit.sampling.filter;

import dev.pipit.driver.Fault;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * A channel's filters in order, from integers of the driver's resolution to integers of the
 * resolution that is reported.
 */
public final class FilterPipeline {
    private final Filter[] filters;
    private final double resolution;
    private final double perUnit;
    private final boolean passesOn;
    private long value;
    private Fault fault = Fault.WARMING_UP;

    public FilterPipeline(BigDecimal resolution, List<Filter> filters) {
        this(resolution, resolution, filters);
    }

    /**
     * @param resolution of what comes in, in the driver's unit
     * @param reported resolution of what comes out, in the unit after the last filter
     */
    public FilterPipeline(BigDecimal resolution, BigDecimal reported, List<Filter> filters) {
        this.passesOn = filters.isEmpty() && resolution.compareTo(reported) == 0;
        this.filters = filters.toArray(Filter[]::new);
        this.resolution = resolution.doubleValue();
        // A division by 0.01 rounds once; a product with it twice.
        perUnit = BigDecimal.ONE.divide(reported, MathContext.DECIMAL64).doubleValue();
    }

    /**
     * Filters one value; allocates nothing.
     *
     * @param raw in units of the resolution
     * @return whether there is a result: {@link #value()}; else {@link #fault()} says why
     */
    public boolean apply(long raw, long timeMs) {
        if (passesOn) {
            value = raw;
            return true;
        }
        double x = raw * resolution;
        for (Filter filter : filters) {
            x = filter.apply(x, timeMs);
            if (Double.isNaN(x)) {
                fault = filter.fault();
                return false;
            }
        }
        double scaled = Math.rint(x * perUnit);
        if (Math.abs(scaled) >= 0x1p53) {
            fault = scaled < 0 ? Fault.UNDER_RANGE : Fault.OVER_RANGE;
            return false;
        }
        value = (long) scaled;
        return true;
    }

    /** The last result, in units of the resolution. */
    public long value() {
        return value;
    }

    /** Why the last value gave no result. */
    public Fault fault() {
        return fault;
    }

    /** By how much results lag behind, for a sensor read at an interval. */
    public long latencyMs(long intervalMs) {
        double samples = 0;
        for (Filter filter : filters) {
            samples += filter.latencySamples();
        }
        return Math.round(samples * intervalMs);
    }

    /** After a value went missing: filters start afresh. */
    public void reset() {
        for (Filter filter : filters) {
            filter.reset();
        }
    }
}
