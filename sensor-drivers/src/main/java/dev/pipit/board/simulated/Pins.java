package dev.pipit.board.simulated;

import dev.pipit.driver.TimedInput.LevelSink;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The simulated header: who has which pin, and which level each shows. Thread-safe. */
final class Pins {
    private final LongSupplier clock;

    // guarded by this
    private final SortedMap<Integer, SimulatedPin> pins = new TreeMap<>();

    private volatile Consumer<String> changes = line -> {};

    Pins(LongSupplier clock) {
        this.clock = clock;
    }

    void onChange(Consumer<String> changes) {
        this.changes = changes;
    }

    synchronized SimulatedPin claim(SimulatedPin pin) {
        pins.put(pin.number, pin);
        return pin;
    }

    synchronized void free(SimulatedPin pin) {
        pins.remove(pin.number, pin);
    }

    synchronized @Nullable SimulatedPin pin(int number) {
        return pins.get(number);
    }

    synchronized List<SimulatedPin> all() {
        return new ArrayList<>(pins.values());
    }

    synchronized boolean high(SimulatedPin pin) {
        return pin.high;
    }

    synchronized int permille(SimulatedPin pin) {
        return pin.permille();
    }

    synchronized long dutyNanos(SimulatedPin pin) {
        return pin.dutyNanos;
    }

    synchronized void listen(SimulatedPin pin, LevelSink sink) {
        pin.sink = sink;
    }

    /** A level from outside. */
    void drive(SimulatedPin pin, boolean high) {
        LevelSink sink;
        synchronized (this) {
            if (pin.high == high) {
                return;
            }
            pin.high = high;
            sink = pin.sink;
        }
        if (sink != null) {
            sink.level(high, clock.getAsLong());
        }
    }

    /**
     * A level from the agent.
     *
     * @param first whether it is the initial one, reported even if it is what was there
     */
    void output(SimulatedPin pin, boolean high, boolean first) {
        synchronized (this) {
            if ((pin.high == high && !first) || pin.stuck) {
                return;
            }
            pin.high = high;
            report(pin);
        }
    }

    /** A length of pulses from the agent. */
    void duty(SimulatedPin pin, long nanos, boolean first) {
        synchronized (this) {
            if ((pin.dutyNanos == nanos && !first) || pin.stuck) {
                return;
            }
            pin.dutyNanos = nanos;
            report(pin);
        }
    }

    /** Makes an output keep its level, or follow again. */
    synchronized void stick(SimulatedPin pin, boolean stuck) {
        pin.stuck = stuck;
    }

    private void report(SimulatedPin pin) {
        long ms = Math.floorDiv(clock.getAsLong(), 1_000_000L);
        changes.accept("pin " + pin.number + " = " + pin.value() + " at " + ms);
    }
}
