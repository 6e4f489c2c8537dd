package dev.pipit.board;

import java.nio.file.Files;
import java.nio.file.Path;

/** A file of sysfs that appears with an export: udev still has to hand it to a group. */
public final class ExportedFile {
    private static final long PATIENCE_NS = 2_000_000_000L;

    private ExportedFile() {}

    /** Waits, two seconds at most, until this process may write it; an interrupt ends the wait. */
    public static void await(Path file) {
        long begunNs = System.nanoTime();
        while (!Files.isWritable(file) && System.nanoTime() - begunNs < PATIENCE_NS) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
