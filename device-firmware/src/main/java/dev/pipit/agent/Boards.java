package dev.pipit.agent;

import dev.pipit.board.Board;
import dev.pipit.board.kernel.KernelBoard;
import dev.pipit.board.linuxfs.LinuxfsBoard;
import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.BoardChoice;
import dev.pipit.config.SensorConfig;
import dev.pipit.driver.Connection;
import org.tinylog.Logger;

/** Opens the board that was chosen. */
public final class Boards {
    private Boards() {}

    /** What this machine has; on one without pins the board's own message says what to do. */
    public static BoardChoice onThisMachine() {
        return BoardChoice.KERNEL;
    }

    /**
     * Opens a board for a configuration.
     *
     * @throws com.pi4j.exception.Pi4JException where this machine does not have it
     */
    public static Board open(BoardChoice choice, AgentConfig config) {
        return switch (choice) {
            case SIMULATED -> simulated(config, World.still());
            case LINUXFS -> new LinuxfsBoard();
            case KERNEL -> new KernelBoard();
        };
    }

    /** A simulated board with a chip at every configured place whose driver has a model. */
    public static SimulatedBoard simulated(AgentConfig config, World world) {
        SimulatedBoard board = new SimulatedBoard(world);
        for (SensorConfig sensor : config.sensors()) {
            if (sensor.type().connection() instanceof Connection.Kernel) {
                continue; // Read from this machine's own files.
            }
            boolean modelled =
                    board.attach(
                            sensor.location().number(),
                            sensor.location().address(),
                            sensor.type().name(),
                            sensor.name());
            if (!modelled) {
                Logger.warn(
                        "sensor {}: there is no simulated {}, so nothing answers on {}",
                        sensor.name(),
                        sensor.type().name(),
                        sensor.location().bus());
            }
        }
        return board;
    }
}
