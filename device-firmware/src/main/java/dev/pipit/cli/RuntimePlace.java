package dev.pipit.cli;

import dev.pipit.config.BoardChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where an agent keeps what does not outlive a boot. */
final class RuntimePlace {
    private static final Path OF_THE_SERVICE = Path.of("/run/pipit");

    private RuntimePlace() {}

    /**
     * The directory that systemd gives; else, for a board that others could reach, one that every
     * agent of this machine or at least of this user agrees on.
     *
     * @param environment of this process
     * @return {@code null}: none is needed, because the outputs live in this process only
     */
    static @Nullable Path usual(BoardChoice board, Map<String, String> environment) {
        String given = environment.get("RUNTIME_DIRECTORY");
        if (given != null && !given.isEmpty()) {
            return Path.of(given.split(":")[0]);
        }
        if (board == BoardChoice.SIMULATED) {
            return null;
        }
        Path parent = OF_THE_SERVICE.getParent();
        if (Files.isWritable(OF_THE_SERVICE)
                || (!Files.exists(OF_THE_SERVICE) && parent != null && Files.isWritable(parent))) {
            return OF_THE_SERVICE;
        }
        String users = environment.get("XDG_RUNTIME_DIR");
        return users != null && !users.isEmpty()
                ? Path.of(users, "pipit")
                : Path.of("/tmp", "pipit-" + System.getProperty("user.name"));
    }
}
