package dev.pipit.driver.gpio;

import java.util.List;
import org.tinylog.Logger;

/**
 * The one thread that reports the edges of all inputs. It waits until the next debounce time is
 * over or a level changes, and does nothing else; an {@link EdgeSink} must return quickly.
 */
public final class InputLoop implements AutoCloseable {
    private final DigitalInputDriver[] inputs;
    private final Object lock = new Object();
    private final Thread thread;

    // guarded by lock
    private boolean changed = true;
    private boolean closing;

    private volatile long turns;

    /** Starts the thread {@code pipit-inputs}. Closing the loop closes the inputs. */
    public InputLoop(List<DigitalInputDriver> inputs) {
        this.inputs = inputs.toArray(DigitalInputDriver[]::new);
        for (DigitalInputDriver input : this.inputs) {
            input.onChange(this::wake);
        }
        thread = new Thread(this::run, "pipit-inputs");
        thread.setDaemon(true);
        thread.start();
    }

    /** Counts up while the loop advances, at least once a second: what a watchdog looks at. */
    public long turns() {
        return turns;
    }

    private void wake() {
        synchronized (lock) {
            changed = true;
            lock.notifyAll();
        }
    }

    /** Written by the loop's thread only. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void turn() {
        turns++;
    }

    private void run() {
        while (true) {
            long due = Debouncer.NEVER;
            for (DigitalInputDriver input : inputs) {
                due = Math.min(due, poll(input));
            }
            turn();
            if (!waitFor(due)) {
                return;
            }
        }
    }

    private static long poll(DigitalInputDriver input) {
        try {
            return input.poll(System.nanoTime());
        } catch (RuntimeException e) {
            // One input's listener must not end the loop of all.
            Logger.error(e, "input {}: its listener failed", input.id());
            return Debouncer.NEVER;
        }
    }

    /**
     * @return false once the loop is closed
     */
    private boolean waitFor(long dueNanos) {
        synchronized (lock) {
            while (!changed && !closing) {
                long left = dueNanos == Debouncer.NEVER ? 0 : dueNanos - System.nanoTime();
                if (dueNanos != Debouncer.NEVER && left <= 0) {
                    break;
                }
                try {
                    // Rounded up: a wake-up before the time would only wait again.
                    long ms = dueNanos == Debouncer.NEVER ? 1_000 : left / 1_000_000 + 1;
                    lock.wait(Math.min(ms, 1_000));
                } catch (InterruptedException e) {
                    return false;
                }
                turn();
            }
            changed = false;
            return !closing;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        try {
            thread.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (DigitalInputDriver input : inputs) {
            input.close();
        }
    }
}
