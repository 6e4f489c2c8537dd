package dev.pipit.time;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The clocks of the machine that pipit runs on. */
public final class SystemTime implements TimeSource {
    /**
     * 2026-11-01T00:00:00Z. No device can be in use before it was built, so an earlier wall clock
     * is one that nobody has set since power came.
     */
    static final long BUILT_MS = 1_793_491_200_000L;

    private final long bootNs;

    public SystemTime() {
        this.bootNs = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(uptimeMs());
    }

    /**
     * From {@code /proc/uptime}; 0 where there is none, which makes the process's start the origin.
     */
    private static long uptimeMs() {
        try {
            String text = Files.readString(Path.of("/proc/uptime"));
            return (long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1_000);
        } catch (IOException | RuntimeException unreadable) {
            return 0;
        }
    }

    @Override
    public long monotonicNs() {
        return System.nanoTime();
    }

    @Override
    public long wallMs() {
        return System.currentTimeMillis();
    }

    @Override
    public long sinceBootMs() {
        return (System.nanoTime() - bootNs) / 1_000_000;
    }

    @Override
    public boolean synchronised() {
        return System.currentTimeMillis() >= BUILT_MS;
    }
}
