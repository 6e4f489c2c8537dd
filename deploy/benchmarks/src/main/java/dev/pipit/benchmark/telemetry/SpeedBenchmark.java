package dev.pipit.benchmark.telemetry;

import com.sun.management.ThreadMXBean;
import dev.pipit.spool.DirectoryDisk;
import dev.pipit.spool.Durability;
import dev.pipit.spool.Spool;
import dev.pipit.spool.SpoolOptions;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseEncoder.Effort;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code SpeedBenchmark DATA RING}: processor time and allocation per reading, of encoding and of
 * the spool; the best of several rounds.
 */
public final class SpeedBenchmark {
    private static final PrintStream OUT = System.out;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int READINGS = 6_000;

    /** At 124 bytes each, more than half a segment and less than one. */
    private static final int APPENDS = 500;

    private SpeedBenchmark() {}

    private interface Work {
        void run();
    }

    public static void main(String[] arguments) throws Exception {
        boolean interpreted = System.getProperty("java.vm.info", "").startsWith("interpreted");
        int rounds = interpreted ? 4 : 40;
        OUT.printf(
                "time: us of processor and bytes allocated per reading, %s; this process affords"
                        + " effort %s%n",
                interpreted ? "interpreted (-Xint)" : "compiled", Effort.affordable());
        List<Series> all = new ArrayList<>();
        all.add(Series.simulated(READINGS));
        all.addAll(Series.recorded(Path.of(arguments[0])));
        for (Series series : all) {
            for (int size : new int[] {60, 300}) {
                List<Batch> batches = series.batches(size).subList(0, READINGS / size);
                OUT.printf(
                        "%-26s %d channels, batches of %3d:",
                        series.name(), series.schema().channels().size(), size);
                for (Effort effort : Effort.values()) {
                    Coding coding = Coding.pipit(batches.getFirst().schema(), effort);
                    double[] cost = cost(rounds, READINGS, () -> batches.forEach(coding::bytes));
                    double us = cost[0] / 1e3;
                    OUT.printf("  %s %6.2f us %.0f B", effort, us, cost[1]);
                    if (effort == Effort.affordable()) {
                        OUT.print(" (" + Figures.atMost(interpreted ? 10 : 2, us) + ")");
                    }
                }
                OUT.println();
            }
        }
        spool(Path.of(arguments[1]), rounds);
        System.exit(Figures.status());
    }

    /** Nanoseconds and bytes per item, each of the best round. */
    private static double[] cost(int rounds, int items, Work work) {
        long ns = Long.MAX_VALUE;
        long bytes = Long.MAX_VALUE;
        for (int i = 0; i < rounds; i++) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long began = THREADS.getCurrentThreadCpuTime();
            work.run();
            ns = Math.min(ns, THREADS.getCurrentThreadCpuTime() - began);
            bytes = Math.min(bytes, THREADS.getCurrentThreadAllocatedBytes() - allocated);
        }
        // Asking costs memory too.
        long asking = THREADS.getCurrentThreadAllocatedBytes();
        asking = THREADS.getCurrentThreadAllocatedBytes() - asking;
        return new double[] {(double) ns / items, (double) Math.max(0, bytes - asking) / items};
    }

    private static double[] best(double[] so, double[] now) {
        return new double[] {Math.min(so[0], now[0]), Math.min(so[1], now[1])};
    }

    private static void append(Spool spool, byte[] frame, long[] sequences) {
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = spool.append(Durability.DURABLE, i, frame, 0, frame.length);
        }
    }

    private static void settle(Spool spool, long[] sequences) {
        for (long sequence : sequences) {
            spool.settled(sequence);
        }
    }

    private static void drafts(Spool spool, byte[] frame, long[] sequences) {
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = spool.draft(i, frame, 0, 40);
        }
        spool.draftsDone(sequences, sequences.length);
    }

    private static void spool(Path folder, int rounds) throws Exception {
        Path ring = Files.createDirectories(folder.resolve("ring"));
        Path drafts = Files.createDirectories(folder.resolve("drafts"));
        try (Spool spool =
                Spool.open(
                        SpoolOptions.usual(),
                        DirectoryDisk.inMemory(ring),
                        DirectoryDisk.inMemory(drafts),
                        null,
                        null)) {
            byte[] frame = new byte[100];
            long[] sequences = new long[APPENDS];
            int chunks = rounds * 10;
            double[] append = {0, 0};
            double[] settle = {0, 0};
            double[] draft = {Double.MAX_VALUE, Double.MAX_VALUE};
            long nowMs = 0;
            for (int chunk = -chunks / 2; chunk < chunks; chunk++) {
                // As the agent does each second; meanwhile less than a segment comes in.
                nowMs += 1_000;
                spool.work(nowMs);
                double[] appended = cost(1, APPENDS, () -> append(spool, frame, sequences));
                double[] settled = cost(1, APPENDS, () -> settle(spool, sequences));
                draft = best(draft, cost(1, APPENDS, () -> drafts(spool, frame, sequences)));
                // The mean, not the best: most chunks begin a new segment, and some do not.
                for (int i = 0; chunk >= 0 && i < 2; i++) {
                    append[i] += appended[i] / chunks;
                    settle[i] += settled[i] / chunks;
                }
            }
            OUT.printf(
                    "spool, ring in memory, a new segment every 64 KiB included: append a frame of"
                            + " 100 bytes %.2f us %.2f B (%s us, %s B), settle it %.2f us %.0f B;"
                            + " keep one reading as a draft %.2f us %.0f B%n",
                    append[0] / 1e3,
                    append[1],
                    Figures.atMost(5, append[0] / 1e3),
                    Figures.atMost(0, append[1]),
                    settle[0] / 1e3,
                    settle[1],
                    draft[0] / 1e3,
                    draft[1]);
        }
    }
}
