package dev.pipit.driver;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.i2c.I2C;
import org.jspecify.annotations.Nullable;

/**
 * One chip on an I2C bus, as every driver wants it: results instead of exceptions, the bus opened
 * when it is first used and again after it went away. Allocates nothing while transfers succeed.
 *
 * <p>All transfers return 0 when done, else a fault as {@link Fault#asResult()}, below 0. Used by
 * one thread.
 */
public final class I2cChip implements AutoCloseable {
    private final Wiring wiring;
    private final int bus;
    private final int address;
    private final byte[] out = new byte[32];
    private @Nullable I2C i2c;
    private @Nullable String trouble;

    public I2cChip(Wiring wiring, Location location) {
        this.wiring = wiring;
        this.bus = location.number();
        this.address = location.address();
    }

    /**
     * Reads registers in one transaction: S addr+W register Sr addr+R byte... P.
     *
     * @param register first register, 0..255
     */
    public int read(int register, byte[] into, int offset, int length) {
        I2C device = device();
        if (device == null) {
            return Fault.NO_ACCESS.asResult();
        }
        try {
            return finish(device.readRegister(register, into, offset, length), length);
        } catch (Pi4JException e) {
            return failed(Errno.fault(e), e.getMessage());
        }
    }

    /** Writes one register: S addr+W register value P. */
    public int write(int register, int value) {
        I2C device = device();
        if (device == null) {
            return Fault.NO_ACCESS.asResult();
        }
        out[0] = (byte) register;
        out[1] = (byte) value;
        try {
            return finish(device.write(out, 0, 2), 2);
        } catch (Pi4JException e) {
            return failed(Errno.fault(e), e.getMessage());
        }
    }

    /** Writes bytes as they are, for chips that take commands: S addr+W byte... P. */
    public int send(byte[] bytes, int offset, int length) {
        I2C device = device();
        if (device == null) {
            return Fault.NO_ACCESS.asResult();
        }
        try {
            return finish(device.write(bytes, offset, length), length);
        } catch (Pi4JException e) {
            return failed(Errno.fault(e), e.getMessage());
        }
    }

    /** Reads bytes without naming a register: S addr+R byte... P. */
    public int receive(byte[] into, int offset, int length) {
        I2C device = device();
        if (device == null) {
            return Fault.NO_ACCESS.asResult();
        }
        try {
            return finish(device.read(into, offset, length), length);
        } catch (Pi4JException e) {
            return failed(Errno.fault(e), e.getMessage());
        }
    }

    /** See {@link SensorDriver#trouble()}. */
    public @Nullable String trouble() {
        return trouble;
    }

    private @Nullable I2C device() {
        I2C device = i2c;
        if (device != null) {
            return device;
        }
        try {
            device = wiring.i2c(bus, address);
            i2c = device;
            trouble = null;
            return device;
        } catch (Pi4JException | IllegalStateException e) {
            trouble = e.getMessage();
            return null;
        }
    }

    private int finish(int result, int expected) {
        if (result == expected) {
            return 0;
        }
        if (result < 0) {
            return failed(Errno.fault(result), null);
        }
        return failed(Fault.BUS_ERROR, "transferred " + result + " of " + expected + " bytes");
    }

    private int failed(Fault fault, @Nullable String words) {
        trouble = words == null && fault == Fault.TIMEOUT ? wiring.i2cTrouble(bus) : words;
        if (fault == Fault.NO_ACCESS) {
            // The bus itself is gone, as when an adapter is pulled: opened anew next time.
            close();
        }
        return fault.asResult();
    }

    @Override
    public void close() {
        I2C device = i2c;
        i2c = null;
        if (device != null) {
            wiring.release(device);
        }
    }
}
