package dev.pipit.agent;

import dev.pipit.board.Board;
import dev.pipit.board.DeviceTree;
import dev.pipit.board.kernel.KernelBoard;
import dev.pipit.board.kernel.NativeKernel;
import dev.pipit.board.kernel.Scan;
import dev.pipit.board.linuxfs.LinuxfsBoard;
import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.BoardChoice;
import dev.pipit.config.SensorConfig;
import dev.pipit.driver.Connection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
            case LINUXFS -> new LinuxfsBoard(config.boardSettings());
            case KERNEL -> new KernelBoard(config.boardSettings());
        };
    }

    /** A simulated board with a chip at every configured place whose driver has a model. */
    public static SimulatedBoard simulated(AgentConfig config, World world) {
        SimulatedBoard board = new SimulatedBoard(world, config.boardSettings());
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

    /** What is connected to this machine, in lines for people. */
    public static List<String> scan() {
        return Scan.report(NativeKernel.load(), Path.of("/"));
    }

    /**
     * Pins that an enabled bus of this machine uses, by BCM number: {@code 2 -> i2c1}; none where
     * it has no device tree.
     *
     * @param root {@code /} on a device
     */
    public static Map<Integer, String> carriers(Path root) {
        return DeviceTree.read(root).map(DeviceTree::carriers).orElse(new TreeMap<>());
    }
}
