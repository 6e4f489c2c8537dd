package dev.pipit.benchmark;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@code CodecTable ITERATIONS}: runs {@link CodecBenchmark} under both compilers. */
public final class CodecTable {
    private static final List<String> PEERS = List.of("Pipit", "Paho", "Hivemq", "Netty");
    private static final PrintStream OUT = System.out;

    private CodecTable() {}

    public static void main(String[] arguments) throws Exception {
        int iterations = Integer.parseInt(arguments[0]);
        OUT.println(
                "codec, PUBLISH of 50 bytes: ns (bytes allocated); in brackets how many times"
                        + " pipit's");
        for (String compiler : List.of("C2", "C1")) {
            System.err.println("  codec, " + compiler);
            table(compiler, run(compiler, iterations));
        }
    }

    private static Map<String, double[]> run(String compiler, int iterations)
            throws RunnerException {
        List<String> flags =
                new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmx128m", "-Dtinylog.level=error"));
        if (compiler.equals("C1")) {
            flags.add("-XX:TieredStopAtLevel=1");
        }
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .include(CodecBenchmark.class.getName())
                                        .forks(1)
                                        .warmupIterations(iterations)
                                        .warmupTime(TimeValue.milliseconds(400))
                                        .measurementIterations(iterations)
                                        .measurementTime(TimeValue.milliseconds(400))
                                        .addProfiler(GCProfiler.class)
                                        .jvmArgs(flags.toArray(String[]::new))
                                        .verbosity(VerboseMode.SILENT)
                                        .build())
                        .run();
        Map<String, double[]> byName = new HashMap<>();
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
            byName.put(
                    name.substring(name.lastIndexOf('.') + 1),
                    new double[] {
                        result.getPrimaryResult().getStatistics().getMin(),
                        allocated == null ? Double.NaN : allocated.getScore()
                    });
        }
        return byName;
    }

    private static double[] of(Map<String, double[]> results, String name) {
        double[] found = results.get(name);
        if (found == null) {
            throw new IllegalStateException("JMH has no result of " + name);
        }
        return found;
    }

    private static void table(String compiler, Map<String, double[]> results) {
        OUT.printf("%-16s %24s %24s%n", compiler, "encode", "decode");
        double copy = of(results, "copy")[0];
        OUT.printf(Locale.ROOT, "%-16s %24s%n", "plain copy", String.format("%.1f", copy));
        for (String peer : PEERS) {
            OUT.printf("%-16s", peer.toLowerCase(Locale.ROOT));
            for (String way : List.of("encode", "decode")) {
                double[] ours = of(results, way + "Pipit");
                double[] theirs = of(results, way + peer);
                OUT.printf(
                        " %24s",
                        String.format(
                                Locale.ROOT,
                                "%.1f (%.0f) [%.1f]",
                                theirs[0],
                                theirs[1],
                                theirs[0] / ours[0]));
            }
            OUT.println();
        }
        OUT.printf(
                Locale.ROOT,
                "%-16s %24s%n",
                "to a plain copy",
                String.format(Locale.ROOT, "%.1f times", of(results, "encodePipit")[0] / copy));
    }
}
