package dev.pipit.board;

import java.util.List;
import java.util.Map;

/**
 * What a configuration says about a board beyond its choice.
 *
 * @param gpioChip label or name of the chip whose lines pins are; empty: the header's
 * @param lines lines that are known by name: {@code NAME} or {@code CHIP/LINE}. Wherever a pin is
 *     asked for, {@code -1} means the first of these, {@code -2} the second
 * @param i2c by bus number; a bus that is not here has {@link I2c#USUAL}
 */
public record BoardSettings(String gpioChip, List<String> lines, Map<Integer, I2c> i2c) {
    /** Nothing is said. */
    public static final BoardSettings USUAL = new BoardSettings("", List.of(), Map.of());

    /** Pins of the chip with this label or name. */
    public static BoardSettings onChip(String gpioChip) {
        return new BoardSettings(gpioChip, List.of(), Map.of());
    }

    public BoardSettings {
        lines = List.copyOf(lines);
        i2c = Map.copyOf(i2c);
    }

    /**
     * What an I2C adapter is set to.
     *
     * @param retries after a lost arbitration, 0..10
     * @param timeoutMs how long a transfer may take, clock stretching included; the kernel counts
     *     in steps of 10 ms
     */
    public record I2c(int retries, int timeoutMs) {
        /** Leaves slow chips time to stretch the clock; the kernel's own timeout is a second. */
        public static final I2c USUAL = new I2c(1, 200);
    }

    public I2c i2cBus(int number) {
        return i2c.getOrDefault(number, I2c.USUAL);
    }

    /** What messages call a pin. */
    public String words(int pin) {
        return pin < 0 ? "line " + line(pin) : "pin " + pin;
    }

    /** The line behind a pin below 0. */
    public String line(int pin) {
        return lines.get(-1 - pin);
    }
}
