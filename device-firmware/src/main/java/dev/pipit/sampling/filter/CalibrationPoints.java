package dev.pipit.sampling.filter;

/** Straight lines between measured points; beyond the ends, the outermost line goes on. */
public final class CalibrationPoints implements Filter {
    private final double[] raw;
    private final double[] real;

    /**
     * @param raw what the sensor says, strictly rising, 2 to 64
     * @param real what is true there, as many
     */
    public CalibrationPoints(double[] raw, double[] real) {
        if (raw.length < 2 || raw.length > 64 || raw.length != real.length) {
            throw new IllegalArgumentException(
                    raw.length + " and " + real.length + " points: expected 2 to 64 pairs");
        }
        for (int i = 1; i < raw.length; i++) {
            Numbers.ordered("points", raw[i - 1], raw[i]);
        }
        for (double value : real) {
            Numbers.finite("point", value);
        }
        this.raw = raw.clone();
        this.real = real.clone();
    }

    @Override
    public double apply(double value, long timeMs) {
        int i = 1;
        while (i < raw.length - 1 && value > raw[i]) {
            i++;
        }
        double slope = (real[i] - real[i - 1]) / (raw[i] - raw[i - 1]);
        return real[i - 1] + (value - raw[i - 1]) * slope;
    }
}
