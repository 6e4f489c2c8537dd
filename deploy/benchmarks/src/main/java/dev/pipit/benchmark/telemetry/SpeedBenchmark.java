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
                    OUT.printf("  %s %6.2f us %.0f B", effort, cost[0] / 1e3, cost[1]);
                }
                OUT.println();
            }
        }
        spool(Path.of(arguments[1]), rounds);
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
        return new double[] {(double) ns / items, Math.floor((double) bytes / items)};
    }

    private static void best(double[] so, double[] now) {
        so[0] = Math.min(so[0], now[0]);
        so[1] = Math.min(so[1], now[1]);
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
            int count = 2_000;
            long[] kept = new long[60];
            long[] sequences = new long[count];
            Work appending =
                    () -> {
                        for (int i = 0; i < count; i++) {
                            sequences[i] =
                                    spool.append(Durability.DURABLE, i, frame, 0, frame.length);
                        }
                    };
            Work settling =
                    () -> {
                        for (long sequence : sequences) {
                            spool.settled(sequence);
                        }
                    };
            double[] append = {Double.MAX_VALUE, Double.MAX_VALUE};
            double[] settle = {Double.MAX_VALUE, Double.MAX_VALUE};
            for (int round = 0; round < rounds; round++) {
                best(append, cost(1, count, appending));
                best(settle, cost(1, count, settling));
            }
            double[] draft =
                    cost(
                            rounds,
                            count,
                            () -> {
                                int held = 0;
                                for (int i = 0; i < count; i++) {
                                    kept[held++] = spool.draft(i, frame, 0, 40);
                                    if (held == kept.length) {
                                        spool.draftsDone(kept, held);
                                        held = 0;
                                    }
                                }
                                spool.draftsDone(kept, held);
                            });
            OUT.printf(
                    "spool, ring in memory, a new segment every 64 KiB included: append a frame of"
                            + " 100 bytes %.2f us %.0f B, settle it %.2f us %.0f B; keep one reading as"
                            + " a draft %.2f us %.0f B (figure: append at most 5 us, 0 B)%n",
                    append[0] / 1e3,
                    append[1],
                    settle[0] / 1e3,
                    settle[1],
                    draft[0] / 1e3,
                    draft[1]);
        }
    }
}
