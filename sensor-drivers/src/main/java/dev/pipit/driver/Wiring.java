package dev.pipit.driver;

import com.pi4j.io.IO;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.spi.Spi;
import org.jspecify.annotations.Nullable;

/**
 * What a driver may ask of the board, in Pi4J's interfaces. Asking for the same pin twice is an
 * error that says who has it. Pins are BCM numbers on every model.
 *
 * <p>Every method here throws {@link com.pi4j.exception.Pi4JException} (or a subclass) with a
 * message that names what is missing and what mends it.
 *
 * <p><b>A transfer that fails</b> returns a negative result, {@code -errno} of the kernel, on the
 * {@code kernel} and {@code simulated} boards: nothing is thrown and nothing allocated. Pi4J's own
 * {@code linuxfs} plugin throws a {@code Pi4JException} around the same errno instead. {@link
 * I2cChip} and {@link Errno} turn both into a {@link Fault}, so no driver has to care.
 */
public interface Wiring {
    /**
     * A device on an I2C bus; the chip itself need not answer yet.
     *
     * @param bus number as in {@code /dev/i2c-N}
     * @param address 7 bits, 0x03..0x77
     */
    I2C i2c(int bus, int address);

    /** A device with words of 8 bits on an SPI bus. */
    default Spi spi(int bus, int chipSelect, int hertz, int mode) {
        return spi(bus, chipSelect, hertz, mode, 8);
    }

    /**
     * A device on an SPI bus.
     *
     * @param bus and {@code chipSelect}: numbers as in {@code /dev/spidevB.C}
     * @param mode 0..3
     * @param bitsPerWord 8 nearly always; with more, a word takes two or four bytes of a transfer.
     *     What the chip's data sheet says, so the driver's word and no key of the configuration; a
     *     controller that cannot do it refuses by name (a Pi before the 5 has words of 8 only)
     */
    Spi spi(int bus, int chipSelect, int hertz, int mode, int bitsPerWord);

    DigitalInput input(InputLine line);

    /** Claims the line with its initial value already in force: no glitch. */
    DigitalOutput output(OutputLine line);

    Pwm pwm(PwmLine line);

    /**
     * What a person should know about a bus that does not work, such as how often it was opened
     * anew; {@code null} where there is nothing to add.
     */
    default @Nullable String i2cTrouble(int bus) {
        return null;
    }

    /**
     * Gives a pin or a device back, so that it can be asked for again. An output keeps the level
     * that it was written last where the kernel lets it. Never throws; a second time does nothing.
     */
    void release(IO<?, ?, ?> io);

    /**
     * A digital input. Levels stay electrical: nothing inverts them on the way.
     *
     * @param pin BCM number; below 0 a line that the board knows by name
     * @param activeLow whether a low level is the active one; only tells a simulated board which
     *     level a press is
     * @param debounceMicros how long a level must stand, where the board can filter; 0: no filter
     */
    record InputLine(String id, int pin, Pull pull, boolean activeLow, long debounceMicros) {}

    /**
     * A digital output.
     *
     * @param pin BCM number; below 0 a line that the board knows by name
     * @param initial the electrical level from the first moment on
     */
    record OutputLine(String id, int pin, boolean initial, Drive drive, Bias bias) {
        /** Driven both ways, resistors left as they are. */
        public OutputLine(String id, int pin, boolean initial) {
            this(id, pin, initial, Drive.PUSH_PULL, Bias.AS_IS);
        }
    }

    /**
     * A PWM output.
     *
     * @param pin BCM number of a pin with a PWM channel
     * @param hertz frequency, 1 or above
     * @param initialNanos length of each pulse at once, 0 to the period
     */
    record PwmLine(String id, int pin, int hertz, long initialNanos) {
        /** With its duty in thousandths, 0..1000. */
        public static PwmLine permille(String id, int pin, int hertz, int permille) {
            return new PwmLine(id, pin, hertz, 1_000_000_000L / hertz * permille / 1_000);
        }

        /** Length of a whole turn of the signal. */
        public long periodNanos() {
            return 1_000_000_000L / hertz;
        }

        /** The nearest duty in thousandths, for boards that know no finer one. */
        public int initialPermille() {
            long period = periodNanos();
            return (int) ((initialNanos * 1_000 + period / 2) / period);
        }
    }

    /** An input's resistor inside the chip. */
    enum Pull {
        NONE,
        UP,
        DOWN
    }

    /** Which levels an output drives; it lets go of the line for the other one. */
    enum Drive {
        PUSH_PULL,
        /** Low only: lines that several chips share. */
        OPEN_DRAIN,
        /** High only. */
        OPEN_SOURCE
    }

    /** An output's resistor inside the chip. */
    enum Bias {
        AS_IS,
        NONE,
        UP,
        DOWN
    }
}
