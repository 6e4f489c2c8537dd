package dev.pipit.sampling.filter;

/** Offset, scale and curvature: {@code c0 + c1 x + c2 x^2 + ...}. */
public final class Polynomial implements Filter {
    private final double[] coefficients;

    /**
     * @param coefficients constant first, 1 to 8, all finite
     */
    public Polynomial(double... coefficients) {
        if (coefficients.length < 1 || coefficients.length > 8) {
            throw new IllegalArgumentException(
                    coefficients.length + " coefficients: expected 1 to 8");
        }
        for (double coefficient : coefficients) {
            Numbers.finite("coefficient", coefficient);
        }
        this.coefficients = coefficients.clone();
    }

    /** Adds a constant. */
    public static Polynomial offset(double offset) {
        return new Polynomial(offset, 1);
    }

    /** Multiplies by a constant. */
    public static Polynomial scale(double factor) {
        return new Polynomial(0, factor);
    }

    @Override
    public double apply(double value, long timeMs) {
        double result = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            result = result * value + coefficients[i];
        }
        return result;
    }
}
