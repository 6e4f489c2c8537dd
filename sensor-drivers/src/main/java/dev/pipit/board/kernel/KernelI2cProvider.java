package dev.pipit.board.kernel;

import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CConfig;
import com.pi4j.io.i2c.I2CProviderBase;
import dev.pipit.board.BoardSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands out chips and shares one {@link KernelI2cBus} between those on a bus. */
final class KernelI2cProvider extends I2CProviderBase {
    private final Kernel kernel;
    private final Path root;
    private final BoardSettings settings;

    // guarded by itself
    private final Map<Integer, KernelI2cBus> buses = new HashMap<>();

    /**
     * @param root {@code /} on a device
     */
    KernelI2cProvider(Kernel kernel, Path root, BoardSettings settings) {
        super("kernel-i2c");
        this.kernel = kernel;
        this.root = root;
        this.settings = settings;
    }

    @Override
    public I2C create(I2CConfig config) {
        KernelI2c chip = new KernelI2c(this, config, bus(config.bus()));
        context.registry().add(chip);
        return chip;
    }

    private KernelI2cBus bus(int number) {
        synchronized (buses) {
            KernelI2cBus bus = buses.get(number);
            if (bus == null) {
                bus =
                        new KernelI2cBus(
                                kernel,
                                root.resolve("dev/i2c-" + number),
                                number,
                                settings.i2cBus(number),
                                new BusRecovery(kernel, root));
                buses.put(number, bus);
            }
            return bus.use();
        }
    }

    /** See {@link KernelI2cBus#trouble()}. */
    @Nullable String trouble(int number) {
        synchronized (buses) {
            KernelI2cBus bus = buses.get(number);
            return bus == null ? null : bus.trouble();
        }
    }

    void leave(KernelI2cBus bus) {
        synchronized (buses) {
            if (bus.unuse()) {
                buses.values().remove(bus);
            }
        }
    }
}
