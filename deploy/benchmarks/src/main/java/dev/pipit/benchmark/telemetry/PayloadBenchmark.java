package dev.pipit.benchmark.telemetry;

import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseEncoder.Effort;
import dev.pipit.telemetry.Schema;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** {@code PayloadBenchmark DATA}: bytes per reading of each way to write the same rows. */
public final class PayloadBenchmark {
    private static final PrintStream OUT = System.out;
    private static final int[] BATCHES = {60, 300};

    private PayloadBenchmark() {}

    private record Row(String name, Function<Schema, Coding> coding, boolean single) {}

    private static final List<Row> ROWS =
            List.of(
                    new Row("pipit, full", s -> Coding.pipit(s, Effort.FULL), false),
                    new Row("pipit, fast", s -> Coding.pipit(s, Effort.FAST), false),
                    new Row("LEC", s -> Coding.lec(), false),
                    new Row("Gorilla", s -> Coding.gorilla(), false),
                    new Row("SenML-CBOR", Coding::senmlCbor, false),
                    new Row("JSON, deflated", Coding::deflatedJson, false),
                    new Row("Sparkplug B", Coding::sparkplug, false),
                    new Row("JSON, array", Coding::json, false),
                    new Row("JSON, one each", Coding::json, true));

    public static void main(String[] arguments) throws Exception {
        List<Series> all = new ArrayList<>(Series.recorded(Path.of(arguments[0])));
        all.add(Series.everySecond(all.getFirst()));
        all.add(Series.simulated(7_200));
        OUT.println("payload: bytes per reading (times pipit's); batches of 60 and of 300");
        OUT.printf("%-16s", "");
        for (Series series : all) {
            OUT.printf(" %30s", shortened(series));
        }
        OUT.println();
        double[][] first = new double[all.size()][BATCHES.length];
        for (Row row : ROWS) {
            OUT.printf("%-16s", row.name());
            for (int i = 0; i < all.size(); i++) {
                for (int b = 0; b < BATCHES.length; b++) {
                    double bytes = perReading(all.get(i), row.single() ? 1 : BATCHES[b], row);
                    if (first[i][b] == 0) {
                        first[i][b] = bytes;
                    }
                    OUT.printf(" %7.2f (%5.1f)", bytes, bytes / first[i][b]);
                }
            }
            OUT.println();
        }
        bounds(all, first);
    }

    private static String shortened(Series series) {
        return series.name() + ", " + series.schema().channels().size() + " ch.";
    }

    private static double perReading(Series series, int size, Row row) {
        List<Batch> batches = series.batches(size);
        Coding coding = row.coding().apply(batches.getFirst().schema());
        long bytes = 0;
        for (Batch batch : batches) {
            bytes += coding.bytes(batch);
        }
        return (double) bytes / series.rows().size();
    }

    private static void bounds(List<Series> all, double[][] pipit) {
        OUT.printf("%-16s", "bound");
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            double bound = all.get(i).bound();
            for (int b = 0; b < BATCHES.length; b++) {
                if (bound == 0) {
                    OUT.printf(" %15s", "");
                    continue;
                }
                ratios.add(pipit[i][b] / bound);
                OUT.printf(" %7.2f (%5.3f)", bound, pipit[i][b] / bound);
            }
        }
        OUT.println();
        ratios.sort(null);
        double median = (ratios.get(ratios.size() / 2) + ratios.get((ratios.size() - 1) / 2)) / 2;
        OUT.printf(
                "  bound: a context-mixing compressor over the whole series, as the data's README"
                        + " states it; in brackets pipit over it. Median %.3f (figure: at most 1.25)%n",
                median);
    }
}
