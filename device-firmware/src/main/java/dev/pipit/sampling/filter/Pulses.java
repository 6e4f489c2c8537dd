package dev.pipit.sampling.filter;

/**
 * A counter's reading to what it counts: a total, or a rate per second since the value before. A
 * counter that goes back has wrapped round, if it has a width, or else has started afresh.
 */
public final class Pulses implements Filter {
    private final double perPulse;
    private final double modulus;
    private final boolean rate;
    private double last = Double.NaN;
    private long lastMs;
    private double total;

    private Pulses(double perPulse, double modulus, boolean rate) {
        Numbers.finite("amount per pulse", perPulse);
        this.perPulse = perPulse;
        this.modulus = modulus;
        this.rate = rate;
    }

    /**
     * What all pulses so far amount to.
     *
     * @param perPulse how much one pulse is, in the channel's unit
     * @param counterBits where the counter wraps round; 0: it does not
     */
    public static Pulses total(double perPulse, int counterBits) {
        return new Pulses(perPulse, modulus(counterBits), false);
    }

    /** As {@link #total}, but per second. The first value gives none. */
    public static Pulses rate(double perPulse, int counterBits) {
        return new Pulses(perPulse, modulus(counterBits), true);
    }

    private static double modulus(int counterBits) {
        if (counterBits < 0 || counterBits > 48) {
            throw new IllegalArgumentException(
                    "counter of " + counterBits + " bits: expected 0 to 48");
        }
        return counterBits == 0 ? 0 : Math.scalb(1.0, counterBits);
    }

    @Override
    public double apply(double value, long timeMs) {
        double before = last;
        long beforeMs = lastMs;
        last = value;
        lastMs = timeMs;
        if (Double.isNaN(before)) {
            return rate ? Double.NaN : total * perPulse;
        }
        double pulses = value - before;
        if (pulses < 0) {
            pulses = modulus > 0 ? pulses + modulus : value;
        }
        total += pulses;
        if (!rate) {
            return total * perPulse;
        }
        return timeMs > beforeMs ? pulses * perPulse * 1000 / (timeMs - beforeMs) : Double.NaN;
    }

    @Override
    public double latencySamples() {
        return rate ? 0.5 : 0;
    }

    /** The total stays; only the distance to the next value is not counted. */
    @Override
    public void reset() {
        last = Double.NaN;
    }
}
