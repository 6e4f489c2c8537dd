package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.spool.FaultyDisk.Cut;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The system calls of a real process that uses a spool, recorded by strace, and the disks that a
 * power cut after each of them can leave: what the process had been promised is on all of them.
 */
@Tag("real")
class TracedSpoolTest {
    private static final SpoolOptions OPTIONS =
            new SpoolOptions(16, 8, 4, 0, 1_000, 1_000, 1_000, DropPolicy.OLDEST);
    private static final int STEPS = 700;

    /** Of the disks that one cut can leave, when there are more. */
    private static final int MOST_CUTS = 60;

    @TempDir static Path folder;

    private static Path recording = Path.of("");

    /** Works, and says before it goes on what it has been promised. */
    public static final class Child {
        private final Spool spool;
        private final SplittableRandom random = new SplittableRandom(5);
        private final SpoolRecord record = new SpoolRecord();
        private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

        private Child(Path at) {
            spool =
                    Spool.open(
                            OPTIONS,
                            DirectoryDisk.inMemory(at.resolve("ring")),
                            DirectoryDisk.onCard(at.resolve("card")),
                            DirectoryDisk.onCard(at.resolve("synced")));
        }

        public static void main(String[] arguments) throws IOException {
            Child child = new Child(Path.of(arguments[0]));
            for (int i = 0; i < STEPS; i++) {
                child.step(i * 300L);
            }
            Runtime.getRuntime().halt(0);
        }

        private void step(long nowMs) throws IOException {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> append(Durability.DURABLE, "accepted ");
                case 4, 5, 6 -> append(Durability.SYNCED, "synced ");
                case 7 -> {
                    for (int i = 0; i < 5 && spool.next(0, record); i++) {
                        say("settled " + record.sequence());
                        spool.settled(record.sequence());
                    }
                }
                case 8 -> {
                    spool.flush();
                    say("flushed " + spool.newest());
                }
                default -> spool.work(nowMs);
            }
        }

        private void append(Durability durability, String word) throws IOException {
            byte[] bytes = payload(spool.newest() + 1);
            say(word + spool.append(durability, 7, bytes, 0, bytes.length));
        }

