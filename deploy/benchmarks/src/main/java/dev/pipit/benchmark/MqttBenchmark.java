package dev.pipit.benchmark;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code MqttBenchmark rate|round-trip PORT ROUNDS LIBMOSQUITTO-PEER}: prints a table. All peers
 * run once to warm up, then in turn, {@code ROUNDS} times: whatever else disturbs the machine
 * disturbs them alike. Rates are the best round's, times the median round's.
 */
public final class MqttBenchmark {
    private static final int MESSAGES = 100_000;
    private static final int ROUND_TRIPS = 10_000;
    private static final PrintStream OUT = System.out;

    private final int port;
    private final int rounds;
    private final List<Peer> peers;

    private MqttBenchmark(int port, int rounds, String libmosquitto) {
        this.port = port;
        this.rounds = rounds;
        this.peers =
                List.of(
                        new RawPeer(),
                        new PipitPeer(),
                        new HivemqPeer(),
                        new PahoPeer(),
                        new LibmosquittoPeer(libmosquitto));
    }

    public static void main(String[] arguments) throws Exception {
        MqttBenchmark benchmark =
                new MqttBenchmark(
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        arguments[3]);
        if (arguments[0].equals("rate")) {
            benchmark.rates();
        } else {
            benchmark.roundTrips();
        }
        // The peers leave threads behind.
        Runtime.getRuntime().halt(0);
    }

    private void table(String title, int columns, String[][] cells) {
        OUT.println(title);
        OUT.printf("%-16s", "");
        for (int qos = 0; qos < columns; qos++) {
            OUT.printf(" %18s", "QoS " + qos);
        }
        OUT.println();
        for (int i = 0; i < peers.size(); i++) {
            OUT.printf("%-16s", peers.get(i).name());
            for (int qos = 0; qos < columns; qos++) {
                OUT.printf(" %18s", cells[i][qos]);
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
        for (int qos = 0; qos < 2; qos++) {
            double[][] half = new double[peers.size()][rounds];
            double[][] most = new double[peers.size()][rounds];
            for (int round = 0; round <= rounds; round++) {
                progress("round trips", qos, round);
                for (int i = 0; i < peers.size(); i++) {
                    long[] times = new long[ROUND_TRIPS];
                    peers.get(i).roundTrips(port, qos, times);
                    Arrays.sort(times);
                    if (round > 0) {
                        half[i][round - 1] = times[ROUND_TRIPS / 2] / 1e3;
                        most[i][round - 1] = times[ROUND_TRIPS * 99 / 100] / 1e3;
                    }
                }
            }
            for (int i = 0; i < peers.size(); i++) {
                cells[i][qos] =
                        String.format(Locale.ROOT, "%.1f / %.1f", median(half[i]), median(most[i]));
            }
        }
        table("round trip to the broker and back: microseconds, p50 / p99", 2, cells);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
