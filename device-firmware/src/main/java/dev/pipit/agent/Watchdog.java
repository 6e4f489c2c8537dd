package dev.pipit.agent;

import dev.pipit.board.kernel.SystemdNotifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.tinylog.Logger;

/**
 * Tells systemd that the service is ready, and alive only while every loop advances: each loop
 * counts its turns, and a beat is given when every count has grown since the last one. A loop that
 * hangs ends in a restart by systemd, after which the outputs are safe.
 *
 * <p>Does nothing where systemd did not ask for it.
 */
final class Watchdog {
    private final SystemdNotifier systemd;
    private final List<Loop> loops = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopping;

    private static final class Loop {
        final String name;
        final LongSupplier turns;
        long seen = Long.MIN_VALUE;

        Loop(String name, LongSupplier turns) {
            this.name = name;
            this.turns = turns;
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
        loops.add(new Loop(name, turns));
    }

    /** Everything is started: systemd may go on, and the beat begins if it wants one. */
    void ready() {
        if (systemd.wanted()) {
            tell("READY=1\nSTATUS=running");
            if (systemd.watchdogMs() > 0) {
                thread.start();
            }
        }
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
        long everyNs = systemd.watchdogMs() * 1_000_000 / 4;
        while (!stopping) {
            String stuck = stuck();
            if (stuck.isEmpty()) {
                tell("WATCHDOG=1");
            } else {
                Logger.error("{} does not advance: systemd will restart the service", stuck);
            }
            LockSupport.parkNanos(this, everyNs);
        }
    }

    /** The loops that stood still since the last look; empty where all advance. */
    String stuck() {
        StringBuilder names = new StringBuilder();
        for (Loop loop : loops) {
            long turns = loop.turns.getAsLong();
            if (turns == loop.seen) {
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
