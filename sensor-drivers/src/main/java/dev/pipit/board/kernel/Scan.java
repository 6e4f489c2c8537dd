package dev.pipit.board.kernel;

import dev.pipit.board.DeviceTree;
import dev.pipit.board.PwmPins;
import dev.pipit.driver.Errno;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at what is connected: I2C chips, 1-Wire devices, GPIO chips and who uses their lines, PWM
 * channels; and says what to enable where a bus is missing. Changes nothing: a chip is asked for
 * one byte, and one that a driver of the kernel holds is not asked at all.
 */
public final class Scan {
    private static final int FIRST_ADDRESS = 0x08;
    private static final int LAST_ADDRESS = 0x77;
    private static final String CONFIG = "/boot/firmware/config.txt";

    private final Kernel kernel;
    private final Path root;
    private final List<String> lines = new ArrayList<>();

    private Scan(Kernel kernel, Path root) {
        this.kernel = kernel;
        this.root = root;
    }

    /**
     * @param root {@code /} on a device
     * @return a report for people, line by line
     */
    public static List<String> report(Kernel kernel, Path root) {
        Scan scan = new Scan(kernel, root);
        scan.machine();
        scan.i2c();
        scan.spi();
        scan.oneWire();
        scan.gpio();
        scan.pwm();
        return scan.lines;
    }

    private void machine() {
        Optional<DeviceTree> tree = DeviceTree.read(root);
        if (tree.isEmpty()) {
            lines.add("machine: not a Raspberry Pi (no device tree)");
            return;
        }
        lines.add(
                "machine: %s, %d-pin header"
                        .formatted(tree.get().model(), tree.get().headerPins()));
        for (Map.Entry<Integer, String> carrier : tree.get().carriers().entrySet()) {
            lines.add("  pin %d carries %s".formatted(carrier.getKey(), carrier.getValue()));
        }
    }

    private void i2c() {
        List<Path> buses = matching("dev", "i2c-[0-9]*");
        if (buses.isEmpty()) {
            lines.add(
                    "I2C: no bus. Add 'dtparam=i2c_arm=on' to "
                            + CONFIG
                            + " and 'i2c-dev' to /etc/modules, then start the Pi anew");
        }
        for (Path bus : buses) {
            String name = bus.getFileName().toString();
            int descriptor = kernel.open(bus.toString(), Kernel.READ_WRITE);
            if (descriptor < 0) {
                lines.add(name + ": cannot be opened" + reason(bus, descriptor));
                continue;
            }
            int before = lines.size();
            probe(name, descriptor);
            if (lines.size() == before) {
                lines.add(name + ": no chip answers");
            }
            kernel.close(descriptor);
        }
    }

    private void probe(String bus, int descriptor) {
        byte[] bytes = new byte[2];
        int number = Integer.parseInt(bus.substring(4));
        for (int address = FIRST_ADDRESS; address <= LAST_ADDRESS; address++) {
            Path driver =
                    root.resolve("sys/bus/i2c/devices/%d-%04x/driver".formatted(number, address));
            if (Files.exists(driver)) {
                lines.add("%s 0x%02x: held by a driver of the kernel".formatted(bus, address));
                continue;
            }
            int result = kernel.i2cTransfer(descriptor, address, bytes, 0, 0, bytes, 0, 1);
            if (result == -Errno.ETIMEDOUT) {
                lines.add(bus + ": the bus hangs; is a line held low, a pull-up missing?");
                return;
            }
            if (result == 0) {
                lines.add("%s 0x%02x: %s".formatted(bus, address, likely(descriptor, address)));
            }
        }
    }

    private String likely(int descriptor, int address) {
        if (address == 0x76 || address == 0x77) {
            byte[] id = {(byte) 0xd0, 0};
            if (kernel.i2cTransfer(descriptor, address, id, 0, 1, id, 1, 1) == 0) {
                String bosch =
                        switch (id[1] & 0xff) {
                            case 0x60 -> "BME280";
                            case 0x58 -> "BMP280";
                            case 0x61 -> "BME680";
                            default -> "";
                        };
                if (!bosch.isEmpty()) {
                    return bosch;
                }
            }
        }
        List<String> names = ChipNames.at(address);
        return names.isEmpty() ? "a chip" : "perhaps " + String.join(", ", names);
    }

