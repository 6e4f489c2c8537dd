package dev.pipit.spool;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The files of one log by name: {@code live-<generation>.seg} holds records, {@code free-<n>.seg}
 * waits to be used again, {@code *.bad} could not be read and is kept for whoever wants to look.
 */
final class SegmentFiles {
    private static final String LIVE = "live-";
    private static final String FREE = "free-";
    private static final String SUFFIX = ".seg";
    private static final String BAD = ".bad";
    private static final int MAX_BAD_FILES = 2;

    final Disk disk;
    private final long freeFloorBytes;
    private final Deque<String> free = new ArrayDeque<>();
    private long nextGeneration = 1;
    private long freeNumber;
    private boolean changed;

    /** Has its name and its file, but no header yet: to whoever opens the log it is a free one. */
    private @Nullable Segment prepared;

    SegmentFiles(Disk disk, long freeFloorBytes) {
        this.disk = disk;
        this.freeFloorBytes = freeFloorBytes;
    }

    /** Takes note of a file found; true if it holds records. */
    boolean found(String name) {
        if (!name.endsWith(SUFFIX)) {
            return false;
        }
        if (name.startsWith(FREE)) {
            free.add(name);
            freeNumber = Math.max(freeNumber, number(name) + 1);
        } else if (name.startsWith(LIVE)) {
            nextGeneration = Math.max(nextGeneration, number(name) + 1);
            return true;
        }
        return false;
    }

    /** The number in a file's name, -1 if there is none. */
    static long number(String name) {
        try {
            return Long.parseLong(name, name.indexOf('-') + 1, name.length() - SUFFIX.length(), 16);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return -1;
        }
    }

    boolean hasFree() {
        return !free.isEmpty();
    }

    /**
     * Does ahead of time what takes memory and system calls: then {@link #create} takes neither.
     *
     * @return false if there is no room for a file
     */
    boolean prepare() throws IOException {
        if (prepared != null) {
            return true;
        }
        long generation = nextGeneration;
        String name = LIVE + HexFormat.of().toHexDigits(generation) + SUFFIX;
        DiskFile file;
        if (free.isEmpty()) {
            if (disk.freeBytes() - SegmentLayout.SEGMENT_LENGTH < freeFloorBytes) {
                return false;
            }
            file = disk.create(name, SegmentLayout.SEGMENT_LENGTH);
        } else {
            disk.rename(free.getFirst(), name);
            free.removeFirst();
            // Durable before the first byte changes: under its old name it would look damaged.
            disk.syncNames();
            file = disk.open(name);
        }
        nextGeneration = generation + 1;
        changed = true;
        prepared = new Segment(name, file, generation, 0);
        return true;
    }

    /** A new segment, its header in the image and on disk; null if no room. */
    @Nullable Segment create(SegmentImage image, long firstSequence) throws IOException {
        Segment segment = prepare() ? prepared : null;
        if (segment != null) {
            image.begin(segment, firstSequence);
            prepared = null;
        }
        return segment;
    }

    /** Closes what is open here. */
    void close() {
        if (prepared != null) {
            SegmentLog.closeQuietly(prepared.file);
            prepared = null;
        }
    }

    /** Its records are settled: the file may be used again. */
    void retire(String name) throws IOException {
        String freed = FREE + Long.toHexString(freeNumber++) + SUFFIX;
        disk.rename(name, freed);
        free.add(freed);
        changed = true;
    }

    /** Keeps a file that nothing can be read from, two at most. */
    void setAside(String name) throws IOException {
        int kept = 0;
        for (String other : disk.names()) {
            kept += other.endsWith(BAD) ? 1 : 0;
        }
        if (kept < MAX_BAD_FILES) {
            disk.rename(name, name + BAD);
            changed = true;
        } else {
            retire(name);
        }
    }

    void syncNames() throws IOException {
        if (changed) {
            disk.syncNames();
            changed = false;
        }
    }
}
