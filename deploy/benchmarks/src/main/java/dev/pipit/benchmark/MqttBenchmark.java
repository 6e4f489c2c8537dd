package dev.pipit.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code MqttBenchmark rate|round-trip|memory PORT ROUNDS LIBMOSQUITTO-PEER}: prints a table. All
 * peers run once to warm up, then in turn, {@code ROUNDS} times: whatever else disturbs the machine
 * disturbs them alike. Rates are the best round's, times the median round's. Round trips are
 * measured in many short rounds: what wakes up beside them comes in bursts, and decides the slowest
 * hundredth of a long one.
 */
public final class MqttBenchmark {
    private static final int MESSAGES = 100_000;
    private static final int ROUND_TRIPS = 4_000;
    private static final int SHORT_ROUNDS = 7;
    private static final int BUSY = 1_000;
    private static final List<String> MEMORY_FLAGS =
            List.of("-XX:+UseSerialGC", "-Xmx32m", "-XX:TieredStopAtLevel=1");
    private static final PrintStream OUT = System.out;

    private final int port;
    private final int rounds;
    private final LibmosquittoPeer libmosquitto;
    private final List<Peer> peers;

    private MqttBenchmark(int port, int rounds, String libmosquitto) {
        this.port = port;
        this.rounds = rounds;
        this.libmosquitto = new LibmosquittoPeer(libmosquitto);
        this.peers =
                List.of(
                        new RawPeer(),
                        new PipitPeer(),
                        new HivemqPeer(),
                        new PahoPeer(),
                        this.libmosquitto);
    }

    public static void main(String[] arguments) throws Exception {
        MqttBenchmark benchmark =
                new MqttBenchmark(
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        arguments[3]);
        switch (arguments[0]) {
            case "rate" -> benchmark.rates();
            case "round-trip" -> benchmark.roundTrips();
            default -> benchmark.memory();
        }
        // The peers leave threads behind.
        Runtime.getRuntime().halt(0);
    }

    private void table(String title, int columns, String[][] cells) {
        OUT.println(title);
        OUT.printf("%-16s", "");
        for (int qos = 0; qos < columns; qos++) {
            OUT.printf(" %26s", "QoS " + qos);
        }
        OUT.println();
        for (int i = 0; i < peers.size(); i++) {
            OUT.printf("%-16s", peers.get(i).name());
            for (int qos = 0; qos < columns; qos++) {
                OUT.printf(" %26s", cells[i][qos]);
            }
            OUT.println();
        }
    }

    private static void progress(String what, int qos, int round) {
        System.err.printf("  %s, QoS %d, round %d%n", what, qos, round);
    }

    private void rates() throws Exception {
        String[][] cells = new String[peers.size()][3];
        for (int qos = 0; qos < 3; qos++) {
            double[] rate = new double[peers.size()];
            double[][] processor = new double[peers.size()][rounds];
            for (int round = 0; round <= rounds; round++) {
                progress("publishing", qos, round);
                for (int i = 0; i < peers.size(); i++) {
                    Run run = peers.get(i).publish(port, qos, MESSAGES);
                    if (round > 0) {
                        rate[i] = Math.max(rate[i], MESSAGES * 1e6 / run.ns());
                        processor[i][round - 1] = run.processorNs() / 1e3 / MESSAGES;
                    }
                }
            }
            for (int i = 0; i < peers.size(); i++) {
                cells[i][qos] =
                        String.format(Locale.ROOT, "%.0f / %.1f", rate[i], median(processor[i]));
            }
        }
        table(
                "publishing "
                        + MESSAGES
                        + " messages, "
                        + Peer.WINDOW
                        + " in flight: thousands a second / processor microseconds each",
                3,
                cells);
    }

    private void roundTrips() throws Exception {
        String[][] cells = new String[peers.size()][2];
        int all = rounds * SHORT_ROUNDS;
        for (int qos = 0; qos < 2; qos++) {
            double[][] half = new double[peers.size()][all];
            double[][] most = new double[peers.size()][all];
            for (int round = -2; round < all; round++) {
                if (round % SHORT_ROUNDS == 0) {
                    progress("round trips", qos, round / SHORT_ROUNDS);
                }
                for (int i = 0; i < peers.size(); i++) {
                    long[] times = new long[ROUND_TRIPS];
                    peers.get(i).roundTrips(port, qos, times);
                    Arrays.sort(times);
                    if (round >= 0) {
                        half[i][round] = times[ROUND_TRIPS / 2] / 1e3;
                        most[i][round] = times[ROUND_TRIPS * 99 / 100] / 1e3;
                    }
                }
            }
            for (int i = 0; i < peers.size(); i++) {
                cells[i][qos] =
                        String.format(
                                Locale.ROOT,
                                "%.1f / %.1f, %.2f / %.2f",
                                median(half[i]),
                                median(most[i]),
                                median(half[i]) / median(half[0]),
                                median(most[i]) / median(most[0]));
            }
        }
        table(
                "round trip to the broker and back, median of "
                        + all
                        + " rounds: microseconds p50 / p99, and of the raw socket's",
                2,
                cells);
    }

    private void memory() throws Exception {
        OUT.println(
                "memory of one connection, a JVM each, "
                        + String.join(" ", MEMORY_FLAGS)
                        + ": heap after a collection / resident, MB");
        OUT.printf("%-16s %18s %18s%n", "", "idle", BUSY + " QoS 1 a second");
        int seconds = 3 * rounds;
        for (String peer : List.of("raw", "pipit", "hivemq", "paho")) {
            System.err.println("  memory, " + peer);
            Process idle = probe(peer, seconds, 0);
            Process busy = probe(peer, seconds, BUSY);
            OUT.printf("%-16s %18s %18s%n", peer, probed(idle), probed(busy));
        }
        System.err.println("  memory, libmosquitto");
        OUT.printf(
                "%-16s %18s %18s%n",
                libmosquitto.name(),
                String.format(Locale.ROOT, "- / %.1f", libmosquitto.residentKb(port, 1, 0) / 1e3),
                String.format(
                        Locale.ROOT,
                        "- / %.1f",
                        libmosquitto.residentKb(port, seconds, BUSY) / 1e3));
    }

    private Process probe(String peer, int seconds, int perSecond) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(MEMORY_FLAGS);
        command.addAll(
                List.of(
                        "-Dtinylog.level=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemoryProbe.class.getName(),
                        peer,
                        String.valueOf(port),
                        String.valueOf(seconds),
                        String.valueOf(perSecond)));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static String probed(Process probe) throws IOException, InterruptedException {
        byte[] out = probe.getInputStream().readAllBytes();
        if (probe.waitFor() != 0) {
            throw new IOException("a memory probe failed with " + probe.exitValue());
        }
        String[] numbers = new String(out, StandardCharsets.US_ASCII).strip().split(" ", -1);
        return String.format(
                Locale.ROOT,
                "%.1f / %.1f",
                Long.parseLong(numbers[0]) / 1e3,
                Long.parseLong(numbers[1]) / 1e3);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
