package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import dev.pipit.driver.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The chip that carries the header's lines, found by its label, because its number differs between
 * models and kernels: line N is BCM N.
 */
final class GpioChip implements AutoCloseable {
    /** All models' header chips begin so: pinctrl-bcm2835, pinctrl-bcm2711, pinctrl-rp1. */
    static final String HEADER = "pinctrl-";

    private static final int HEADER_LINES = 28;

    private final Kernel kernel;
    private final int descriptor;
    private final Path file;
    private final String label;
    private final String name;
    private final int lines;

    private GpioChip(
            Kernel kernel, int descriptor, Path file, String label, String name, int lines) {
        this.kernel = kernel;
        this.descriptor = descriptor;
        this.file = file;
        this.label = label;
        this.name = name;
        this.lines = lines;
    }

    /**
     * @param dev usually {@code /dev}
     * @param wanted empty for the header's chip; else a label or a name such as {@code gpiochip1}
     * @throws Pi4JException saying which chips there are, or who may open them
     */
    static GpioChip find(Kernel kernel, Path dev, String wanted) {
        List<String> others = new ArrayList<>();
        byte[] nameAndLabel = new byte[64];
        for (Path file : files(dev)) {
            int descriptor =
                    DeviceFile.open(kernel, file, "'ls /dev/gpiochip*' shows those that there are");
            int lines = kernel.gpioChip(descriptor, nameAndLabel);
            String name = text(nameAndLabel, 0);
            String label = text(nameAndLabel, 32);
            boolean right =
                    wanted.isEmpty()
                            ? label.startsWith(HEADER) && lines >= HEADER_LINES
                            : wanted.equals(label) || wanted.equals(name);
            if (lines >= 0 && right) {
                return new GpioChip(
                        kernel, descriptor, file, label, name + " (" + label + ")", lines);
            }
            kernel.close(descriptor);
            others.add(name + " (" + label + ")");
        }
        throw new Pi4JException(
                (wanted.isEmpty()
                                ? "no GPIO chip labelled " + HEADER + "*"
                                : "no GPIO chip '" + wanted + "'")
                        + " under "
                        + dev
                        + (others.isEmpty() ? ": there is none at all" : ", only " + others)
                        + (wanted.isEmpty() ? "; is this a Raspberry Pi?" : ""));
    }

    /** Ascending by number. */
    static List<Path> files(Path dev) {
        List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(dev)) {
            return files;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(dev, "gpiochip[0-9]*")) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw new Pi4JException("could not list " + dev, e);
        }
        files.sort((a, b) -> Integer.compare(number(a), number(b)));
        return files;
    }

    private static int number(Path file) {
        String digits = file.getFileName().toString().replaceAll("\\D", "");
        return digits.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    static String text(byte[] bytes, int offset) {
        int end = offset;
        while (end < offset + 32 && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
    }

    int input(int line, String consumer, int bias, int debounceMicros) {
        return claimed(
                line,
                kernel.gpioInput(descriptor, check(line), ascii(consumer), bias, debounceMicros));
    }

    /** See {@link Kernel#gpioOutput} for drive and bias. */
    int output(int line, String consumer, boolean high, int drive, int bias) {
        return claimed(
                line,
                kernel.gpioOutput(
                        descriptor, check(line), ascii(consumer), high ? 1 : 0, drive, bias));
    }

    /**
     * @param word the line's number or its name
     * @return its number, or -1
     */
    int line(String word) {
        if (word.matches("\\d{1,4}")) {
            return Integer.parseInt(word);
        }
        byte[] nameAndConsumer = new byte[64];
        for (int line = 0; line < lines; line++) {
            if (kernel.gpioLine(descriptor, line, nameAndConsumer) >= 0
                    && text(nameAndConsumer, 0).equals(word)) {
                return line;
            }
        }
        return -1;
    }

    /** How {@code pipit-safe} finds this chip: its device file and its label. */
    String place() {
        return file + "\t" + label;
    }

    private int check(int line) {
        if (line < 0 || line >= lines) {
            throw new Pi4JException(
                    "line " + line + ": " + name + " has lines 0 to " + (lines - 1));
        }
        return line;
    }

    private int claimed(int line, int result) {
        if (result >= 0) {
            return result;
        }
        if (result == -Errno.EBUSY) {
            byte[] nameAndConsumer = new byte[64];
            kernel.gpioLine(descriptor, line, nameAndConsumer);
            String consumer = text(nameAndConsumer, 32);
            throw new Pi4JException(
                    "line "
                            + line
                            + " of "
                            + name
                            + " is in use by '"
                            + (consumer.isEmpty() ? "the kernel" : consumer)
                            + "': stop that program, or remove the overlay in config.txt that"
                            + " takes the pin");
        }
        throw new Pi4JException(
                "line " + line + " of " + name + " cannot be claimed: " + Errno.words(result));
    }

    /** Who holds a line is shown by gpioinfo: at most 31 bytes. */
    private static byte[] ascii(String consumer) {
        return ("pipit " + consumer).getBytes(StandardCharsets.US_ASCII);
    }

    /** {@code gpiochip0 (pinctrl-bcm2711)}. */
    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        kernel.close(descriptor);
    }
}