    private void spi() {
        List<Path> devices = matching("dev", "spidev*");
        for (Path device : devices) {
            lines.add("SPI: " + device.getFileName());
        }
        if (devices.isEmpty()) {
            lines.add("SPI: none. 'dtparam=spi=on' in " + CONFIG + " enables it");
        }
    }

    private void oneWire() {
        Path devices = root.resolve("sys/bus/w1/devices");
        if (!Files.isDirectory(devices)) {
            lines.add("1-Wire: none. 'dtoverlay=w1-gpio' in " + CONFIG + " enables it on pin 4");
            return;
        }
        List<Path> found = matching("sys/bus/w1/devices", "[0-9a-f][0-9a-f]-*");
        if (found.isEmpty()) {
            lines.add("1-Wire: enabled, no device answers");
        }
        for (Path device : found) {
            String id = device.getFileName().toString();
            boolean thermometer = id.matches("(10|22|28|3b|42)-.*");
            lines.add("1-Wire " + id + (thermometer ? ": thermometer (driver ds18b20)" : ""));
        }
    }

    private void gpio() {
        List<Path> chips = GpioChip.files(root.resolve("dev"));
        if (chips.isEmpty()) {
            lines.add("GPIO: no chip");
        }
        byte[] names = new byte[64];
        for (Path chip : chips) {
            int descriptor = kernel.open(chip.toString(), Kernel.READ_WRITE);
            if (descriptor < 0) {
                lines.add(chip.getFileName() + ": cannot be opened" + reason(chip, descriptor));
                continue;
            }
            int count = kernel.gpioChip(descriptor, names);
            String label = GpioChip.text(names, 32);
            lines.add(
                    "%s: %s, %d lines%s"
                            .formatted(
                                    chip.getFileName(),
                                    label,
                                    count,
                                    label.startsWith(GpioChip.HEADER) ? " (the header)" : ""));
            for (int line = 0; line < count; line++) {
                int flags = kernel.gpioLine(descriptor, line, names);
                if (flags >= 0 && (flags & Kernel.LINE_USED) != 0) {
                    lines.add(
                            "  line %d (%s): %s, used by '%s'"
                                    .formatted(
                                            line,
                                            GpioChip.text(names, 0),
                                            (flags & Kernel.LINE_OUTPUT) != 0 ? "output" : "input",
                                            GpioChip.text(names, 32)));
                }
            }
            kernel.close(descriptor);
        }
    }

    private void pwm() {
        List<Path> chips = matching("sys/class/pwm", "pwmchip*");
        for (Path chip : chips) {
            lines.add(chip.getFileName() + ": " + channels(chip));
        }
        if (chips.isEmpty()) {
            lines.add("PWM: none. 'dtoverlay=pwm,pin=18,func=2' in " + CONFIG + " enables pin 18");
        }
    }

    /** A channel is in use once somebody has exported it. */
    private static String channels(Path chip) {
        int count;
        try {
            count = Integer.parseInt(Files.readString(chip.resolve("npwm")).strip());
        } catch (IOException | NumberFormatException e) {
            return "its channels cannot be read: " + e.getMessage();
        }
        List<String> free = new ArrayList<>();
        List<String> used = new ArrayList<>();
        for (int channel = 0; channel < count; channel++) {
            boolean exported = Files.exists(chip.resolve("pwm" + channel));
            (exported ? used : free).add(channel + PwmPins.carrying(count, channel));
        }
        return "free channels "
                + (free.isEmpty() ? "none" : String.join(", ", free))
                + (used.isEmpty() ? "" : "; in use " + String.join(", ", used));
    }

    private List<Path> matching(String folder, String glob) {
        List<Path> found = new ArrayList<>();
        Path parent = root.resolve(folder);
        if (Files.isDirectory(parent)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, glob)) {
                all.forEach(found::add);
            } catch (IOException e) {
                return found;
            }
        }
        found.sort((a, b) -> a.toString().compareTo(b.toString()));
        return found;
    }

    private static String reason(Path file, int result) {
        return result == -Errno.EACCES || result == -Errno.EPERM
                ? ": " + DeviceFile.mend(file)
                : ": " + Errno.words(result);
    }
}
