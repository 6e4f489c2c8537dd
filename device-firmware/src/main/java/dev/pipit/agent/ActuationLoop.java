package dev.pipit.agent;

import dev.pipit.actuation.OutputGuard;
import dev.pipit.command.Answer;
import dev.pipit.command.CommandGate;
import dev.pipit.command.Incoming;
import dev.pipit.command.Moment;
import dev.pipit.command.Outcome;
import dev.pipit.time.TimeSource;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The clock of the outputs: the one thread that touches the {@link OutputGuard} and whatever stands
 * behind it. It decides on commands, and advances the guard when a lease, a pulse or a limit is
 * due. It waits for no broker, no sensor and no disk.
 *
 * <p>Others hand over and wait no longer than they can afford: where a driver hangs in a write, a
 * command is answered {@code hardware-error} or {@code not-ready}, and the thread that reads from
 * the network goes on. What is given up before it was begun is never done later.
 */
final class ActuationLoop {
    /** How long the network may wait for a decision. Deciding takes microseconds. */
    static final long PATIENCE_MS = 250;

    /** How long the end waits for the safe values. */
    private static final long END_PATIENCE_MS = 1_000;

    private static final long LONGEST_WAIT_NS = 1_000_000_000L;
    private static final int ROOM = 256;
    private static final long IDLE = Long.MIN_VALUE;
    private static final String BUSY = "the outputs are busy: one does not take a value";
    private static final String ENDING = "the outputs are safe and stay so: the agent ends";

    private final OutputGuard guard;
    private final CommandGate gate;
    private final CommandGate.Listener record;
    private final TimeSource time;
    private final Thread thread;
    private final LocalControl local;
    private final BooleanSupplier connected;
    private final Object lock = new Object();

    // guarded by lock
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean stopping;

    private volatile long turns;

    /** Since when it has been working on something, or {@link #IDLE}. */
    private volatile long busySinceNs = IDLE;

    private final LongAdder refused = new LongAdder();

    /** Something to be done on the loop's thread, unless it is given up before. */
    private static final class Task<T> implements Runnable {
        private final Supplier<T> action;
        private final AtomicBoolean claimed = new AtomicBoolean();
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile @Nullable T result;

        Task(Supplier<T> action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (!claimed.compareAndSet(false, true)) {
                return;
            }
            try {
                result = action.get();
            } finally {
                done.countDown();
            }
        }

        /** Whether it was given up before it was begun. */
        boolean giveUp() {
            return claimed.compareAndSet(false, true);
        }

        /** The result; {@code null}: there is none yet. */
        @Nullable T await(long ms) {
            try {
                return done.await(ms, TimeUnit.MILLISECONDS) ? result : null;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    /**
     * @param record hears of what the gate could not be asked, on the thread that asked
     * @param connected whether there is a broker; must not wait
     */
    ActuationLoop(
            OutputGuard guard,
            CommandGate gate,
            CommandGate.Listener record,
            LocalControl local,
            BooleanSupplier connected,
            TimeSource time) {
        this.local = local;
        this.connected = connected;
        this.guard = guard;
        this.gate = gate;
        this.record = record;
        this.time = time;
        this.thread = new Thread(this::loop, "actuation");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Decides on one command; called on the MQTT reader thread, waits {@value #PATIENCE_MS} ms. */
    Answer decide(Incoming incoming) {
        Task<Answer> task = new Task<>(() -> gate.decide(incoming, Moment.of(time)));
        if (hangs() || !offer(task)) {
            return unheard(incoming, Outcome.NOT_READY, ending() ? ENDING : BUSY);
        }
        Answer answer = task.await(PATIENCE_MS);
        if (answer != null) {
            return answer;
        }
        return task.giveUp()
                ? unheard(incoming, Outcome.NOT_READY, BUSY)
                : unheard(
                        incoming,
                        Outcome.HARDWARE_ERROR,
                        "the output has not taken the value within " + PATIENCE_MS + "ms");
    }

    private Answer unheard(Incoming incoming, Outcome outcome, String reason) {
        refused.increment();
        Answer answer = Answer.unheard(incoming, outcome, reason);
        record.decided(incoming, answer, Moment.of(time));
        return answer;
    }

    /** An edge of an input; called on the thread that reads inputs, does not wait. */
    void edge(String input, boolean active, long atNs) {
        happened(() -> local.edge(input, active, atNs));
    }

    /** An encoder has moved by one detent; called on the thread that reads inputs. */
    void turned(String input, boolean clockwise) {
        happened(() -> local.turned(input, clockwise));
    }

    private void happened(Runnable event) {
        if (!offer(event)) {
            refused.increment();
        }
    }

    /**
     * Does something to the guard between two of its turns.
     *
     * @return {@code null}: it could not be done within a second, because an output hangs
     */
    <T> @Nullable T withGuard(Function<OutputGuard, T> action) {
        Task<T> task = new Task<>(() -> action.apply(guard));
        if (!thread.isAlive()) {
            task.run();
            return task.await(0);
        }
        if (!offer(task)) {
            return null;
        }
        return task.await(END_PATIENCE_MS);
    }

    private boolean hangs() {
        long since = busySinceNs;
        return since != IDLE && time.monotonicNs() - since > PATIENCE_MS * 1_000_000;
    }

    private boolean ending() {
        synchronized (lock) {
            return stopping;
        }
    }

    private boolean offer(Runnable task) {
        synchronized (lock) {
            if (waiting.size() >= ROOM || stopping) {
                return false;
            }
            waiting.add(task);
            lock.notifyAll();
            return true;
        }
    }

    /** Commands and edges that an output which hung has cost. */
    long refused() {
        return refused.sum();
    }

    /** Grows with every turn, at least once a second. */
    long turns() {
        return turns;
    }

    /** Ends the loop; the outputs stay as they are. */
    void stop() {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
        }
        try {
            thread.join(END_PATIENCE_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes it
    private void loop() {
        while (true) {
            turns++;
            busySinceNs = time.monotonicNs();
            long waitNs = turn();
            busySinceNs = IDLE;
            synchronized (lock) {
                if (stopping) {
                    return;
                }
                try {
                    if (waiting.isEmpty() && waitNs > 0) {
                        lock.wait(waitNs / 1_000_000, (int) (waitNs % 1_000_000));
                    }
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** Does one thing that was handed over and whatever is due; says how long nothing will be. */
    private long turn() {
        Runnable task;
        synchronized (lock) {
            task = waiting.poll();
        }
        try {
            if (task != null) {
                task.run();
            }
        } catch (RuntimeException broken) {
            Logger.error(broken, "deciding on a command failed; the outputs go on");
        }
        try {
            guard.advance(time.monotonicNs());
            local.turn(connected.getAsBoolean());
        } catch (RuntimeException broken) {
            Logger.error(broken, "the output guard failed; it goes on");
        }
        long nowNs = time.monotonicNs();
        long nextNs = Math.min(guard.nextDeadlineNs(nowNs), local.nextDeadlineNs());
        return Math.min(nextNs, nowNs + LONGEST_WAIT_NS) - nowNs;
    }
}
