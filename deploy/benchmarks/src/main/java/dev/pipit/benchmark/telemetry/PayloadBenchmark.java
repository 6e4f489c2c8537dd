package dev.pipit.benchmark.telemetry;

import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseEncoder.Effort;
import dev.pipit.telemetry.Schema;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@code PayloadBenchmark DATA [BOUND BOUND BOUND]}: bytes per reading of each way to write the
 * same rows; the bounds are another compressor's for the recorded series.
 */
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
        all.add(Series.everySecond(all.getFirst(), Series.Seconds.HELD));
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
        double[] stated = all.stream().mapToDouble(Series::bound).toArray();
        bounds("bound", stated, first);
        OUT.println("  bound: a strong context-mixing compressor, as the data's README states it");
        if (arguments.length > 1) {
            double[] measured = new double[all.size()];
            for (int i = 1; i < arguments.length; i++) {
                measured[i - 1] = Double.parseDouble(arguments[i]);
            }
            bounds("zpaq -m5", measured, first);
            OUT.println("  zpaq -m5: the columns' differences of the whole series, measured now");
        }
        sizes(first);
        System.exit(Figures.status());
    }

    /** The specification's, which it rounds to one decimal. */
    private static void sizes(double[][] pipit) {
        double[][] figures = {{2.4, 2.2}, {5.2, 4.9}, {1.2, 1.1}};
        OUT.print("  pipit's figures:");
        for (int i = 0; i < figures.length; i++) {
            for (int b = 0; b < BATCHES.length; b++) {
                double rounded = Math.round(pipit[i][b] * 10) / 10.0;
                OUT.printf(" %.1f %s,", rounded, Figures.atMost(figures[i][b], rounded));
            }
        }
        OUT.println(" by one decimal");
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

    private static void bounds(String name, double[] bounds, double[][] pipit) {
        OUT.printf("%-16s", name);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < bounds.length; i++) {
            for (int b = 0; b < BATCHES.length && bounds[i] > 0; b++) {
                ratios.add(pipit[i][b] / bounds[i]);
                OUT.printf(" %7.2f (%5.3f)", bounds[i], pipit[i][b] / bounds[i]);
            }
        }
        ratios.sort(null);
        double median = (ratios.get(ratios.size() / 2) + ratios.get((ratios.size() - 1) / 2)) / 2;
        OUT.printf(
                "%n  in brackets pipit over it; median %.3f, %s%n",
                median, Figures.atMost(1.25, median));
    }
}
