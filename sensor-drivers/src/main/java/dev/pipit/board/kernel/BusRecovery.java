package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import dev.pipit.board.DeviceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Frees an I2C bus on which transfers time out, as far as the kernel lets this user: unbinds the
 * adapter from its driver, gives SCL nine pulses and a STOP through GPIO, so that a chip that waits
 * for the rest of a byte lets go of SDA (UM10204, 3.1.16), and binds the adapter again, which
 * resets the controller and gives the pins back to it. Where that is not allowed, opening the bus
 * anew is all there is; {@code systemd/60-pipit.rules} allows it to the group {@code i2c}.
 *
 * <p>Adapters whose driver knows a recovery of its own (i2c-gpio, i2c-designware) have tried it
 * before the transfer came back.
 */
final class BusRecovery {
    private static final int PULSES = 9;
    private static final int APPEARS_WITHIN_MS = 5_000;

    private final Kernel kernel;
    private final Path root;

    /**
     * @param root {@code /} on a device
     */
    BusRecovery(Kernel kernel, Path root) {
        this.kernel = kernel;
        this.root = root;
    }

    /**
     * Blocks for as long as the adapter's driver takes. Nobody may hold the bus open.
     *
     * @return what was done, for people
     */
    String recover(int bus) {
        Path adapter = root.resolve("sys/bus/i2c/devices/i2c-" + bus);
        try {
            Path device = adapter.toRealPath().resolve("..").toRealPath();
            Path driver = device.resolve("driver").toRealPath();
            Path unbind = driver.resolve("unbind");
            Path bind = driver.resolve("bind");
            if (!Files.isWritable(unbind) || !Files.isWritable(bind)) {
                return "bus opened anew (its driver's " + unbind + " may not be written)";
            }
            String name = device.getFileName().toString();
            Files.writeString(unbind, name);
            String pulses;
            try {
                pulses = pulse(bus);
            } finally {
                Files.writeString(bind, name);
            }
            await(root.resolve("dev/i2c-" + bus));
            return "driver " + driver.getFileName() + " unbound and bound again" + pulses;
        } catch (IOException e) {
            return "bus opened anew (its driver could not be bound again: " + e + ")";
        }
    }

    /** Where the header's lines of this bus are known. */
    private String pulse(int bus) {
        Lines lines = lines(bus);
        if (lines == null) {
            return "";
        }
        try (GpioChip chip = GpioChip.find(kernel, root.resolve("dev"), "")) {
            int scl = chip.output(lines.scl(), "recovery", true, 1, -1);
            try {
                for (int i = 0; i < PULSES; i++) {
                    level(scl, 0);
                    level(scl, 1);
                }
                int sda = chip.output(lines.sda(), "recovery", false, 1, -1);
                try {
                    level(sda, 1); // SDA rises while SCL is high: STOP.
                } finally {
                    kernel.close(sda);
                }
            } finally {
                kernel.close(scl);
            }
            return ", SCL pulsed";
        } catch (Pi4JException e) {
            return ", SCL not pulsed: " + e.getMessage();
        }
    }

    private record Lines(int sda, int scl) {}

    /** The pins that carry the bus: the lower one is SDA on every header. */
    private @Nullable Lines lines(int bus) {
        Optional<DeviceTree> tree = DeviceTree.read(root);
        if (tree.isEmpty()) {
            return null;
        }
        // Raspberry Pi's trees have an alias for it, the kernel's own only the node.
        String node = node(root.resolve("sys/bus/i2c/devices/i2c-" + bus + "/of_node"));
        int[] pins =
                tree.get().carriers().entrySet().stream()
                        .filter(carrier ->
                                carrier.getValue().equals("i2c" + bus)
                                        || carrier.getValue().equals(node))
                        .mapToInt(carrier -> carrier.getKey())
                        .toArray();
        return pins.length == 2 ? new Lines(pins[0], pins[1]) : null;
    }

    /** {@code i2c@7e804000}; empty where nobody knows. */
    private static String node(Path link) {
        try {
            return link.toRealPath().getFileName().toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Half a period of a clock slow enough for every chip. */
    private void level(int line, int high) {
        kernel.gpioSet(line, high);
        pause(1);
    }

    private static void await(Path file) {
        for (int waited = 0; waited < APPEARS_WITHIN_MS && !Files.isWritable(file); waited += 20) {
            pause(20);
        }
    }

    private static void pause(int ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
