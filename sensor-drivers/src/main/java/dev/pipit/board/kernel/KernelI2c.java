package dev.pipit.board.kernel;

import com.pi4j.io.i2c.I2CBase;
import com.pi4j.io.i2c.I2CConfig;

/** Pi4J's I2C over a {@link KernelI2cBus}: a failed transfer returns {@code -errno}. */
final class KernelI2c extends I2CBase<KernelI2cBus> {
    private static final byte[] NONE = {};

    private final KernelI2cProvider owner;
    private final int address;

    // guarded by the bus
    private final byte[] scratch = new byte[4096];

    KernelI2c(KernelI2cProvider provider, I2CConfig config, KernelI2cBus bus) {
        super(provider, config, bus);
        owner = provider;
        address = config.device();
    }

    @Override
    public void close() {
        if (isOpen) {
            super.close();
            owner.leave(i2CBus);
        }
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
