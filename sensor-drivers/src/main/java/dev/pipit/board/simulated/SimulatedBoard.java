package dev.pipit.board.simulated;

import dev.pipit.board.BoardSettings;
import dev.pipit.board.Pi4jBoard;

/**
 * A board whose surroundings are a {@link World}. Every I2C bus exists on it; a chip is there once
 * it is {@linkplain World#attach attached}. Inputs rest at their inactive level. Inputs carry
 * times, and are not debounced by the board, so that the drivers' own debouncing runs.
 */
public final class SimulatedBoard extends Pi4jBoard {
    private final World world;

    public SimulatedBoard(World world) {
        this(world, BoardSettings.USUAL);
    }

    /**
     * @param settings only the lines' names count: chips and buses are simulated as they are
     */
    public SimulatedBoard(World world, BoardSettings settings) {
        super(
                "simulated",
                settings,
                new SimulatedI2cProvider(world),
                new SimulatedInput.Provider(world),
                new SimulatedOutput.Provider(world),
                new SimulatedPwm.Provider(world));
        this.world = world;
    }

    @Override
    protected String safeLine(OutputLine line) {
        return "simulated\tpin %d\t%d\t%s".formatted(line.pin(), line.initial() ? 1 : 0, line.id());
    }

    @Override
    protected String safeLine(PwmLine line) {
        return "simulated\tPWM on pin %d\t%d permille\t%s"
                .formatted(line.pin(), line.initialPermille(), line.id());
    }

    public World world() {
        return world;
    }

    /** See {@link World#attach}. */
    public boolean attach(int bus, int address, String driver, String sensor) {
        return world.attach(bus, address, driver, sensor);
    }
}
