package dev.pipit.board;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.IO;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CProvider;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import com.pi4j.io.pwm.PwmType;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiConfig;
import com.pi4j.io.spi.SpiProvider;
import com.pi4j.provider.Provider;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;
import org.tinylog.configuration.Configuration;

/**
 * A board whose lines and devices come from a Pi4J context: what the boards share. Keeps the book
 * of who has what and turns Pi4J's wrapped exceptions into one that says what is wrong.
 *
 * <p>Thread-safe; called while the agent starts, when a bus is opened anew, and when it ends.
 */
public abstract class Pi4jBoard implements Board {
    private final String name;
    private final BoardSettings settings;
    private final Context context;
    private final Claims claims = new Claims();
    private final Map<IO<?, ?, ?>, String> held = new HashMap<>();
    private final Map<Integer, String> safeLines = new LinkedHashMap<>();

    /**
     * @param providers at most one per I/O type
     */
    protected Pi4jBoard(String name, BoardSettings settings, Provider<?, ?, ?>... providers) {
        this.name = name;
        this.settings = settings;
        quieten();
        context = Pi4J.newContextBuilder().noAutoDetect().add(providers).build();
    }

    /**
     * Keeps Pi4J from reporting errors about a Raspberry Pi that is not there, and from narrating.
     * Works until the first line is logged: whoever sets up logging calls it before.
     */
    public static void quieten() {
        if (!Configuration.isFrozen()) {
            Configuration.set("level@com.pi4j", "warn");
            Configuration.set("level@com.pi4j.boardinfo", "off");
        }
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Context context() {
        return context;
    }

    /** The number under which Pi4J's provider knows a BCM pin. */
    protected int gpioAddress(int pin) {
        return pin;
    }

    /** The number under which Pi4J's provider knows a BCM pin's PWM channel. */
    protected int pwmAddress(int pin) {
        return pin;
    }

    @Override
    public I2C i2c(int bus, int address) {
        String what = "address 0x%02x on i2c-%d".formatted(address, bus);
        return claim(
                what,
                "a sensor",
                () -> {
                    I2CProvider provider = context.i2c();
                    return provider.create(
                            I2C.newConfigBuilder(context)
                                    .id("i2c-%d-0x%02x".formatted(bus, address))
                                    .bus(bus)
                                    .device(address)
                                    .build());
                });
    }

    @Override
    public Spi spi(int bus, int chipSelect, int hertz, int mode, int bitsPerWord) {
        return claim(
                "chip select " + chipSelect + " on spi-" + bus,
                "a sensor",
                () ->
                        createSpi(
                                Spi.newConfigBuilder(context)
                                        .id("spi-" + bus + "." + chipSelect)
                                        .bus(bus)
                                        .channel(chipSelect)
                                        .baud(hertz)
                                        .mode(mode)
                                        .build(),
                                bitsPerWord));
    }

    /** Makes the SPI device; Pi4J's own providers know words of 8 bits only. */
    protected Spi createSpi(SpiConfig config, int bitsPerWord) {
        if (bitsPerWord != 8) {
            throw new Pi4JException(
                    "words of " + bitsPerWord + " bits: board '" + name + "' has those of 8 only");
        }
        SpiProvider provider = context.spi();
        return provider.create(config);
    }

    @Override
    public DigitalInput input(InputLine line) {
        return claim(
                settings.words(line.pin()),
                "input '" + line.id() + "'",
                () -> {
                    DigitalInputProvider provider = context.din();
                    return provider.create(
                            DigitalInput.newConfigBuilder(context)
                                    .id("gpio-" + line.pin())
                                    .name(line.id())
                                    .address(gpioAddress(line.pin()))
                                    .pull(
                                            switch (line.pull()) {
                                                case NONE -> PullResistance.OFF;
                                                case UP -> PullResistance.PULL_UP;
                                                case DOWN -> PullResistance.PULL_DOWN;
                                            })
                                    .debounce(line.debounceMicros())
                                    .onState(
                                            line.activeLow() ? DigitalState.LOW : DigitalState.HIGH)
                                    .build());
                });
    }

    @Override
    public DigitalOutput output(OutputLine line) {
        DigitalOutput output = claimOutput(line);
        keepSafeLine(line.pin(), safeLine(line));
        return output;
    }

    private DigitalOutput claimOutput(OutputLine line) {
        return claim(
                settings.words(line.pin()),
                "output '" + line.id() + "'",
                () ->
                        createOutput(
                                DigitalOutput.newConfigBuilder(context)
                                        .id("gpio-" + line.pin())
                                        .name(line.id())
                                        .address(gpioAddress(line.pin()))
                                        .initial(
                                                line.initial()
                                                        ? DigitalState.HIGH
                                                        : DigitalState.LOW)
                                        .build(),
                                line));
    }

    /** Makes the output; Pi4J's configuration cannot say its drive and its bias. */
    protected DigitalOutput createOutput(DigitalOutputConfig config, OutputLine line) {
        DigitalOutputProvider provider = context.dout();
        return provider.create(config);
    }

    @Override
    public Pwm pwm(PwmLine line) {
        Pwm pwm = claimPwm(line);
        keepSafeLine(line.pin(), safeLine(line));
        return pwm;
    }

    private Pwm claimPwm(PwmLine line) {
        return claim(
                settings.words(line.pin()),
                "PWM output '" + line.id() + "'",
                () ->
                        createPwm(
                                Pwm.newConfigBuilder(context)
                                        .id("pwm-" + line.pin())
                                        .name(line.id())
                                        .address(pwmAddress(line.pin()))
                                        .pwmType(PwmType.HARDWARE)
                                        .frequency(line.hertz())
                                        .initial((line.initialPermille() + 5) / 10)
                                        .build(),
                                line));
    }

    /** How {@code pipit-safe} gives an output its initial level back; empty: it cannot. */
    protected String safeLine(OutputLine line) {
        return "";
    }

    /** How {@code pipit-safe} gives a PWM output its initial duty back; empty: it cannot. */
    protected String safeLine(PwmLine line) {
        return "";
    }

    private synchronized void keepSafeLine(int pin, String line) {
        if (!line.isEmpty()) {
            safeLines.put(pin, line);
        }
    }

    @Override
    public synchronized List<String> safeLines() {
        return List.copyOf(safeLines.values());
    }

    /** Makes the PWM output; providers of whole percents leave its length in nanoseconds aside. */
    protected Pwm createPwm(PwmConfig config, PwmLine line) {
        PwmProvider provider = context.pwm();
        return provider instanceof NanosPwm.Provider fine
                ? fine.create(config, line.initialNanos())
                : provider.create(config);
    }

    private synchronized <T extends IO<?, ?, ?>> T claim(
            String what, String who, Supplier<T> create) {
        claims.take(what, who);
        try {
            T io = create.get();
            held.put(io, what);
            return io;
        } catch (RuntimeException | LinkageError e) {
            // LinkageError: a provider's native library that does not load.
            claims.free(what);
            throw new Pi4JException(what + " for " + who + ": " + reason(e), e);
        }
    }

    /** Pi4J wraps: the innermost message says what happened. */
    private static String reason(Throwable e) {
        @Nullable String words = null;
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t.getMessage() != null) {
                words = t.getMessage();
            }
        }
        return words == null ? e.getClass().getSimpleName() : words;
    }

    @Override
    public synchronized void release(IO<?, ?, ?> io) {
        String what = held.remove(io);
        if (what == null) {
            return;
        }
        claims.free(what);
        try {
            context.shutdown(io);
        } catch (RuntimeException e) {
            Logger.warn(e, "{}: could not be released", what);
        }
    }

    @Override
    public synchronized void close() {
        held.clear();
        try {
            context.shutdown();
        } catch (RuntimeException e) {
            Logger.warn(e, "board {}: could not be closed", name);
        }
    }
}
