package dev.pipit.driver;

import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.spi.Spi;

/**
 * What a driver may ask of the board, in Pi4J's interfaces. Asking for the same pin twice is an
 * error that says who has it. Pins are BCM numbers on every model.
 *
 * <p>Every method throws {@link com.pi4j.exception.Pi4JException} (or a subclass) with a message
 * that names what is missing and what mends it.
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
     * A digital input.
     *
     * @param pin BCM number
     * @param debounceMicros how long a level must stand, where the board can filter; 0: no filter
     */
    record InputLine(String id, int pin, Pull pull, long debounceMicros) {}

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
