package dev.pipit.board;

import com.pi4j.exception.Pi4JException;
import dev.pipit.driver.Wiring.PwmLine;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which channel of which PWM chip a BCM pin can carry.
 *
 * <p>Up to the Pi 4 two channels, each on either of two pins (BCM2835 ARM Peripherals, section 9.5;
 * BCM2711, section 8.5); on the Pi 5 four (RP1 Peripherals, table 4). Which pin really carries a
 * channel is decided by the overlay in {@code config.txt}.
 */
public final class PwmPins {
    private PwmPins() {}

    /**
     * @param chip number N of {@code pwmchipN}
     * @param channel as written to {@code export}
     */
    public record Channel(int chip, int channel) {}

    /**
     * @param pwmClass usually {@code /sys/class/pwm}
     * @param pin BCM number
     * @throws Pi4JException saying what to write into {@code config.txt}, or which pins can
     */
    public static Channel find(Path pwmClass, int pin) {
        if (pin != 12 && pin != 13 && pin != 18 && pin != 19) {
            throw new Pi4JException(
                    "pin " + pin + " has no hardware PWM: expected 12, 13, 18 or 19");
        }
        int number = -1;
        int channels = 0;
        if (Files.isDirectory(pwmClass)) {
            try (DirectoryStream<Path> chips = Files.newDirectoryStream(pwmClass, "pwmchip*")) {
                for (Path chip : chips) {
                    int n = Integer.parseInt(chip.getFileName().toString().substring(7));
                    int npwm = Integer.parseInt(Files.readString(chip.resolve("npwm")).strip());
                    // An expander's chip may come with other counts; the lowest of ours wins.
                    boolean ours = npwm == 2 || npwm == 4;
                    if (ours && (number < 0 || n < number)) {
                        number = n;
                        channels = npwm;
                    }
                }
            } catch (IOException | NumberFormatException e) {
                throw new Pi4JException("could not look for PWM chips in " + pwmClass, e);
            }
        }
        if (number < 0) {
            throw new Pi4JException(
                    "no PWM chip under "
                            + pwmClass
                            + ": add 'dtoverlay=pwm,pin="
                            + pin
                            + ",func="
                            + (pin < 14 ? 4 : 2)
                            + "' to config.txt and start the Pi anew");
        }
        return new Channel(number, channels == 4 ? fourOf(pin) : pin == 12 || pin == 18 ? 0 : 1);
    }

    /** How pipit-safe is to set a PWM, as {@code Board.safeLines} has it. */
    public static String safeLine(Path pwmClass, PwmLine line) {
        Channel at = find(pwmClass, line.pin());
        return "pwm\t%s\t%d\t%d\t%d\t%s"
                .formatted(
                        pwmClass.resolve("pwmchip" + at.chip()),
                        at.channel(),
                        line.periodNanos(),
                        line.initialNanos(),
                        line.id());
    }

    /** The header's pins that a channel can appear on, in parentheses for a report, or nothing. */
    public static String carrying(int channels, int channel) {
        if (channels == 4) {
            return channel == 0
                    ? " (pin 12)"
                    : channel == 1 ? " (pin 13)" : channel == 2 ? " (pin 18)" : " (pin 19)";
        }
        if (channels == 2) {
            return channel == 0 ? " (pin 12 or 18)" : " (pin 13 or 19)";
        }
        return "";
    }

    private static int fourOf(int pin) {
        return switch (pin) {
            case 12 -> 0;
            case 13 -> 1;
            case 18 -> 2;
            default -> 3;
        };
    }
}
