package dev.pipit.sampling.filter;

/** Each value moves the average by a part of the distance to it. */
public final class ExponentialAverage implements Filter {
    private final double weight;
    private double average = Double.NaN;

    /**
     * @param weight of the newest value, above 0 up to 1
     */
    public ExponentialAverage(double weight) {
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException("weight " + weight + ": expected above 0, up to 1");
        }
        this.weight = weight;
    }

    @Override
    public double apply(double value, long timeMs) {
        average = Double.isNaN(average) ? value : average + weight * (value - average);
        return average;
    }

    @Override
    public double latencySamples() {
        return (1 - weight) / weight;
    }

    @Override
    public void reset() {
        average = Double.NaN;
    }
}
