package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real file systems that are cut, full or read-only. Needs root, mount and mkfs.ext4. */
@Tag("real")
class RealDisksTest {
    private static final int SNAPSHOTS = 12;
    private static final SpoolOptions OPTIONS =
            new SpoolOptions(32, 200, 16, 0, 1_000, 1_000, 1_000, DropPolicy.OLDEST);

    @TempDir Path folder;

    private Path mounted = Path.of("");
    private final List<Path> mounts = new ArrayList<>();

    @BeforeEach
    void place() throws IOException {
        mounted = Files.createDirectory(folder.resolve("mounted"));
    }

    @AfterEach
    void unmount() throws Exception {
        for (Path mount : mounts) {
            run("umount", "-l", mount.toString());
        }
    }

    /** Appends for ever and says of each record that it was accepted. */
    public static final class Appender {
        private Appender() {}

        public static void main(String[] arguments) throws IOException {
            Spool spool =
                    Spool.open(OPTIONS, null, null, DirectoryDisk.onCard(Path.of(arguments[0])));
            Durability durability = Durability.valueOf(arguments[1]);
            byte[] bytes = new byte[200];
            while (true) {
                Arrays.fill(bytes, (byte) spool.newest());
                long sequence = spool.append(durability, 0, bytes, 0, bytes.length);
                System.out.write((sequence + "\n").getBytes(StandardCharsets.US_ASCII));
                System.out.flush();
            }
        }
    }

    @Test
    void whatCountedAsAcceptedIsOnTheCardWheneverThePowerFails() throws Exception {
        assertThat(lostByCuts(Durability.SYNCED)).isEmpty();
    }

    @Test
    void recordsThatWereNotSyncedAreFoundMissing() throws Exception {
        assertThat(lostByCuts(Durability.DURABLE)).isNotEmpty();
    }

