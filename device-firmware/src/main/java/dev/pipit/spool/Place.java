package dev.pipit.spool;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One log on a disk that may come and go. */
final class Place {
    static final long RETRY_MS = 30_000;

    final String name;
    final @Nullable Disk disk;
    final int segments;
    final long freeFloorBytes;
    final Origin origin;
    @Nullable SegmentLog log;
    @Nullable String fault;
    long retryAtMs;

    /** Whether the cursor on disk does not know all that is settled, or lost. */
    boolean cursorBehind;

    Place(String name, @Nullable Disk disk, int segments, long freeFloorBytes, Origin origin) {
        this.name = name;
        this.disk = disk;
        this.segments = segments;
        this.freeFloorBytes = freeFloorBytes;
        this.origin = origin;
    }

    /** Opens the log; a disk that refuses is a {@link #fault}. */
    void open() {
        if (disk == null) {
            return;
        }
        try {
            log = SegmentLog.open(disk, segments, freeFloorBytes, origin);
            fault = null;
        } catch (IOException e) {
            fail(e, 0);
        }
    }

    /** Gives the log up until a later try. */
    void fail(IOException e, long nowMs) {
        fault = name + ": " + e.getMessage();
        retryAtMs = nowMs + RETRY_MS;
        if (log != null) {
            log.abandon();
            log = null;
        }
    }

    /** Writes what is settled, and the gaps, durably. */
    void writeCursor(long nowMs) {
        SegmentLog of = log;
        try {
            if (of != null) {
                of.writeCursor();
            }
        } catch (IOException e) {
            fail(e, nowMs);
        }
    }
}
