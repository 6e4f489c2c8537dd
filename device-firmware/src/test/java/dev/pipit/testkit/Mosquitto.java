package dev.pipit.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real mosquitto on a free loopback port, for tests tagged {@code real}. Fails, with what to
 * install, where there is none.
 */
public final class Mosquitto implements AutoCloseable {
    private static final List<String> PLACES =
            List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin");

    private final Path folder;
    private final int port;
    private @Nullable Process process;

    private Mosquitto(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /**
     * Starts a broker that lets everybody in.
     *
     * @param configuration further lines for {@code mosquitto.conf}; {@code %d} stands for a folder
     *     of its own
     */
    public static Mosquitto start(String... configuration) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path folder = Files.createTempDirectory("mosquitto");
        List<String> lines = new ArrayList<>();
        lines.add("user " + System.getProperty("user.name"));
        lines.add("listener " + port + " 127.0.0.1");
        lines.add("log_dest file " + folder.resolve("mosquitto.log"));
        lines.add("log_type all");
        lines.add("set_tcp_nodelay true");
        boolean own = false;
        for (String line : configuration) {
            own |= line.startsWith("allow_anonymous");
            lines.add(line.replace("%d", folder.toString()));
        }
        if (!own) {
            lines.add("allow_anonymous true");
        }
        Files.write(folder.resolve("mosquitto.conf"), lines);
        Mosquitto broker = new Mosquitto(folder, port);
        broker.restart();
        return broker;
    }

    public int port() {
        return port;
    }

    public URI url() {
        return URI.create("mqtt://127.0.0.1:" + port);
    }

    /** Where configuration, log and, if asked for, persistence lie. */
    public Path folder() {
        return folder;
    }

    /** What the broker wrote so far. */
    public String log() throws IOException {
        Path log = folder.resolve("mosquitto.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Starts again, on the same port, after {@link #stop} or {@link #kill}. */
    public void restart() throws IOException {
        Process started =
                new ProcessBuilder(
                                executable().toString(),
                                "-c",
                                folder.resolve("mosquitto.conf").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output.txt").toFile())
                        .start();
        process = started;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(
                        "mosquitto did not start: "
                                + Files.readString(folder.resolve("output.txt"))
                                + log());
            }
            pause();
        }
    }

    /** Ends the broker as systemd does; it says goodbye to its clients. */
    public void stop() {
        end(process, false);
    }

    /** Ends the broker as a power cut does. */
    public void kill() {
        end(process, true);
    }

    private static void end(@Nullable Process process, boolean forcibly) {
        if (process == null) {
            return;
        }
        if (forcibly) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the broker and removes its folder. */
    @Override
    public void close() throws IOException {
        kill();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path executable() {
        List<String> places = new ArrayList<>(PLACES);
        String path = System.getenv("PATH");
        if (path != null) {
            places.addAll(List.of(path.split(":")));
        }
        for (String place : places) {
            Path candidate = Path.of(place, "mosquitto");
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException(
                "mosquitto is not installed, and this test needs it: apt install mosquitto");
    }
}
