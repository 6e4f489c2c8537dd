package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd that the service is ready, alive or stopping (sd_notify(3)). Does nothing where
 * systemd did not ask for it.
 */
public final class SystemdNotifier {
    private final @Nullable String socket;
    private final long watchdogMs;
    private @Nullable NativeKernel kernel;

    /**
     * @param environment {@link System#getenv()}: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}
     */
    public SystemdNotifier(Map<String, String> environment) {
        socket = environment.get("NOTIFY_SOCKET");
        String micros = environment.getOrDefault("WATCHDOG_USEC", "0");
        watchdogMs = micros.matches("\\d{1,15}") ? Long.parseLong(micros) / 1_000 : 0;
    }

    /** Whether systemd listens. */
    public boolean wanted() {
        return socket != null;
    }

    /**
     * How long systemd waits for a sign of life; 0 where it does not. Half of it is a good beat.
     */
    public long watchdogMs() {
        return watchdogMs;
    }

    /**
     * @param message {@code READY=1}, {@code WATCHDOG=1}, {@code STOPPING=1}, {@code STATUS=...};
     *     several in lines
     * @return whether systemd has been told, or does not want to know
     * @throws Pi4JException where the native library is missing
     */
    public synchronized boolean tell(String message) {
        if (socket == null) {
            return true;
        }
        if (kernel == null) {
            kernel = NativeKernel.load();
        }
        return kernel.notify(socket, message) >= 0;
    }
}
