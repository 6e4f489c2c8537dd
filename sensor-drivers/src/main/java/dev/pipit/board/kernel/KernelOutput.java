package dev.pipit.board.kernel;

import com.pi4j.context.Context;
import com.pi4j.io.exception.IOException;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputBase;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalState;
import dev.pipit.driver.Errno;
import dev.pipit.driver.Wiring.Bias;
import dev.pipit.driver.Wiring.Drive;

/**
 * One line as an output, held for as long as this process lives: nobody else can write it. After
 * that a Raspberry Pi's kernel keeps its level.
 */
final class KernelOutput extends DigitalOutputBase {
    private final Kernel kernel;
    private final int descriptor;

    KernelOutput(
            DigitalOutputProvider provider,
            DigitalOutputConfig config,
            Kernel kernel,
            GpioLines.Place place,
            Drive drive,
            Bias bias) {
        super(provider, config);
        this.kernel = kernel;
        boolean high = config.initialState() == DigitalState.HIGH;
        state = high ? DigitalState.HIGH : DigitalState.LOW;
        descriptor =
                place.chip().output(place.line(), config.name(), high, drive(drive), bias(bias));
    }

    /** As {@link Kernel#gpioOutput} wants it. */
    static int drive(Drive drive) {
        return switch (drive) {
            case PUSH_PULL -> 0;
            case OPEN_DRAIN -> 1;
            case OPEN_SOURCE -> 2;
        };
    }

    private static int bias(Bias bias) {
        return switch (bias) {
            case AS_IS -> -1;
            case NONE -> 0;
            case UP -> 1;
            case DOWN -> 2;
        };
    }

    @Override
    public DigitalOutput state(DigitalState state) {
        int result = kernel.gpioSet(descriptor, state.isHigh() ? 1 : 0);
        if (result < 0) {
            throw new IOException(
                    "output " + name() + " cannot be written: " + Errno.words(result));
        }
        return super.state(state);
    }

    @Override
    public DigitalState state() {
        int level = kernel.gpioGet(descriptor);
        if (level < 0) {
            throw new IOException("output " + name() + " cannot be read: " + Errno.words(level));
        }
        return level == 1 ? DigitalState.HIGH : DigitalState.LOW;
    }

    @Override
    public DigitalOutput shutdown(Context context) {
        DigitalOutput output = super.shutdown(context);
        kernel.close(descriptor);
        return output;
    }
}
