package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The kernel through {@code libpipit_kernel.so}. The library is looked for where the system
 * property {@code pipit.native} says (a file), else in {@code native/<arch>/} beside this jar (or
 * beside {@code target/classes}), else on {@code java.library.path}. Nothing is unpacked anywhere.
 */
public final class NativeKernel implements Kernel {
    private static final String FILE = "libpipit_kernel.so";

    private static @Nullable NativeKernel loaded;

    private NativeKernel() {}

    /**
     * @throws Pi4JException saying where the library was looked for and how to build it
     */
    public static synchronized NativeKernel load() {
        if (loaded == null) {
            loadLibrary();
            loaded = new NativeKernel();
        }
        return loaded;
    }

    /** {@code amd64}, {@code arm64} or {@code armhf}, as Debian calls them. */
    public static String architecture() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (arch) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> arch.startsWith("arm") ? "armhf" : arch;
        };
    }

    private static void loadLibrary() {
        List<Path> candidates = candidates();
        for (Path candidate : candidates) {
            if (Files.isRegularFile(candidate)) {
                link(() -> System.load(candidate.toAbsolutePath().toString()), candidate);
                return;
            }
        }
        try {
            System.loadLibrary("pipit_kernel");
        } catch (UnsatisfiedLinkError e) {
            throw new Pi4JException(
                    FILE
                            + " for "
                            + architecture()
                            + " is not in "
                            + candidates
                            + " nor on java.library.path: build it with sensor-drivers/src/main/c/build,"
                            + " or name it with -Dpipit.native=FILE",
                    e);
        }
    }

    private static void link(Runnable load, Path file) {
        try {
            load.run();
        } catch (UnsatisfiedLinkError e) {
            throw new Pi4JException(file + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static List<Path> candidates() {
        List<Path> candidates = new ArrayList<>();
        String named = System.getProperty("pipit.native");
        if (named != null) {
            candidates.add(Path.of(named));
            return candidates;
        }
        CodeSource source = NativeKernel.class.getProtectionDomain().getCodeSource();
        if (source != null && source.getLocation() != null) {
            try {
                Path from = Path.of(source.getLocation().toURI()).toAbsolutePath();
                Path last = Path.of(architecture(), FILE);
                candidates.add(from.resolveSibling("native").resolve(last));
                // A checkout's jars stand in device-firmware/target/lib.
                for (Path up = from; up != null; up = up.getParent()) {
                    Path built = up.resolve("sensor-drivers/target/native").resolve(last);
                    if (Files.isRegularFile(built)) {
                        candidates.add(built);
                    }
                }
            } catch (URISyntaxException e) {
                throw new IllegalStateException("where this class came from is no path", e);
            }
        }
        return candidates;
    }

    @Override
    public int open(String path, int flags) {
        return open0(path.getBytes(StandardCharsets.UTF_8), flags);
    }

    /**
     * sd_notify(3): tells systemd, if it listens.
     *
     * @param socket what the environment variable {@code NOTIFY_SOCKET} says
     * @param message {@code READY=1}, {@code WATCHDOG=1}, {@code STATUS=...}; 512 bytes at most
     * @return 0 or above, or {@code -errno}
     */
    public int notify(String socket, String message) {
        return notify0(
                socket.getBytes(StandardCharsets.UTF_8), message.getBytes(StandardCharsets.UTF_8));
    }

    /** Nanoseconds since boot, time asleep included. */
    public long nanosSinceBoot() {
        return bootNanos();
    }

    /** Whether something, such as NTP, has declared the machine's clock synchronised. */
    public boolean clockIsSynchronised() {
        return clockSynchronised() == 1;
    }

    private static native int open0(byte[] path, int flags);

    private static native int notify0(byte[] socket, byte[] message);

    private static native long bootNanos();

    private static native int clockSynchronised();

    @Override
    public native int close(int descriptor);

    @Override
    public native int i2cTransfer(
            int descriptor,
            int address,
            byte[] out,
            int outOffset,
            int outLength,
            byte[] in,
            int inOffset,
            int inLength);

    @Override
    public native int i2cSettings(int descriptor, int retries, int timeoutMs);

    @Override
    public native int spiSettings(int descriptor, int mode, int bitsPerWord, int hertz);

    @Override
    public native int spiTransfer(
            int descriptor,
            byte @Nullable [] out,
            int outOffset,
            byte @Nullable [] in,
            int inOffset,
            int length);

    @Override
    public native int gpioChip(int descriptor, byte[] nameAndLabel);

    @Override
    public native int gpioLine(int descriptor, int line, byte[] nameAndConsumer);

    @Override
    public native int gpioInput(
            int descriptor, int line, byte[] consumer, int bias, int debounceMicros);

    @Override
    public native int gpioOutput(
            int descriptor, int line, byte[] consumer, int high, int drive, int bias);

    @Override
    public native int gpioGet(int lineDescriptor);

    @Override
    public native int gpioSet(int lineDescriptor, int high);

    @Override
    public native int gpioEvents(int lineDescriptor, long[] into);

    @Override
    public native int poll(int[] descriptors, int count, int timeoutMs, boolean[] ready);

    @Override
    public native int wakeable();

    @Override
    public native int wake(int descriptor);

    @Override
    public native int sleepAgain(int descriptor);
}
