package dev.pipit.board.kernel;

import com.pi4j.io.i2c.I2CConfig;
import dev.pipit.board.TransactionI2c;

/** One chip on a {@link KernelI2cBus}, which closes once its last chip does. */
final class KernelI2c extends TransactionI2c<KernelI2cBus> {
    private final KernelI2cProvider owner;

    KernelI2c(KernelI2cProvider provider, I2CConfig config, KernelI2cBus bus) {
        super(provider, config, bus);
        owner = provider;
    }

    @Override
    public void close() {
        if (isOpen) {
            super.close();
            owner.leave(i2CBus);
        }
    }
}