    /** Copies the disk under a running process, mounts each copy, and returns what is missing. */
    private List<String> lostByCuts(Durability durability) throws Exception {
        Path image = folder.resolve("card.img");
        run("truncate", "-s", "24M", image.toString());
        run("mkfs.ext4", "-q", "-F", image.toString());
        mount("-o", "loop", image.toString(), mounted.toString());
        List<String> lost = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(7);
        Process appender =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Appender.class.getName(),
                                mounted.resolve("synced").toString(),
                                durability.name())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Set<Long> accepted = new TreeSet<>();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(
                                appender.getInputStream(), StandardCharsets.US_ASCII))) {
            for (int i = 0; i < SNAPSHOTS; i++) {
                for (int lines = 1 + random.nextInt(300); lines > 0; lines--) {
                    accepted.add(Long.parseLong(String.valueOf(out.readLine())));
                }
                run("kill", "-STOP", Long.toString(appender.pid()));
                // What it said before it stood still had been accepted, all of it.
                while (out.ready()) {
                    accepted.add(Long.parseLong(String.valueOf(out.readLine())));
                }
                Path copy = folder.resolve("cut-" + i + ".img");
                copyAtOnce(image, copy);
                run("kill", "-CONT", Long.toString(appender.pid()));
                lost.addAll(missingIn(copy, accepted, i));
                Files.delete(copy);
            }
        } finally {
            appender.destroyForcibly();
            appender.waitFor(10, TimeUnit.SECONDS);
        }
        return lost;
    }

    /** The disk of one moment: two copies of it are the same. */
    private static void copyAtOnce(Path image, Path copy) throws IOException {
        byte[] first = Files.readAllBytes(image);
        byte[] second = Files.readAllBytes(image);
        for (int tries = 0; !Arrays.equals(first, second) && tries < 50; tries++) {
            first = second;
            second = Files.readAllBytes(image);
        }
        assertThat(second).as("a disk that stands still").isEqualTo(first);
        Files.write(copy, first);
    }

    private List<String> missingIn(Path copy, Set<Long> accepted, int cut) throws Exception {
        Path place = Files.createDirectory(folder.resolve("after-" + cut));
        mount("-o", "loop", copy.toString(), place.toString());
        Spool spool =
                Spool.open(OPTIONS, null, null, DirectoryDisk.onCard(place.resolve("synced")));
        assertThat(spool.fault()).isNull();
        TreeSet<Long> missing = new TreeSet<>(accepted);
        SpoolRecord record = new SpoolRecord();
        for (long at = 0; spool.next(at, record); at = record.sequence()) {
            missing.remove(record.sequence());
            assertThat(record.payload()[7]).isEqualTo((byte) (record.sequence() - 1));
        }
        spool.close();
        run("umount", place.toString());
        mounts.remove(place);
        return missing.stream().map(sequence -> "cut " + cut + ": " + sequence).toList();
    }

    @Test
    void aRingWhoseMemoryIsFullHandsOverToTheCardAndLosesNothing() throws Exception {
        mount("-t", "tmpfs", "-o", "size=300k", "tmpfs", mounted.toString());
        Spool spool =
                Spool.open(
                        OPTIONS,
                        DirectoryDisk.inMemory(mounted.resolve("ring")),
                        DirectoryDisk.onCard(folder.resolve("card")),
                        DirectoryDisk.onCard(folder.resolve("synced")));
        int count = 8_000;
        for (int i = 0; i < count; i++) {
            assertThat(spool.append(Durability.DURABLE, i, new byte[100], 0, 100)).isPositive();
            if (i == 3_000) {
                // Somebody else fills what is left.
                run("dd", "if=/dev/zero", "of=" + mounted.resolve("hog"), "bs=1k", "status=none");
            }
            if (i % 100 == 0) {
                spool.work(i * 100L);
            }
        }
        assertThat(sequences(spool)).hasSize(count);
        assertThat(spool.gaps()).isEmpty();
        spool.close();
    }

    @Test
    void aCardThatIsReadOnlyIsAFaultAndTakesEverythingOnceItIsWritable() throws Exception {
        mount("-t", "tmpfs", "-o", "size=24m", "tmpfs", mounted.toString());
        run("mount", "-o", "remount,ro", mounted.toString());
        Spool spool =
                Spool.open(
                        OPTIONS,
                        DirectoryDisk.inMemory(folder.resolve("ring")),
                        DirectoryDisk.onCard(mounted.resolve("card")),
                        DirectoryDisk.onCard(mounted.resolve("synced")));
        spool.online(false, 0);
        assertThat(spool.fault()).containsIgnoringCase("read-only");
        long nowMs = 0;
        for (int i = 0; i < 500; i++, nowMs += 100) {
            Durability durability = i % 10 == 0 ? Durability.SYNCED : Durability.DURABLE;
            assertThat(spool.append(durability, i, new byte[100], 0, 100)).isPositive();
            spool.work(nowMs);
        }
        assertThat(sequences(spool)).hasSize(500);
        run("mount", "-o", "remount,rw", mounted.toString());
        for (int i = 0; i < 700; i++, nowMs += 100) {
            spool.work(nowMs);
        }
        assertThat(spool.fault()).isNull();
        assertThat(sequences(spool)).hasSize(500);
        assertThat(LogReport.in(mounted)).anyMatch(report -> report.records() == 500);
        spool.close();
    }

    private static Set<Long> sequences(Spool spool) {
        TreeSet<Long> sequences = new TreeSet<>();
        SpoolRecord record = new SpoolRecord();
        for (long at = 0; spool.next(at, record); at = record.sequence()) {
            sequences.add(record.sequence());
        }
        return sequences;
    }

    private void mount(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(options));
        run(command.toArray(new String[0]));
        mounts.add(Path.of(options[options.length - 1]));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0 && !command[0].equals("dd")) {
            throw new IOException(
                    String.join(" ", command) + " (needs root and what it names): " + said);
        }
    }
}
