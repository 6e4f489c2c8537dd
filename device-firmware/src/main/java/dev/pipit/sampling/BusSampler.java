package dev.pipit.sampling;

import dev.pipit.driver.Fault;
import dev.pipit.driver.SensorDriver;
import dev.pipit.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The sampling loop of one bus: one thread that reads its sensors when they are due and waits in
 * between. A slow bus delays only itself. Sensors are read in the order of their deadlines.
 *
 * <p>The thread is named {@code sample-<bus>}. It never ends before {@link #stop}: whatever a
 * driver throws is a fault of its sensor.
 */
public final class BusSampler {
    private static final long LONGEST_WAIT_NS = 1_000_000_000L;

    /** A call into a driver that lasts longer hangs: the kernel's own timeouts are shorter. */
    private static final long HANGS_AFTER_NS = 3_000_000_000L;

    private final String bus;
    private final TimeSource time;
    private final ReadingSink readings;
    private final HealthSink health;
    private final List<SensorTask> tasks = new ArrayList<>();
    private SensorTask[] scheduled = new SensorTask[0];
    private final Thread thread;

    /** What others asked of the tasks, which only this thread touches. */
    private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();

    private volatile boolean stopping;
    private volatile long turns;

    /** When the call into a driver began that is under way; 0: none is. */
    private volatile long insideSinceNs;

    private volatile boolean hanging;

    public BusSampler(String bus, TimeSource time, ReadingSink readings, HealthSink health) {
        this.bus = bus;
        this.time = time;
        this.readings = readings;
        this.health = health;
        this.thread = new Thread(this::loop, "sample-" + bus);
        this.thread.setDaemon(true);
    }

    /**
     * Adds a sensor; before {@link #start} only.
     *
     * @param sensor index in the configuration, handed to the sinks
     * @param everyMs interval, 10 or more
     */
    public void add(int sensor, String name, SensorDriver driver, long everyMs) {
        tasks.add(new SensorTask(sensor, name, driver, everyMs, time, readings, health));
        scheduled = tasks.toArray(new SensorTask[0]);
    }

    /** The time quantum that readings of a sensor with this interval keep to, milliseconds. */
    public static long quantumMs(long everyMs) {
        return SensorTask.quantumMs(everyMs);
    }

    public void start() {
        thread.start();
    }

    /** Tries the sensors that fail again at once, whatever their back-off; does not wait. */
    public void tryFailing() {
        ask(() -> {
            for (SensorTask task : scheduled) {
                task.tryNow();
            }
        });
    }

    /**
     * Reads a sensor at another interval from now on; does not wait.
     *
     * @param sensor as given to {@link #add}; one of another bus is not touched
     * @param everyMs a multiple of the {@linkplain #quantumMs quantum} of its first interval
     */
    public void interval(int sensor, long everyMs) {
        ask(() -> {
            for (SensorTask task : scheduled) {
                if (task.sensor == sensor) {
                    task.interval(everyMs);
                }
            }
        });
    }

    private void ask(Runnable request) {
        asked.add(request);
        LockSupport.unpark(thread);
    }

    /** Ends the loop and closes the drivers, waiting up to a second for a transfer under way. */
    public void stop() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join(1_000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            Logger.warn("bus {}: a transfer hangs; leaving it behind", bus);
            return;
        }
        for (SensorTask task : scheduled) {
            task.close();
        }
    }

    /** Grows with every turn of the loop, at least once a second: whoever watches sees it alive. */
    public long turns() {
        return turns;
    }

    /**
     * Whether the loop waits inside a driver for its device, and has for seconds. Its sensors are
     * then reported as failing, once; the loop itself reports them back when they are.
     *
     * <p>Called by whoever watches the loops, every few seconds.
     */
    public boolean hangs() {
        long sinceNs = insideSinceNs;
        long lastedNs = time.monotonicNs() - sinceNs;
        if (sinceNs == 0 || lastedNs < HANGS_AFTER_NS) {
            return false;
        }
        if (!hanging) {
            hanging = true;
            String what =
                    "a transfer on "
                            + bus
                            + " has not come back for "
                            + lastedNs / 1_000_000_000
                            + " s; other buses, inputs and outputs go on";
            for (SensorTask task : scheduled) {
                health.failing(task.sensor, Fault.TIMEOUT, what);
            }
        }
        return true;
    }

    public String bus() {
        return bus;
    }

    private void loop() {
        while (!stopping) {
            long waitNs = advance() - time.monotonicNs();
            if (waitNs > 0) {
                LockSupport.parkNanos(this, Math.min(waitNs, LONGEST_WAIT_NS));
            }
        }
    }

    /**
     * Does the one thing that is due longest, if any.
     *
     * @return when to come back, on the monotonic clock; now or earlier where more is due
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes it
    long advance() {
        turns++;
        if (!asked.isEmpty()) {
            Runnable request = asked.poll();
            if (request != null) {
                request.run();
            }
        }
        SensorTask first = earliest();
        if (first == null) {
            return time.monotonicNs() + LONGEST_WAIT_NS;
        }
        if (first.dueNs() - time.monotonicNs() <= 0) {
            long nowNs = time.monotonicNs();
            insideSinceNs = nowNs == 0 ? 1 : nowNs;
            first.advance();
            insideSinceNs = 0;
            if (hanging) {
                hanging = false;
                for (SensorTask task : scheduled) {
                    task.alarmStands();
                }
            }
            first = earliest();
        }
        return first == null ? time.monotonicNs() + LONGEST_WAIT_NS : first.dueNs();
    }

    private @Nullable SensorTask earliest() {
        SensorTask earliest = null;
        for (SensorTask task : scheduled) {
            if (earliest == null || task.dueNs() - earliest.dueNs() < 0) {
                earliest = task;
            }
        }
        return earliest;
    }
}
