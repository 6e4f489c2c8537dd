package dev.pipit.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code MqttBenchmark PORT [rate|round-trip|all]}: prints two tables, the peers in turn in one
 * process, the best of three rounds after one to warm up.
 */
public final class MqttBenchmark {
    private static final int MESSAGES = 100_000;
    private static final int ROUND_TRIPS = 10_000;
    private static final int SLOW_ROUND_TRIPS = 200;
    private static final int ROUNDS = 3;
    private static final List<Peer> PEERS =
            List.of(new RawPeer(), new PipitPeer(), new HivemqPeer(), new PahoPeer());
    private static final PrintStream OUT = System.out;

    private MqttBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        String section = arguments.length > 1 ? arguments[1] : "all";
        if (!section.equals("round-trip")) {
            rates(port);
        }
        if (!section.equals("rate")) {
            roundTrips(port);
        }
        // The peers leave threads behind.
        Runtime.getRuntime().halt(0);
    }

    private static long processorNs() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static void rates(int port) throws Exception {
        OUT.println("publish: thousand messages per second / processor microseconds per message");
        OUT.printf("%-14s %16s %16s %16s%n", "", "QoS 0", "QoS 1", "QoS 2");
        for (Peer peer : PEERS) {
            OUT.printf("%-14s", peer.name());
            for (int qos = 0; qos < 3; qos++) {
                OUT.printf(
                        " %16s", peer instanceof RawPeer && qos == 2 ? "-" : rate(peer, port, qos));
                OUT.flush();
            }
            OUT.println();
        }
    }

    private static String rate(Peer peer, int port, int qos) throws Exception {
        double rate = 0;
        double processor = Double.MAX_VALUE;
        for (int round = 0; round <= ROUNDS; round++) {
            long cpu = processorNs();
            long began = System.nanoTime();
            peer.publish(port, qos, MESSAGES);
            long took = System.nanoTime() - began;
            cpu = processorNs() - cpu;
            if (round > 0) {
                rate = Math.max(rate, MESSAGES * 1e6 / took);
                processor = Math.min(processor, cpu / 1e3 / MESSAGES);
            }
        }
        return String.format(Locale.ROOT, "%.0f / %.1f", rate, processor);
    }

    private static void roundTrips(int port) throws Exception {
        OUT.println("round trip to the broker and back: microseconds, p50 / p99");
        OUT.printf("%-14s %16s %16s%n", "", "QoS 0", "QoS 1");
        for (Peer peer : PEERS) {
            OUT.printf("%-14s", peer.name());
            for (int qos = 0; qos < 2; qos++) {
                OUT.printf(" %16s", roundTrip(peer, port, qos));
                OUT.flush();
            }
            OUT.println();
        }
    }

    private static String roundTrip(Peer peer, int port, int qos) throws Exception {
        double p50 = Double.MAX_VALUE;
        double p99 = Double.MAX_VALUE;
        // Paho waits 40 ms each time at QoS 1: it never sets TCP_NODELAY.
        int count = peer instanceof PahoPeer && qos == 1 ? SLOW_ROUND_TRIPS : ROUND_TRIPS;
        for (int round = 0; round <= ROUNDS; round++) {
            long[] times = new long[count];
            peer.roundTrips(port, qos, times);
            Arrays.sort(times);
            if (round > 0) {
                p50 = Math.min(p50, times[count / 2] / 1e3);
                p99 = Math.min(p99, times[count * 99 / 100] / 1e3);
            }
        }
        return String.format(Locale.ROOT, "%.1f / %.1f", p50, p99);
    }
}
