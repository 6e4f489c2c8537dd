package dev.pipit.driver.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Finds devices in the kernel's trees. Cold: when a sensor is first read, and after a fault. */
final class KernelFiles {
    private KernelFiles() {}

    /** {@code /}, or what the system property {@code pipit.root} says. */
    static Path root() {
        return Path.of(System.getProperty("pipit.root", "/"));
    }

    /** The folders that match a pattern, in the order of their names; none where there is none. */
    static List<Path> folders(Path parent, String glob) {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(parent)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, glob)) {
                all.forEach(found::add);
            } catch (IOException e) {
                return List.of();
            }
        }
        Collections.sort(found);
        return found;
    }

    /**
     * The first of the folders whose file says so; the first of all where {@code wanted} is any.
     */
    static Optional<Path> named(List<Path> folders, String file, String wanted) {
        for (Path folder : folders) {
            if (wanted.equals("any") || content(folder.resolve(file)).equals(wanted)) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    /** What the folders call themselves, for messages. */
    static String names(List<Path> folders, String file) {
        if (folders.isEmpty()) {
            return "there is none";
        }
        return "there are: "
                + String.join(", ", folders.stream().map(f -> content(f.resolve(file))).toList());
    }

    /** Without white space around; empty where it cannot be read. */
    static String content(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
