package dev.pipit.agent;

import dev.pipit.actuation.OutputGuard;
import dev.pipit.command.Answer;
import dev.pipit.command.CommandGate;
import dev.pipit.command.Incoming;
import dev.pipit.command.Moment;
import dev.pipit.time.TimeSource;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.tinylog.Logger;

/**
 * The clock of the outputs: one thread that advances the {@link OutputGuard} when a lease, a pulse
 * or a limit is due, and the lock under which commands are decided. It waits for no broker, no
 * sensor and no disk.
 */
final class ActuationLoop {
    private static final long LONGEST_WAIT_NS = 1_000_000_000L;

    private final OutputGuard guard;
    private final CommandGate gate;
    private final TimeSource time;
    private final Thread thread;
    private final LocalControl local;
    private final BooleanSupplier connected;
    private boolean stopping;
    private volatile long turns;

    /**
     * @param connected whether there is a broker; must not wait
     */
    ActuationLoop(
            OutputGuard guard,
            CommandGate gate,
            LocalControl local,
            BooleanSupplier connected,
            TimeSource time) {
        this.local = local;
        this.connected = connected;
        this.guard = guard;
        this.gate = gate;
        this.time = time;
        this.thread = new Thread(this::loop, "actuation");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Decides on one command; called on the MQTT reader thread, takes microseconds. */
    synchronized Answer decide(Incoming incoming) {
        Answer answer = gate.decide(incoming, Moment.of(time));
        // A new value has a new end: the loop looks again.
        notifyAll();
        return answer;
    }

    /** An edge of an input; called on the thread that reads inputs. */
    synchronized void edge(String input, boolean active, long atNs) {
        local.edge(input, active, atNs);
        notifyAll();
    }

    /** Does something to the guard between two of its turns. */
    synchronized <T> T withGuard(Function<OutputGuard, T> action) {
        T result = action.apply(guard);
        notifyAll();
        return result;
    }

    /** Grows with every turn, at least once a second. */
    long turns() {
        return turns;
    }

    /** Ends the loop; the outputs stay as they are. */
    void stop() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        try {
            thread.join(1_000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes it
    private synchronized void loop() {
        while (!stopping) {
            turns++;
            try {
                guard.advance(time.monotonicNs());
                local.turn(connected.getAsBoolean());
            } catch (RuntimeException broken) {
                Logger.error(broken, "the output guard failed; it goes on");
            }
            long nowNs = time.monotonicNs();
            long nextNs = Math.min(guard.nextDeadlineNs(nowNs), local.nextDeadlineNs());
            nextNs = Math.min(nextNs, nowNs + LONGEST_WAIT_NS);
            long waitNs = nextNs - nowNs;
            try {
                if (waitNs > 0) {
                    wait(waitNs / 1_000_000, (int) (waitNs % 1_000_000));
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
