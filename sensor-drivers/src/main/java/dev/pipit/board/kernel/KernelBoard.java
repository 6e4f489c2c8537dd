package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProviderBase;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiConfig;
import dev.pipit.board.BoardSettings;
import dev.pipit.board.DeviceTree;
import dev.pipit.board.Pi4jBoard;
import dev.pipit.board.PwmPins;
import dev.pipit.driver.Wiring.Bias;
import dev.pipit.driver.Wiring.Drive;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The board on a device: GPIO v2 lines, {@code I2C_RDWR}, spidev, PWM in nanoseconds. Nothing is
 * opened before somebody asks for it, so a bus that is missing hurts only those that want it.
 */
public final class KernelBoard extends Pi4jBoard {
    private final GpioLines lines;
    private final Map<Integer, String> carriers;
    private final Path pwmClass;

    /**
     * The board on this machine.
     *
     * @throws com.pi4j.exception.Pi4JException where the native library is missing
     */
    public KernelBoard(BoardSettings settings) {
        this(NativeKernel.load(), Path.of("/"), settings);
    }

    /**
     * @param root {@code /} on a device
     */
    public KernelBoard(Kernel kernel, Path root, BoardSettings settings) {
        this(new GpioLines(kernel, root.resolve("dev"), settings), kernel, root, settings);
    }

    private KernelBoard(GpioLines lines, Kernel kernel, Path root, BoardSettings settings) {
        super(
                "kernel",
                settings,
                new InputProvider(lines, kernel),
                new OutputProvider(lines, kernel),
                new KernelI2cProvider(kernel, root, settings),
                new KernelSpi.Provider(kernel, root.resolve("dev")),
                new KernelPwm.Provider(root.resolve("sys/class/pwm")));
        this.lines = lines;
        // Another chip's lines are not on the header.
        carriers =
                settings.gpioChip().isEmpty()
                        ? DeviceTree.read(root).map(DeviceTree::carriers).orElse(new TreeMap<>())
                        : new TreeMap<>();
        pwmClass = root.resolve("sys/class/pwm");
    }

    @Override
    protected String safeLine(OutputLine line) {
        GpioLines.Place place = lines.place(line.pin());
        return "gpio\t%s\t%d\t%d\t%s"
                .formatted(
                        place.chip().place(),
                        place.line(),
                        (line.initial() ? 1 : 0) + 2 * KernelOutput.drive(line.drive()),
                        line.id());
    }

    @Override
    protected String safeLine(PwmLine line) {
        return PwmPins.safeLine(pwmClass, line);
    }

    /** A pin that carries a bus would take the bus away: refused, whatever the kernel would let. */
    @Override
    protected int gpioAddress(int pin) {
        String carried = carriers.get(pin);
        if (carried != null) {
            throw new Pi4JException(
                    "it carries "
                            + carried
                            + ", which is enabled: choose another pin, or disable that in config.txt");
        }
        return pin;
    }

    @Override
    protected DigitalOutput createOutput(DigitalOutputConfig config, OutputLine line) {
        OutputProvider provider = context().dout();
        return provider.create(config, line.drive(), line.bias());
    }

    @Override
    protected Spi createSpi(SpiConfig config, int bitsPerWord) {
        KernelSpi.Provider provider = context().spi();
        return provider.create(config, bitsPerWord);
    }

    @Override
    public @Nullable String i2cTrouble(int bus) {
        KernelI2cProvider provider = context().i2c();
        return provider.trouble(bus);
    }

    @Override
    public Map<String, LongSupplier> loops() {
        return lines.loops();
    }

    @Override
    public synchronized void close() {
        super.close();
        lines.close();
    }

    private static final class InputProvider extends DigitalInputProviderBase {
        private final GpioLines lines;
        private final Kernel kernel;

        InputProvider(GpioLines lines, Kernel kernel) {
            super("kernel-digital-input");
            this.lines = lines;
            this.kernel = kernel;
        }

        @Override
        public DigitalInput create(DigitalInputConfig config) {
            GpioLines.Place place = lines.place(config.address());
            KernelInput input = new KernelInput(this, config, kernel, place, lines.events());
            context.registry().add(input);
            return input;
        }
    }

    private static final class OutputProvider extends DigitalOutputProviderBase {
        private final GpioLines lines;
        private final Kernel kernel;

        OutputProvider(GpioLines lines, Kernel kernel) {
            super("kernel-digital-output");
            this.lines = lines;
            this.kernel = kernel;
        }

        @Override
        public DigitalOutput create(DigitalOutputConfig config) {
            return create(config, Drive.PUSH_PULL, Bias.AS_IS);
        }

        DigitalOutput create(DigitalOutputConfig config, Drive drive, Bias bias) {
            KernelOutput output =
                    new KernelOutput(
                            this, config, kernel, lines.place(config.address()), drive, bias);
            context.registry().add(output);
            return output;
        }
    }
}
