package dev.pipit.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is inside one directory of a spool. Read from a copy in memory: nothing is changed, no lock
 * is taken, and the agent may run meanwhile.
 *
 * @param directory where it lies
 * @param drafts whether these are drafts, rows of batches that were open
 * @param records not settled
 * @param payloadBytes of these records
 * @param oldestStamp time of the oldest one's first reading, ms; 0: there is none
 * @param newestStamp time of the newest one's first reading, ms; 0: there is none
 * @param badRecords places that do not check
 * @param clean whether it was closed in order
 * @param gaps losses that were not reported yet
 */
public record LogReport(
        Path directory,
        boolean drafts,
        long records,
        long payloadBytes,
        long oldestStamp,
        long newestStamp,
        long badRecords,
        boolean clean,
        List<Gap> gaps) {
    private static final int DEPTH = 3;
    private static final int MANY = 1 << 15;

    public LogReport {
        gaps = List.copyOf(gaps);
    }

    /**
     * Every log in a directory and below it, down to three levels.
     *
     * @throws IOException if the directory cannot be read
     */
    public static List<LogReport> in(Path directory) throws IOException {
        List<Path> places;
        try (Stream<Path> found = Files.walk(directory, DEPTH)) {
            places = found.filter(Files::isDirectory).sorted().toList();
        }
        List<LogReport> reports = new ArrayList<>();
        for (Path place : places) {
            if (Files.exists(place.resolve(Cursor.NAME))) {
                reports.add(records(place));
            } else if (Files.isRegularFile(place.resolve(DraftRing.NAME))) {
                reports.add(drafts(place));
            }
        }
        return reports;
    }

    private static LogReport records(Path place) throws IOException {
        SegmentLog log = SegmentLog.open(copy(place), MANY, 0);
        SpoolRecord record = new SpoolRecord();
        Tally tally = new Tally();
        for (long at = 0; log.next(at, record); at = record.sequence()) {
            tally.add(record);
        }
        return tally.report(place, false, log.badRecords(), log.wasClean(), log.gaps());
    }

    private static LogReport drafts(Path place) throws IOException {
        DraftRing ring = DraftRing.open(copy(place), 0);
        SpoolRecord record = new SpoolRecord();
        Tally tally = new Tally();
        for (long at = 0; ring.next(at, record); at = record.sequence()) {
            tally.add(record);
        }
        return tally.report(place, true, 0, true, List.of());
    }

    private static MemoryDisk copy(Path place) throws IOException {
        MemoryDisk copy = new MemoryDisk();
        List<Path> files;
        try (Stream<Path> found = Files.list(place)) {
            files = found.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            try {
                byte[] bytes = Files.readAllBytes(file);
                copy.create(String.valueOf(file.getFileName()), bytes.length)
                        .write(0, bytes, 0, bytes.length);
            } catch (NoSuchFileException renamed) {
                // The agent is at work: what was settled meanwhile does not wait any more.
            }
        }
        return copy;
    }

    /** Counts while reading. */
    private static final class Tally {
        private long records;
        private long payloadBytes;
        private long oldest;
        private long newest;

        void add(SpoolRecord record) {
            oldest = records == 0 ? record.stamp() : Math.min(oldest, record.stamp());
            newest = Math.max(newest, record.stamp());
            records++;
            payloadBytes += record.length();
        }

        LogReport report(Path place, boolean drafts, long bad, boolean clean, List<Gap> gaps) {
            return new LogReport(
                    place, drafts, records, payloadBytes, oldest, newest, bad, clean, gaps);
        }
    }
}
