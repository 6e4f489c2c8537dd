package dev.pipit.board;

import com.pi4j.io.i2c.I2CBase;
import com.pi4j.io.i2c.I2CConfig;
import com.pi4j.io.i2c.I2CProvider;

/**
 * Pi4J's I2C over a {@link TransactionBus}: each call is one transaction, and one that fails
 * returns {@code -errno}.
 */
public class TransactionI2c<B extends TransactionBus> extends I2CBase<B> {
    /** The most that a register's number and its data may be together. */
    private static final int MOST = 4096;

    private static final byte[] NONE = {};

    private final int address;

    // guarded by the bus
    private final byte[] scratch = new byte[MOST];

    public TransactionI2c(I2CProvider provider, I2CConfig config, B bus) {
        super(provider, config, bus);
        address = config.device();
    }

    @Override
    public int read() {
        synchronized (i2CBus) {
            int result = i2CBus.transfer(address, NONE, 0, 0, scratch, 0, 1);
            return result < 0 ? result : scratch[0] & 0xff;
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        int result = i2CBus.transfer(address, NONE, 0, 0, buffer, offset, length);
        return result < 0 ? result : length;
    }

    @Override
    public int write(byte b) {
        synchronized (i2CBus) {
            scratch[0] = b;
            int result = i2CBus.transfer(address, scratch, 0, 1, NONE, 0, 0);
            return result < 0 ? result : 1;
        }
    }

    @Override
    public int write(byte[] data, int offset, int length) {
        int result = i2CBus.transfer(address, data, offset, length, NONE, 0, 0);
        return result < 0 ? result : length;
    }

    @Override
    public int readRegister(int register) {
        synchronized (i2CBus) {
            scratch[0] = (byte) register;
            int result = i2CBus.transfer(address, scratch, 0, 1, scratch, 1, 1);
            return result < 0 ? result : scratch[1] & 0xff;
        }
    }

    @Override
    public int readRegister(int register, byte[] buffer, int offset, int length) {
        synchronized (i2CBus) {
            scratch[0] = (byte) register;
            int result = i2CBus.transfer(address, scratch, 0, 1, buffer, offset, length);
            return result < 0 ? result : length;
        }
    }

    @Override
    public int readRegister(byte[] register, byte[] buffer, int offset, int length) {
        int result = i2CBus.transfer(address, register, 0, register.length, buffer, offset, length);
        return result < 0 ? result : length;
    }

    @Override
    public int writeRegister(int register, byte b) {
        synchronized (i2CBus) {
            scratch[0] = (byte) register;
            scratch[1] = b;
            int result = i2CBus.transfer(address, scratch, 0, 2, NONE, 0, 0);
            return result < 0 ? result : 1;
        }
    }

    @Override
    public int writeRegister(int register, byte[] data, int offset, int length) {
        synchronized (i2CBus) {
            scratch[0] = (byte) register;
            return writeAfter(1, data, offset, length);
        }
    }

    @Override
    public int writeRegister(byte[] register, byte[] data, int offset, int length) {
        synchronized (i2CBus) {
            System.arraycopy(register, 0, scratch, 0, register.length);
            return writeAfter(register.length, data, offset, length);
        }
    }

    private int writeAfter(int used, byte[] data, int offset, int length) {
        System.arraycopy(data, offset, scratch, used, length);
        int result = i2CBus.transfer(address, scratch, 0, used + length, NONE, 0, 0);
        return result < 0 ? result : length;
    }
}
