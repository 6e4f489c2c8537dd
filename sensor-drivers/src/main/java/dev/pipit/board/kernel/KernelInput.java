package dev.pipit.board.kernel;

import com.pi4j.context.Context;
import com.pi4j.io.exception.IOException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputBase;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.DigitalStateChangeEvent;
import com.pi4j.io.gpio.digital.PullResistance;
import dev.pipit.driver.Errno;
import dev.pipit.driver.TimedInput;

/** One line as an input: bias and debouncing by the kernel, edges with the kernel's times. */
final class KernelInput extends DigitalInputBase implements TimedInput {
    private final Kernel kernel;
    private final LineEvents events;
    private final int descriptor;
    private final boolean debounced;

    private volatile LevelSink sink;

    // written by the event thread, and once before it knows this input
    private boolean high;
    private long sequence;

    KernelInput(
            DigitalInputProvider provider,
            DigitalInputConfig config,
            Kernel kernel,
            GpioLines.Place place,
            LineEvents events) {
        super(provider, config);
        this.kernel = kernel;
        this.events = events;
        PullResistance pull = config.pull();
        int bias = pull == PullResistance.PULL_UP ? 1 : pull == PullResistance.PULL_DOWN ? 2 : 0;
        long micros = config.debounce() == null ? 0 : config.debounce();
        debounced = micros > 0;
        descriptor = place.chip().input(place.line(), config.name(), bias, Math.toIntExact(micros));
        sink = this::tell;
        high = kernel.gpioGet(descriptor) == 1;
    }

    /** Pi4J's way, until somebody asks for times. */
    private void tell(boolean high, long atNanos) {
        dispatch(new DigitalStateChangeEvent<>(this, DigitalState.getState(high)));
    }

    @Override
    public DigitalInput initialize(Context context) {
        DigitalInput input = super.initialize(context);
        events.add(this);
        return input;
    }

    int descriptor() {
        return descriptor;
    }

    /** Called by the event thread. */
    void event(long nanos, boolean rising, long number) {
        boolean gap = sequence != 0 && number != sequence + 1;
        sequence = number;
        high = rising;
        sink.level(rising, nanos);
        if (gap) {
            resync();
        }
    }

    /** Called by the event thread: reads the line and catches up with it. */
    void resync() {
        int level = kernel.gpioGet(descriptor);
        if (level >= 0 && level == 1 != high) {
            high = level == 1;
            sink.level(high, System.nanoTime());
        }
    }

    @Override
    public DigitalState state() {
        int level = kernel.gpioGet(descriptor);
        if (level < 0) {
            throw new IOException("input " + name() + " cannot be read: " + Errno.words(level));
        }
        return level == 1 ? DigitalState.HIGH : DigitalState.LOW;
    }

    @Override
    public void onLevel(LevelSink sink) {
        this.sink = sink;
        // What has changed since the caller read the level would otherwise be lost.
        int level = kernel.gpioGet(descriptor);
        if (level >= 0) {
            sink.level(level == 1, System.nanoTime());
        }
    }

    @Override
    public boolean debounced() {
        return debounced;
    }

    @Override
    public DigitalInput shutdown(Context context) {
        events.remove(this);
        DigitalInput input = super.shutdown(context);
        kernel.close(descriptor);
        return input;
    }
}
