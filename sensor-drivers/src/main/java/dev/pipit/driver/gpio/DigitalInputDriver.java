package dev.pipit.driver.gpio;

import com.pi4j.io.gpio.digital.DigitalInput;
import dev.pipit.driver.TimedInput;
import dev.pipit.driver.Wiring;
import dev.pipit.driver.Wiring.InputLine;

/**
 * One configured digital input: turns levels into edges of <em>active</em> and <em>inactive</em>,
 * debounced.
 *
 * <p>Two threads meet here. The board's event thread brings levels; the thread that {@linkplain
 * #poll polls} all inputs, usually an {@link InputLoop}, reports edges. Neither waits for the other
 * longer than a few instructions, and neither allocates.
 *
 * <p>Where the board debounces by itself, a level that arrives has stood already and counts at
 * once, so the delay of an edge is the debounce time and never twice that.
 */
public final class DigitalInputDriver implements AutoCloseable {
    private final String id;
    private final boolean activeLow;
    private final EdgeSink edges;
    private final Wiring wiring;
    private final DigitalInput input;
    private final Object lock = new Object();

    // guarded by lock
    private final Debouncer debouncer;
    private Runnable wake = () -> {};

    /**
     * Claims the line.
     *
     * @param line its debounce time is applied here where the board does not
     * @throws com.pi4j.exception.Pi4JException where the board refuses the pin
     */
    public DigitalInputDriver(Wiring wiring, InputLine line, EdgeSink edges) {
        this.wiring = wiring;
        this.id = line.id();
        this.activeLow = line.activeLow();
        this.edges = edges;
        this.input = wiring.input(line);
        boolean boardDebounces = input instanceof TimedInput timed && timed.debounced();
        debouncer =
                new Debouncer(
                        input.isHigh() != activeLow,
                        boardDebounces ? 0 : line.debounceMicros() * 1_000);
        if (input instanceof TimedInput timed) {
            timed.onLevel(this::level);
        } else {
            input.addListener(event -> level(event.state().isHigh(), System.nanoTime()));
        }
    }

    /** The input's name in the configuration. */
    public String id() {
        return id;
    }

    /** Whether it is active (pressed), as last reported. */
    public boolean active() {
        synchronized (lock) {
            return debouncer.settled();
        }
    }

    /** What to run when a level has changed and {@link #poll} is worth calling. */
    void onChange(Runnable wake) {
        synchronized (lock) {
            this.wake = wake;
        }
    }

    /** Called by the board. */
    void level(boolean high, long atNanos) {
        Runnable toWake;
        synchronized (lock) {
            debouncer.level(high != activeLow, atNanos);
            toWake = wake;
        }
        toWake.run();
    }

    /**
     * Reports the edge that is due, if one is.
     *
     * @return when to call again, or {@link Long#MAX_VALUE} where only a new level can bring news
     */
    public long poll(long nowNanos) {
        boolean changed;
        boolean active;
        long since;
        long due;
        synchronized (lock) {
            changed = debouncer.settle(nowNanos);
            active = debouncer.settled();
            since = debouncer.sinceNanos();
            due = debouncer.due();
        }
        if (changed) {
            edges.edge(id, active, since);
        }
        return due;
    }

    @Override
    public void close() {
        wiring.release(input);
    }
}
