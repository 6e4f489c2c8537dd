package dev.pipit.benchmark.telemetry;

import dev.pipit.spool.DirectoryDisk;
import dev.pipit.spool.Durability;
import dev.pipit.spool.Spool;
import dev.pipit.spool.SpoolOptions;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseEncoder.Effort;
import dev.pipit.telemetry.FrameEncoder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code CardBenchmark CARD MEMORY STAT}: a day of one reading a second, as fast as the machine
 * goes, with the spool's card on a file system of its own; what the kernel wrote to the block
 * device below it. Every group of the spool ends in an fsync, so the file system's journal is in
 * the count although a day takes a minute here.
 */
public final class CardBenchmark {
    private static final PrintStream OUT = System.out;
    private static final int DAY_S = 86_400;
    private static final int BATCH = 60;
    private static final int SECTOR = 512;

    /** Of sectors written, in the kernel's {@code stat} file of a block device, from 0. */
    private static final int SECTORS_WRITTEN = 6;

    private final Path card;
    private final Path memory;
    private final Path stat;

    private CardBenchmark(Path card, Path memory, Path stat) {
        this.card = card;
        this.memory = memory;
        this.stat = stat;
    }

    public static void main(String[] arguments) throws Exception {
        CardBenchmark benchmark =
                new CardBenchmark(
                        Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
        List<Batch> day = Series.simulated(DAY_S).batches(BATCH);
        OUT.println(
                "card: what the kernel writes to the block device (ext4) in a day of one reading a"
                        + " second, batches of 60, accelerated");
        benchmark.day("idle", day, true, false);
        benchmark.day("online", day, true, true);
        benchmark.day("offline", day, false, true);
    }

    private void day(String name, List<Batch> day, boolean online, boolean readings)
            throws Exception {
        Path folder = Files.createDirectories(card.resolve(name));
        Path inMemory = Files.createDirectories(memory.resolve(name));
        FrameEncoder encoder =
                new FrameEncoder(day.getFirst().schema(), BATCH, Effort.affordable());
        byte[] out = new byte[FrameEncoder.maxLength(day.getFirst().schema(), BATCH)];
        sync();
        long before = written();
        long payload = 0;
        try (Spool spool =
                Spool.open(
                        SpoolOptions.usual(),
                        DirectoryDisk.inMemory(Files.createDirectories(inMemory.resolve("ring"))),
                        DirectoryDisk.onCard(Files.createDirectories(folder.resolve("spool"))),
                        DirectoryDisk.onCard(Files.createDirectories(folder.resolve("synced"))))) {
            spool.online(online, 0);
            for (int second = 1; second <= DAY_S; second++) {
                if (readings && second % BATCH == 0) {
                    Batch batch = day.get(second / BATCH - 1);
                    int length = encoder.encode(batch, 0, 0, out, 0);
                    payload += length;
                    long at = spool.append(Durability.DURABLE, batch.timeMs(0), out, 0, length);
                    if (online) {
                        spool.settled(at);
                    }
                }
                spool.work(second * 1000L);
            }
            sync();
            OUT.printf(
                    "%-8s %8.3f MB written (frames: %.3f MB)%s%n",
                    name,
                    (written() - before) / 1e6,
                    payload / 1e6,
                    online ? "; figure online: at most 1 MB" : "; figure offline: at most 10 MB");
        }
    }

    private long written() throws IOException {
        String[] fields = Files.readString(stat).strip().split(" +", -1);
        return Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR;
    }

    private static void sync() throws IOException, InterruptedException {
        new ProcessBuilder("sync").inheritIO().start().waitFor();
    }
}