        private void say(String line) throws IOException {
            out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** What the record of a sequence holds. */
    private static byte[] payload(long sequence) {
        SplittableRandom random = new SplittableRandom(sequence);
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(5) == 0 ? 12_000 : 600)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Path card() {
        return folder.resolve("card");
    }

    private static Path synced() {
        return folder.resolve("synced");
    }

    /** Runs the child under strace. */
    @BeforeAll
    static void record() throws Exception {
        Files.createDirectories(card());
        Files.createDirectories(synced());
        recording = folder.resolve("strace.txt");
        List<String> command = new ArrayList<>(List.of("strace", "-o", recording.toString()));
        command.addAll(SyscallTrace.OPTIONS);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString()));
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .redirectOutput(folder.resolve("said").toFile())
                            .start();
        } catch (IOException e) {
            throw new IOException("this test needs strace: apt install strace", e);
        }
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("strace and the process under it").isZero();
    }

    /** Plays a recording and looks at what every cut would have left. */
    private static final class Cuts implements SyscallTrace.Listener {
        final FaultyDisk card = new FaultyDisk();
        final FaultyDisk synced = new FaultyDisk();
        final TreeSet<Long> accepted = new TreeSet<>();
        final TreeSet<Long> promised = new TreeSet<>();
        final TreeSet<String> findings = new TreeSet<>();
        private final SplittableRandom random = new SplittableRandom(1);
        private long newest;
        private int moments;
        private int states;

        void replay(Set<String> ignored) throws IOException {
            SyscallTrace.replay(recording, Map.of(card(), card, synced(), synced), ignored, this);
        }

        @Override
        public void said(String text) {
            for (String line : text.lines().toList()) {
                long sequence = Long.parseLong(line.substring(line.indexOf(' ') + 1));
                switch (line.substring(0, line.indexOf(' '))) {
                    case "accepted" -> accepted.add(sequence);
                    case "synced" -> {
                        accepted.add(sequence);
                        promised.add(sequence);
                    }
                    case "flushed" -> promised.addAll(accepted.headSet(sequence, true));
                    case "settled" -> {
                        accepted.remove(sequence);
                        promised.remove(sequence);
                    }
                    default -> throw new AssertionError("the process said " + line);
                }
                newest = Math.max(newest, sequence);
            }
        }

        @Override
        public void changed(FaultyDisk disk) {
            moments++;
            if (isFound()) {
                return;
            }
            FaultyDisk other = disk == card ? synced : card;
            List<Supplier<FaultyDisk>> cuts = disk.everyCut();
            Collections.shuffle(cuts, new Random(moments));
            cuts = new ArrayList<>(cuts.subList(0, Math.min(cuts.size(), MOST_CUTS)));
            for (Cut how : Cut.values()) {
                cuts.add(() -> disk.cut(how, random));
            }
            for (Supplier<FaultyDisk> cut : cuts) {
                Cut how = Cut.values()[random.nextInt(Cut.values().length)];
                FaultyDisk left = cut.get();
                FaultyDisk otherLeft = other.cut(how, random);
                states++;
                check(disk == card ? left : otherLeft, disk == card ? otherLeft : left);
            }
        }

        /** Whether a record is lost: then the rest of the recording tells nothing more. */
        boolean isFound() {
            return findings.stream().anyMatch(finding -> finding.startsWith("lost"));
        }

        /** What is wrong with a spool that starts on these disks. */
        private void check(FaultyDisk cardLeft, FaultyDisk syncedLeft) {
            Spool spool = Spool.open(OPTIONS, new FaultyDisk(), cardLeft, syncedLeft);
            if (spool.fault() != null) {
                findings.add("fault: " + spool.fault());
            }
            TreeSet<Long> missing = new TreeSet<>(promised);
            SpoolRecord record = new SpoolRecord();
            for (long at = 0; spool.next(at, record); at = record.sequence()) {
                byte[] expected = payload(record.sequence());
                if (!Arrays.equals(
                        record.payload(), 0, record.length(), expected, 0, expected.length)) {
                    findings.add("damaged: " + record.sequence());
                }
                missing.remove(record.sequence());
            }
            missing.forEach(sequence -> findings.add("lost: " + sequence));
            if (spool.badRecords() > 0) {
                findings.add("a cut taken for damage");
            }
            if (spool.gaps().stream().anyMatch(gap -> gap.reason() != Gap.Reason.POWER_CUT)) {
                findings.add("gaps: " + spool.gaps());
            }
            if (spool.append(Durability.SYNCED, 0, new byte[1], 0, 1) <= newest) {
                findings.add("sequence given out again");
            }
        }
    }

    @Test
    void whereverThePowerFailsWhatWasPromisedIsOnTheDisk() throws Exception {
        Cuts cuts = new Cuts();
        cuts.replay(Set.of());
        System.out.println(
                cuts.states
                        + " disks after "
                        + cuts.moments
                        + " system calls: "
                        + cuts.promised.size()
                        + " records promised in the end, "
                        + cuts.findings.size()
                        + " findings");
        assertThat(cuts.findings).isEmpty();
        assertThat(cuts.promised).hasSizeGreaterThan(20);
        assertThat(cuts.states).isGreaterThan(10_000);
        long files = cuts.card.names().stream().filter(name -> name.endsWith(".seg")).count();
        assertThat(cuts.card.names())
                .as("some of the files had an earlier life")
                .anyMatch(name -> SegmentFiles.number(name) > files);
        // Nothing escaped strace: the replay ends in what lies on the disk, byte by byte.
        sameFiles(cuts.card, card());
        sameFiles(cuts.synced, synced());
    }

    private static void sameFiles(FaultyDisk replayed, Path directory) throws IOException {
        assertThat(replayed.names())
                .containsExactlyInAnyOrderElementsOf(DirectoryDisk.onCard(directory).names());
        for (String name : replayed.names()) {
            assertThat(replayed.bytes(name))
                    .as(name)
                    .isEqualTo(Files.readAllBytes(directory.resolve(name)));
        }
    }

    /** The check can fail: without one kind of call what was promised gets lost. */
    @Test
    void aProcessThatDoesNotSyncIsFoundOut() throws Exception {
        for (String left : List.of("fdatasync", "fsync")) {
            Cuts cuts = new Cuts();
            cuts.replay(Set.of(left));
            assertThat(cuts.isFound()).as("lost without %s: %s", left, cuts.findings).isTrue();
        }
    }
}
