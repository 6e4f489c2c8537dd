package dev.pipit.board.kernel;

import java.util.Arrays;
import org.tinylog.Logger;

/**
 * The one thread that waits for the edges of all inputs ({@code pipit-gpio}): {@code poll}, take
 * the events, hand each to its input. Allocates nothing per event.
 *
 * <p>When nothing has happened for a second, and when an event is missing from the sequence (the
 * kernel keeps 64 per line), the lines themselves are read, so that an edge that was lost costs a
 * delay and never a wrong state.
 */
final class LineEvents implements AutoCloseable {
    private static final int QUIET_MS = 1_000;
    private static final int MOST = 63;
    private static final int BATCH = 64;

    private final Kernel kernel;
    private final int waker;
    private final long[] events = new long[BATCH * Kernel.EVENT_LONGS];
    private final Thread thread;

    private volatile KernelInput[] inputs = {};
    private volatile long turns;
    private volatile boolean closing;

    LineEvents(Kernel kernel) {
        this.kernel = kernel;
        waker = kernel.wakeable();
        thread = new Thread(this::run, "pipit-gpio");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void add(KernelInput input) {
        KernelInput[] more = Arrays.copyOf(inputs, inputs.length + 1);
        if (more.length > MOST) {
            throw new IllegalStateException("more than " + MOST + " inputs");
        }
        more[more.length - 1] = input;
        inputs = more;
        kernel.wake(waker);
    }

    synchronized void remove(KernelInput input) {
        inputs = Arrays.stream(inputs).filter(other -> other != input).toArray(KernelInput[]::new);
        kernel.wake(waker);
    }

    /** Counts up while events can be taken, at least once a second. */
    long turns() {
        return turns;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes it
    private void run() {
        int[] descriptors = new int[MOST + 1];
        boolean[] ready = new boolean[MOST + 1];
        while (!closing) {
            KernelInput[] now = inputs;
            descriptors[0] = waker;
            for (int i = 0; i < now.length; i++) {
                descriptors[i + 1] = now[i].descriptor();
            }
            int result = kernel.poll(descriptors, now.length + 1, QUIET_MS, ready);
            if (result < 0) {
                pause();
                continue;
            }
            turns++;
            if (ready[0]) {
                kernel.sleepAgain(waker);
            }
            for (int i = 0; i < now.length; i++) {
                if (result == 0) {
                    now[i].resync();
                } else if (ready[i + 1]) {
                    take(now[i]);
                }
            }
        }
    }

    /** A descriptor has gone under poll's feet: the next turn knows the new list. */
    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(KernelInput input) {
        try {
            int count = kernel.gpioEvents(input.descriptor(), events);
            for (int i = 0; i < count; i++) {
                int at = i * Kernel.EVENT_LONGS;
                input.event(events[at], events[at + 1] == Kernel.RISING, events[at + 2]);
            }
        } catch (RuntimeException e) {
            Logger.error(e, "{}: its listener failed", input);
        }
    }

    @Override
    public void close() {
        closing = true;
        kernel.wake(waker);
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kernel.close(waker);
    }
}
