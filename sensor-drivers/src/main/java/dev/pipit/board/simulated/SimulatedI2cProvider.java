package dev.pipit.board.simulated;

import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CConfig;
import com.pi4j.io.i2c.I2CProviderBase;
import dev.pipit.board.TransactionI2c;

/** Hands out chips of a {@link World}. */
final class SimulatedI2cProvider extends I2CProviderBase {
    private final World world;

    SimulatedI2cProvider(World world) {
        super("simulated-i2c");
        this.world = world;
    }

    @Override
    public I2C create(I2CConfig config) {
        I2C i2c = new TransactionI2c<>(this, config, world.bus(config.bus()));
        context.registry().add(i2c);
        return i2c;
    }
}
