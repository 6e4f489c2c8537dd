package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProviderBase;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmConfig;
import dev.pipit.board.DeviceTree;
import dev.pipit.board.Pi4jBoard;
import dev.pipit.board.PwmPins;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The board on a device: GPIO v2 lines, {@code I2C_RDWR}, spidev, PWM in nanoseconds. Nothing is
 * opened before somebody asks for it, so a bus that is missing hurts only those that want it.
 */
public final class KernelBoard extends Pi4jBoard {
    private final Lines lines;
    private final Map<Integer, String> carriers;
    private final Path pwmClass;

    /**
     * The board on this machine. The system property {@code pipit.gpiochip} names a GPIO chip (its
     * label, or {@code gpiochipN}) where it is not a Raspberry Pi's.
     *
     * @throws com.pi4j.exception.Pi4JException where the native library is missing
     */
    public KernelBoard() {
        this(NativeKernel.load(), Path.of("/"), System.getProperty("pipit.gpiochip", ""));
    }

    /**
     * @param root {@code /} on a device
     * @param gpioChip label or name of the GPIO chip; empty: the header's
     */
    public KernelBoard(Kernel kernel, Path root, String gpioChip) {
        this(
                new Lines(kernel, root.resolve("dev"), gpioChip),
                kernel,
                root,
                gpioChip.isEmpty()
                        ? DeviceTree.read(root).map(DeviceTree::carriers).orElse(new TreeMap<>())
                        : new TreeMap<>());
    }

    private KernelBoard(Lines lines, Kernel kernel, Path root, Map<Integer, String> carriers) {
        super(
                "kernel",
                new InputProvider(lines),
                new OutputProvider(lines),
                new KernelI2cProvider(kernel, root.resolve("dev")),
                new KernelSpi.Provider(kernel, root.resolve("dev")),
                new KernelPwm.Provider(root.resolve("sys/class/pwm")));
        this.lines = lines;
        this.carriers = carriers;
        this.pwmClass = root.resolve("sys/class/pwm");
    }

    @Override
    protected String safeLine(OutputLine line) {
        return "gpio\t%s\t%d\t%d\t%s"
                .formatted(lines.chip().place(), line.pin(), line.initial() ? 1 : 0, line.id());
    }

    @Override
    protected String safeLine(PwmLine line) {
        PwmPins.Channel at = PwmPins.find(pwmClass, line.pin());
        long periodNs = 1_000_000_000L / line.hertz();
        return "pwm\t%s\t%d\t%d\t%d\t%s"
                .formatted(
                        pwmClass.resolve("pwmchip" + at.chip()),
                        at.channel(),
                        periodNs,
                        periodNs * line.initialPermille() / 1_000,
                        line.id());
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
    protected Pwm createPwm(PwmConfig config, int permille) {
        KernelPwm.Provider provider = context().pwm();
        return provider.create(config, permille);
    }

    @Override
    public synchronized void close() {
        super.close();
        lines.close();
    }

    /** The chip and the event thread, made when the first line is asked for. */
    private static final class Lines {
        private final Kernel kernel;
        private final Path dev;
        private final String wanted;
        private @Nullable GpioChip chip;
        private @Nullable LineEvents events;

        Lines(Kernel kernel, Path dev, String wanted) {
            this.kernel = kernel;
            this.dev = dev;
            this.wanted = wanted;
        }

        synchronized GpioChip chip() {
            if (chip == null) {
                chip = GpioChip.find(kernel, dev, wanted);
            }
            return chip;
        }

        synchronized LineEvents events() {
            if (events == null) {
                events = new LineEvents(kernel);
            }
            return events;
        }

        synchronized void close() {
            if (events != null) {
                events.close();
                events = null;
            }
            if (chip != null) {
                chip.close();
                chip = null;
            }
        }
    }

    private static final class InputProvider extends DigitalInputProviderBase {
        private final Lines lines;

        InputProvider(Lines lines) {
            super("kernel-digital-input");
            this.lines = lines;
        }

        @Override
        public DigitalInput create(DigitalInputConfig config) {
            KernelInput input =
                    new KernelInput(this, config, lines.kernel, lines.chip(), lines.events());
            context.registry().add(input);
            return input;
        }
    }

    private static final class OutputProvider extends DigitalOutputProviderBase {
        private final Lines lines;

        OutputProvider(Lines lines) {
            super("kernel-digital-output");
            this.lines = lines;
        }

        @Override
        public DigitalOutput create(DigitalOutputConfig config) {
            KernelOutput output = new KernelOutput(this, config, lines.kernel, lines.chip());
            context.registry().add(output);
            return output;
        }
    }
}
