package dev.pipit.board.simulated;

/**
 * One quantity of the simulated world, such as {@code air.temperature}: either drifting around a
 * usual value or standing where somebody has put it.
 *
 * <p>The drift is a sum of three slow waves whose phases come from the seed: the same seed and the
 * same time give the same value, and neighbouring readings are near each other as weather's are.
 */
public final class Quantity {
    /** Periods in seconds: none a multiple of another, so that it does not look periodic. */
    private static final double[] PERIODS_S = {47, 311, 1_709};

    private static final double[] SHARES = {0.1, 0.3, 0.6};

    private final String name;
    private final double usual;
    private final double swing;
    private final double least;
    private final double most;
    private final double[] phases;

    private volatile boolean drifting;
    private volatile double standing;

    /**
     * @param usual the value in the middle
     * @param swing how far it drifts to either side
     * @param least the smallest value that may be set
     * @param most the largest value that may be set
     */
    Quantity(
            String name,
            double usual,
            double swing,
            double least,
            double most,
            double[] phases,
            boolean drifting) {
        this.name = name;
        this.usual = usual;
        this.swing = swing;
        this.least = least;
        this.most = most;
        this.phases = phases;
        this.drifting = drifting;
        this.standing = usual;
    }

    static double[] phases(java.util.random.RandomGenerator random) {
        double[] phases = new double[PERIODS_S.length];
        for (int i = 0; i < phases.length; i++) {
            phases[i] = random.nextDouble() * 2 * Math.PI;
        }
        return phases;
    }

    public String name() {
        return name;
    }

    public double least() {
        return least;
    }

    public double most() {
        return most;
    }

    /**
     * @param nanos on the world's clock
     */
    public double at(long nanos) {
        if (!drifting) {
            return standing;
        }
        double value = usual;
        for (int i = 0; i < PERIODS_S.length; i++) {
            double turn = nanos / 1e9 / PERIODS_S[i];
            value += swing * SHARES[i] * Math.sin(2 * Math.PI * turn + phases[i]);
        }
        return value;
    }

    void stand(double value) {
        standing = value;
        drifting = false;
    }
}
