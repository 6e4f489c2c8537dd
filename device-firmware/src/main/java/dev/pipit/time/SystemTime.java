package dev.pipit.time;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The clocks of the machine that pipit runs on. */
public final class SystemTime implements TimeSource {
    /**
     * 2026-11-01T00:00:00Z. No device can be in use before it was built, so an earlier wall clock
     * is one that nobody has set since power came.
     */
    static final long BUILT_MS = 1_793_491_200_000L;

    /** Made by systemd-timesyncd when it starts; a file in it when it has set the clock. */
    private static final Path TIMESYNC = Path.of("run/systemd/timesync");

    /** 1 where the kernel took the time from a clock with a battery. */
    private static final Path BATTERY = Path.of("sys/class/rtc/rtc0/hctosys");

    private static final long LOOK_AGAIN_NS = 1_000_000_000L;

    private final long bootNs;
    private final Path root;
    private final LongSupplier wall;
    private volatile boolean vouchedFor;
    private volatile long lookedNs;

    public SystemTime() {
        this(Path.of("/"), System::currentTimeMillis);
    }

    /**
     * As above, elsewhere.
     *
     * @param root what {@code run} and {@code sys} are below
     */
    SystemTime(Path root, LongSupplier wall) {
        this.root = root;
        this.wall = wall;
        this.lookedNs = System.nanoTime() - LOOK_AGAIN_NS;
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
        return wall.getAsLong();
    }

    @Override
    public long sinceBootMs() {
        return (System.nanoTime() - bootNs) / 1_000_000;
    }

    /**
     * Whether the clock is later than this software, and somebody vouches for it: a machine without
     * a battery clock starts with the time of its last shutdown, which looks right and is not.
     * Where systemd-timesyncd runs its word counts, or that of a battery; where another program
     * sets the clock nobody can be asked, and the date alone has to do.
     */
    @Override
    public boolean synchronised() {
        if (wall.getAsLong() < BUILT_MS) {
            return false;
        }
        long nowNs = System.nanoTime();
        if (!vouchedFor && nowNs - lookedNs >= LOOK_AGAIN_NS) {
            lookedNs = nowNs;
            vouchedFor = look();
        }
        return vouchedFor;
    }

    private boolean look() {
        Path timesync = root.resolve(TIMESYNC);
        return !Files.isDirectory(timesync)
                || Files.exists(timesync.resolve("synchronized"))
                || hasBattery();
    }

    private boolean hasBattery() {
        try {
            return Files.readString(root.resolve(BATTERY)).strip().equals("1");
        } catch (IOException none) {
            return false;
        }
    }
}
