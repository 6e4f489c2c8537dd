package dev.pipit.driver;

import com.pi4j.io.IO;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.spi.Spi;

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

    Spi spi(int bus, int chipSelect, int hertz, int mode);

    DigitalInput input(InputLine line);

    /** Claims the line with its initial value already in force: no glitch. */
    DigitalOutput output(OutputLine line);

    Pwm pwm(PwmLine line);

    /**
     * Gives a pin or a device back, so that it can be asked for again. An output keeps the level
     * that it was written last where the kernel lets it. Never throws; a second time does nothing.
     */
    void release(IO<?, ?, ?> io);

    /**
     * A digital input. Levels stay electrical: nothing inverts them on the way.
     *
     * @param pin BCM number
     * @param activeLow whether a low level is the active one; only tells a simulated board which
     *     level a press is
     * @param debounceMicros how long a level must stand, where the board can filter; 0: no filter
     */
    record InputLine(String id, int pin, Pull pull, boolean activeLow, long debounceMicros) {}

    /**
     * A digital output.
     *
     * @param pin BCM number
     * @param initial the electrical level from the first moment on
     */
    record OutputLine(String id, int pin, boolean initial) {}

    /**
     * A PWM output.
     *
     * @param pin BCM number of a pin with a PWM channel
     * @param hertz frequency, 1 or above
     * @param initialPermille duty at once, 0..1000
     */
    record PwmLine(String id, int pin, int hertz, int initialPermille) {}

    /** The resistor inside the chip. */
    enum Pull {
        NONE,
        UP,
        DOWN
    }
}
