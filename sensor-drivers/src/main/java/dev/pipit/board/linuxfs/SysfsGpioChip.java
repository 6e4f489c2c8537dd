package dev.pipit.board.linuxfs;

import com.pi4j.exception.Pi4JException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The header's GPIO chip under {@code /sys/class/gpio}, found by its label: since kernel 6.6 its
 * lines no longer begin at 0 (BCM 17 is 529 on a Pi 4), and its number differs between models.
 *
 * @param base what the first line is called there
 * @param lines how many it has
 */
record SysfsGpioChip(String label, int base, int lines) {
    private static final String LABELS = "pinctrl-";

    /**
     * @param gpioClass usually {@code /sys/class/gpio}
     * @throws Pi4JException saying which chips there are instead
     */
    static SysfsGpioChip find(Path gpioClass) {
        List<String> others = new ArrayList<>();
        if (!Files.isDirectory(gpioClass)) {
            throw new Pi4JException(
                    gpioClass
                            + " does not exist: this kernel has no GPIO, or none through sysfs; the"
                            + " board 'kernel' needs no sysfs");
        }
        try (DirectoryStream<Path> chips = Files.newDirectoryStream(gpioClass, "gpiochip*")) {
            for (Path chip : chips) {
                String label = Files.readString(chip.resolve("label")).strip();
                int lines = number(chip.resolve("ngpio"));
                if (label.startsWith(LABELS) && lines >= 28) {
                    return new SysfsGpioChip(label, number(chip.resolve("base")), lines);
                }
                others.add(label);
            }
        } catch (IOException e) {
            throw new Pi4JException("could not look for GPIO chips in " + gpioClass, e);
        }
        throw new Pi4JException(
                "no GPIO chip labelled "
                        + LABELS
                        + "* in "
                        + gpioClass
                        + (others.isEmpty() ? "" : ", only " + String.join(", ", others))
                        + ": is this a Raspberry Pi?");
    }

    private static int number(Path file) throws IOException {
        return Integer.parseInt(Files.readString(file).strip());
    }

    int address(int pin) {
        if (pin < 0 || pin >= lines) {
            throw new Pi4JException("pin " + pin + ": " + label + " has lines 0 to " + (lines - 1));
        }
        return base + pin;
    }
}
