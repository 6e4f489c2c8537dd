package dev.pipit.board.linuxfs;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.plugin.linuxfs.provider.gpio.digital.LinuxFsDigitalInputProvider;
import com.pi4j.plugin.linuxfs.provider.i2c.LinuxFsI2CProvider;
import com.pi4j.plugin.linuxfs.provider.pwm.LinuxFsPwmProvider;
import com.pi4j.plugin.linuxfs.provider.spi.LinuxFsSpiProvider;
import dev.pipit.board.BoardSettings;
import dev.pipit.board.Pi4jBoard;
import dev.pipit.board.PwmPins;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Pi4J's linuxfs plugin, with outputs of our own because the plugin's do not initialise on current
 * kernels. BCM numbers work on every model: the chip is found by its label.
 */
public final class LinuxfsBoard extends Pi4jBoard {
    private final Path gpioClass;
    private final Path pwmClass;
    private @Nullable SysfsGpioChip chip;

    /** The board on this machine. */
    public LinuxfsBoard(BoardSettings settings) {
        this(Path.of("/sys"), settings);
    }

    /**
     * @param sysfs root of the tree that is {@code /sys} on a device
     */
    public LinuxfsBoard(Path sysfs, BoardSettings settings) {
        super(
                "linuxfs",
                settings,
                LinuxFsDigitalInputProvider.newInstance(sysfs.resolve("class/gpio").toString()),
                new SysfsOutput.Provider(sysfs.resolve("class/gpio")),
                LinuxFsI2CProvider.newInstance(),
                LinuxFsSpiProvider.newInstance(),
                LinuxFsPwmProvider.newInstance(
                        sysfs.resolve("class/pwm").toString(), pwmChip(sysfs)));
        gpioClass = sysfs.resolve("class/gpio");
        pwmClass = sysfs.resolve("class/pwm");
    }

    private static int pwmChip(Path sysfs) {
        try {
            return PwmPins.find(sysfs.resolve("class/pwm"), 18).chip();
        } catch (Pi4JException none) {
            return 0; // The error comes, with its words, when a PWM output is asked for.
        }
    }

    @Override
    public List<String> limits() {
        return List.of(
                "outputs go through sysfs without Pi4J's plugin, which cannot initialise them on"
                        + " current kernels",
                "pull resistors are not set: choose them in config.txt (gpio=17=ip,pu)",
                "the kernel's debounce is not used: pipit debounces by itself",
                "edges arrive through inotify: pulses shorter than some milliseconds are lost",
                "a PWM duty is a whole percent",
                "no lines by name, no open drain, no settings of an I2C bus, no SPI words but of 8"
                        + " bits");
    }

    @Override
    protected synchronized int gpioAddress(int pin) {
        if (pin < 0) {
            throw new Pi4JException(
                    "board 'linuxfs' knows lines by number only: use 'pin: N', or the board"
                            + " 'kernel'");
        }
        if (chip == null) {
            chip = SysfsGpioChip.find(gpioClass);
        }
        return chip.address(pin);
    }

    @Override
    protected int pwmAddress(int pin) {
        return PwmPins.find(pwmClass, pin).channel();
    }

    @Override
    protected String safeLine(OutputLine line) {
        return "write\t%s/gpio%d/direction\t%s\t%s"
                .formatted(
                        gpioClass,
                        gpioAddress(line.pin()),
                        line.initial() ? "high" : "low",
                        line.id());
    }

    @Override
    protected String safeLine(PwmLine line) {
        return PwmPins.safeLine(pwmClass, line);
    }

    @Override
    protected DigitalOutput createOutput(DigitalOutputConfig config, OutputLine line) {
        if (line.drive() != Drive.PUSH_PULL) {
            throw new Pi4JException(
                    "board 'linuxfs' drives outputs both ways only: use the board 'kernel'");
        }
        return super.createOutput(config, line);
    }

    @Override
    protected Pwm createPwm(PwmConfig config, PwmLine line) {
        Pwm pwm = super.createPwm(config, line);
        if (line.initialPermille() < 5) {
            // The plugin leaves a channel as it found it.
            pwm.off();
        }
        return pwm;
    }

    @Override
    public I2C i2c(int bus, int address) {
        String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (!architecture.equals("aarch64") && !architecture.startsWith("arm")) {
            throw new Pi4JException(
                    "Pi4J's linuxfs plugin has no I2C library for "
                            + architecture
                            + ": use the board 'kernel' or 'simulated'");
        }
        return super.i2c(bus, address);
    }
}
