package dev.pipit.benchmark.telemetry;

import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.spool.DirectoryDisk;
import dev.pipit.spool.DropPolicy;
import dev.pipit.spool.Durability;
import dev.pipit.spool.Spool;
import dev.pipit.spool.SpoolOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code OpeningBenchmark CARD MEMORY}: how long a spool of the usual size takes to open when it is
 * full of frames of 100 bytes that nobody has acknowledged. An agent opens its spool once, with
 * code that has not run before, right after it has read its configuration. So each opening has a
 * process of its own, which reads one, opens, and says what it found. What it reads is in the
 * kernel's page cache: a card's own time to read comes on top.
 */
public final class OpeningBenchmark {
    private static final PrintStream OUT = System.out;
    private static final int OPENINGS = 21;
    private static final byte[] FRAME = new byte[100];

    private static final String CONFIGURATION =
            """
            device: {id: greenhouse}
            broker: {url: "mqtt://localhost"}
            sensors:
              air: {driver: bme280, bus: i2c-1, address: 0x76, every: 1s}
            actuators:
              relay: {driver: digital-output, pin: 27, safe: off}
            """;

    /** Every segment of the card is read. */
    private static final long SIZE = 16L << 20;

    private OpeningBenchmark() {}

    /** What one process found. */
    private record Opening(long ns, long processorNs, long records, long bad, long bytesRead) {
        static Opening of(String line) {
            long[] words = Stream.of(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
            return new Opening(words[0], words[1], words[2], words[3], words[4]);
        }

        String line() {
            return ns + " " + processorNs + " " + records + " " + bad + " " + bytesRead;
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path card = Path.of(arguments[0]);
        Path memory = Path.of(arguments[1]);
        if (arguments.length > 2) {
            OUT.println(once(card, memory).line());
            return;
        }
        long records = fill(card, memory);
        Files.writeString(memory.resolve("pipit.yaml"), CONFIGURATION);
        double[] ms = new double[OPENINGS];
        double[] processorMs = new double[OPENINGS];
        long read = Long.MAX_VALUE;
        for (int i = 0; i < OPENINGS; i++) {
            Opening opening = inItsOwnProcess(card, memory);
            if (opening.records() != records || opening.bad() != 0 || opening.bytesRead() < SIZE) {
                throw new IllegalStateException(
                        opening + ": expected " + records + " records and " + SIZE + " bytes read");
            }
            ms[i] = opening.ns() / 1e6;
            processorMs[i] = opening.processorNs() / 1e6;
            read = Math.min(read, opening.bytesRead());
        }
        Arrays.sort(ms);
        Arrays.sort(processorMs);
        double median = ms[OPENINGS / 2];
        OUT.printf(
                "a full spool of 16 MiB, %,d records, %.1f MiB read, opens in %.0f ms (%s ms):"
                        + " median of %d processes, best %.0f, worst %.0f; of its thread's processor"
                        + " time %.0f, best %.0f, worst %.0f%n",
                records,
                (double) read / (1 << 20),
                median,
                Figures.atMost(100, median),
                OPENINGS,
                ms[0],
                ms[OPENINGS - 1],
                processorMs[OPENINGS / 2],
                processorMs[0],
                processorMs[OPENINGS - 1]);
        System.exit(Figures.status());
    }

    /** Fills a spool in memory, where syncing costs nothing, and lays its card where it belongs. */
    private static long fill(Path card, Path memory) throws Exception {
        Path filled = memory.resolve("filled");
        long records;
        try (Spool spool = open(filled, memory)) {
            // Synced records fill their part of the card first, the others the rest of it.
            for (Durability durability : List.of(Durability.SYNCED, Durability.DURABLE)) {
                while (spool.append(durability, 0, FRAME, 0, FRAME.length) != Spool.REFUSED) {}
            }
            records = spool.backlog();
        }
        try (Stream<Path> files = Files.walk(filled)) {
            for (Path file : files.toList()) {
                Path to = card.resolve(filled.relativize(file));
                Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        new ProcessBuilder("sync").inheritIO().start().waitFor();
        return records;
    }

    private static Spool open(Path card, Path memory) {
        SpoolOptions options = SpoolOptions.usual().withPolicy(DropPolicy.NEWEST);
        return Spool.open(
                options,
                DirectoryDisk.inMemory(memory.resolve("ring")),
                DirectoryDisk.inMemory(memory.resolve("drafts")),
                DirectoryDisk.onCard(card.resolve("card")),
                DirectoryDisk.onCard(card.resolve("synced")));
    }

    private static Opening once(Path card, Path memory) throws IOException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        if (!(ConfigFile.load(memory.resolve("pipit.yaml"), Drivers.installed())
                instanceof ConfigFile.Result.Valid)) {
            throw new IllegalStateException("the benchmark's configuration is wrong");
        }
        long readBefore = bytesRead();
        long processorBeganNs = threads.getCurrentThreadCpuTime();
        long beganNs = System.nanoTime();
        try (Spool spool = open(card, memory)) {
            long ns = System.nanoTime() - beganNs;
            long processorNs = threads.getCurrentThreadCpuTime() - processorBeganNs;
            long read = bytesRead() - readBefore;
            return new Opening(ns, processorNs, spool.backlog(), spool.badRecords(), read);
        }
    }

    /** Bytes that this process has read, as the kernel counts them. */
    private static long bytesRead() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
            if (line.startsWith("rchar: ")) {
                return Long.parseLong(line.substring("rchar: ".length()));
            }
        }
        throw new IOException("/proc/self/io without rchar");
    }

    /** Under the flags of this process. */
    private static Opening inItsOwnProcess(Path card, Path memory) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(
                Arrays.asList(
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpeningBenchmark.class.getName(),
                        card.toString(),
                        memory.toString(),
                        "once"));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("a process failed: " + line);
        }
        return Opening.of(line);
    }
}
