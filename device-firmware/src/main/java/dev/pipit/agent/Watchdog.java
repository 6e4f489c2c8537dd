package dev.pipit.agent;

import dev.pipit.board.kernel.SystemdNotifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.tinylog.Logger;

/**
 * Tells systemd that the service is ready, and alive only while every loop advances: each loop
 * counts its turns, and a beat is given when every count has grown since the last one. A loop that
 * hangs ends in a restart by systemd, after which the outputs are safe.
 *
 * <p>A loop that waits inside a driver for its device is excused: its bus hangs, which is reported
 * as an alarm, and a restart would stop the other buses, the inputs and the outputs without freeing
 * it (ADR 0204).
 */
final class Watchdog {
    private static final long LOOK_EVERY_NS = 5_000_000_000L;

    private final SystemdNotifier systemd;
    private final List<Loop> loops = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopping;

    private static final class Loop {
        final String name;
        final LongSupplier turns;
        final BooleanSupplier excused;
        long seen = Long.MIN_VALUE;

        Loop(String name, LongSupplier turns, BooleanSupplier excused) {
            this.name = name;
            this.turns = turns;
            this.excused = excused;
        }
    }

    Watchdog(SystemdNotifier systemd) {
        this.systemd = systemd;
        this.thread = new Thread(this::beat, "watchdog");
        this.thread.setDaemon(true);
    }

    /**
     * Watches a loop; before {@link #ready()} only.
     *
     * @param turns grows at least once a second while the loop advances
     */
    void watch(String name, LongSupplier turns) {
        watch(name, turns, () -> false);
    }

    /**
     * Watches a loop that may be held up from outside; before {@link #ready()} only.
     *
     * @param excused whether it is now; asked at every look
     */
    void watch(String name, LongSupplier turns, BooleanSupplier excused) {
        loops.add(new Loop(name, turns, excused));
    }

    /** Everything is started: systemd may go on, and the beat begins if it wants one. */
    void ready() {
        if (systemd.wanted()) {
            tell("READY=1\nSTATUS=running");
        }
        thread.start();
    }

    /** The end is wanted: systemd waits, and no more beats are due. */
    void stopping() {
        stopping = true;
        LockSupport.unpark(thread);
        if (systemd.wanted()) {
            tell("STOPPING=1\nSTATUS=outputs safe, sending what waits");
        }
    }

    private void beat() {
        boolean fed = systemd.wanted() && systemd.watchdogMs() > 0;
        long everyNs = fed ? systemd.watchdogMs() * 1_000_000 / 4 : LOOK_EVERY_NS;
        while (!stopping) {
            String stuck = stuck();
            if (!stuck.isEmpty()) {
                Logger.error(
                        "{} does not advance{}",
                        stuck,
                        fed ? ": systemd will restart the service" : "");
            } else if (fed) {
                tell("WATCHDOG=1");
            }
            LockSupport.parkNanos(this, everyNs);
        }
    }

    /** The loops that stood still since the last look, unexcused; empty where all advance. */
    String stuck() {
        StringBuilder names = new StringBuilder();
        for (Loop loop : loops) {
            long turns = loop.turns.getAsLong();
            boolean excused = loop.excused.getAsBoolean();
            if (turns == loop.seen && !excused) {
                names.append(names.isEmpty() ? "" : ", ").append(loop.name);
            }
            loop.seen = turns;
        }
        return names.toString();
    }

    private void tell(String message) {
        try {
            if (!systemd.tell(message)) {
                Logger.warn("systemd could not be told {}", message);
            }
        } catch (RuntimeException noLibrary) {
            Logger.error("systemd cannot be told: {}", noLibrary.getMessage());
        }
    }
}
