package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends to a real ring and a real card, and is killed again and again. */
class KillTest {
    private static final SpoolOptions OPTIONS =
            new SpoolOptions(4096, 1024, 4, 0, 20, 10, 30, DropPolicy.OLDEST);

    @TempDir Path directory;

    /** Appends and says so, settles and says so, until somebody ends it. */
    public static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            Spool spool = openAt(Path.of(arguments[0]));
            SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
            SpoolRecord record = new SpoolRecord();
            byte[] bytes = new byte[600];
            StringBuilder line = new StringBuilder();
            for (long now = 0; ; now += 10) {
                Durability durability =
                        random.nextInt(10) == 0 ? Durability.SYNCED : Durability.DURABLE;
                int length = 1 + random.nextInt(bytes.length);
                long sequence = spool.append(durability, now, bytes, 0, length);
                line.append("+ ").append(sequence).append('\n');
                for (int i = random.nextInt(3); i > 0 && spool.next(0, record); i--) {
                    // Said before it is done: after a kill in between it may or may not be there.
                    line.append("- ").append(record.sequence()).append('\n');
                    System.out.write(line.toString().getBytes(StandardCharsets.UTF_8));
                    line.setLength(0);
                    spool.settled(record.sequence());
                }
                System.out.write(line.toString().getBytes(StandardCharsets.UTF_8));
                System.out.flush();
                line.setLength(0);
                spool.work(now);
            }
        }
    }

    private static Spool openAt(Path directory) throws IOException {
        return Spool.open(
                OPTIONS,
                DirectoryDisk.inMemory(directory.resolve("ring")),
                DirectoryDisk.onCard(directory.resolve("card")),
                DirectoryDisk.onCard(directory.resolve("synced")));
    }

    @Test
    void killedProcessLosesNothingThatItAccepted() throws Exception {
        int cycles = Integer.getInteger("pipit.kills", 8);
        SplittableRandom random = new SplittableRandom(12);
        TreeSet<Long> accepted = new TreeSet<>();
        long highest = 0;
        for (int cycle = 0; cycle < cycles; cycle++) {
            Process child =
                    new ProcessBuilder(
                                    ProcessHandle.current().info().command().orElse("java"),
                                    "-Xshare:auto",
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Child.class.getName(),
                                    directory.toString(),
                                    Integer.toString(cycle))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            int lines = 20 + random.nextInt(600);
            try (BufferedReader out =
                    new BufferedReader(
                            new InputStreamReader(
                                    child.getInputStream(), StandardCharsets.UTF_8))) {
                for (int i = 0; ; i++) {
                    String line = out.readLine();
                    if (line == null) {
                        break;
                    }
                    if (i == lines) {
                        child.toHandle().destroyForcibly();
                    }
                    long sequence = Long.parseLong(line.substring(2));
                    if (line.startsWith("+")) {
                        assertThat(sequence).as("never given out twice").isGreaterThan(highest);
                        highest = sequence;
                        accepted.add(sequence);
                    } else {
                        accepted.remove(sequence);
                    }
                }
            }
            child.waitFor();
            TreeSet<Long> missing = new TreeSet<>(accepted);
            Spool spool = openAt(directory);
            SpoolRecord record = new SpoolRecord();
            for (long at = 0; spool.next(at, record); at = record.sequence()) {
                missing.remove(record.sequence());
            }
            assertThat(spool.badRecords()).isZero();
            assertThat(spool.gaps()).as("cycle %d", cycle).isEmpty();
            assertThat(missing).as("cycle %d", cycle).isEmpty();
            assertThat(spool.fault()).isNull();
            if (cycle % 2 == 0) {
                spool.close();
            }
        }
        assertThat(highest).isGreaterThan(cycles * 10L);
    }
}
