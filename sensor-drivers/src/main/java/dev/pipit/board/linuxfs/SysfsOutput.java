package dev.pipit.board.linuxfs;

import com.pi4j.context.Context;
import com.pi4j.exception.InitializeException;
import com.pi4j.io.exception.IOException;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputBase;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;
import dev.pipit.board.ExportedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tinylog.Logger;

/**
 * A digital output through sysfs, in place of the plugin's own, which cannot initialise on a
 * current kernel: it asks for edges of an output, and the kernel answers EIO. This one writes
 * {@code high} or {@code low} to {@code direction}, which sets direction and level at once: no
 * glitch.
 */
final class SysfsOutput extends DigitalOutputBase {
    private final Path gpioClass;
    private final Path line;

    private SysfsOutput(
            DigitalOutputProvider provider, DigitalOutputConfig config, Path gpioClass) {
        super(provider, config);
        this.gpioClass = gpioClass;
        line = gpioClass.resolve("gpio" + config.address());
    }

    static final class Provider extends DigitalOutputProviderBase {
        private final Path gpioClass;

        Provider(Path gpioClass) {
            super("sysfs-digital-output");
            this.gpioClass = gpioClass;
        }

        @Override
        public DigitalOutput create(DigitalOutputConfig config) {
            SysfsOutput output = new SysfsOutput(this, config, gpioClass);
            context.registry().add(output);
            return output;
        }
    }

    @Override
    public DigitalOutput initialize(Context context) throws InitializeException {
        boolean high = config.initialState() == DigitalState.HIGH;
        try {
            if (!Files.exists(line)) {
                Files.writeString(gpioClass.resolve("export"), Integer.toString(config.address()));
            }
            Path direction = line.resolve("direction");
            ExportedFile.await(direction);
            Files.writeString(direction, high ? "high" : "low");
        } catch (java.io.IOException e) {
            throw new InitializeException(
                    "GPIO " + config.address() + " cannot become an output: " + e, e);
        }
        state = high ? DigitalState.HIGH : DigitalState.LOW;
        return this;
    }

    @Override
    public DigitalOutput state(DigitalState state) {
        try {
            Files.writeString(line.resolve("value"), state.isHigh() ? "1" : "0");
        } catch (java.io.IOException e) {
            throw new IOException(line + ": " + e, e);
        }
        return super.state(state);
    }

    @Override
    public DigitalState state() {
        try {
            return DigitalState.parse(Files.readString(line.resolve("value")).strip());
        } catch (java.io.IOException e) {
            throw new IOException(line + ": " + e, e);
        }
    }

    @Override
    public DigitalOutput shutdown(Context context) {
        DigitalOutput output = super.shutdown(context);
        try {
            Files.writeString(gpioClass.resolve("unexport"), Integer.toString(config.address()));
        } catch (java.io.IOException e) {
            Logger.warn("GPIO {} could not be released: {}", config.address(), e.toString());
        }
        return output;
    }
}
