package dev.pipit.benchmark.telemetry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel counted on one interface, both directions. A watching thread counts bursts: how
 * often a radio would have to wake up, silence of 100 ms in between.
 */
final class Meter implements AutoCloseable {
    private static final int ETHERNET_HEADER = 14;
    private static final int LOOK_MS = 5;
    private static final int SILENCE_LOOKS = 20;

    private final Path statistics;
    private final Thread watcher;
    private volatile boolean ended;
    private volatile int bursts;
    private long packetsOut;
    private long packetsIn;
    private long bytesOut;
    private long bytesIn;
    private int burstsSince;

    Meter(String device) {
        statistics = Path.of("/sys/class/net", device, "statistics");
        watcher = new Thread(this::watch, "meter");
        watcher.setDaemon(true);
        watcher.start();
    }

    private long read(String counter) {
        try {
            return Long.parseLong(Files.readString(statistics.resolve(counter)).strip());
        } catch (IOException e) {
            throw new IllegalStateException("no counter " + counter, e);
        }
    }

    private long packetsNow() {
        return read("tx_packets") + read("rx_packets");
    }

    @SuppressWarnings({"NonAtomicVolatileUpdate", "BusyWait"}) // the watcher alone writes it
    private void watch() {
        long last = packetsNow();
        int silent = SILENCE_LOOKS;
        while (!ended) {
            long now = packetsNow();
            if (now != last) {
                if (silent >= SILENCE_LOOKS) {
                    bursts++;
                }
                silent = 0;
                last = now;
            } else {
                silent++;
            }
            try {
                Thread.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    void start() {
        packetsOut = -read("tx_packets");
        packetsIn = -read("rx_packets");
        bytesOut = -read("tx_bytes");
        bytesIn = -read("rx_bytes");
        burstsSince = -bursts;
    }

    /** What is asked for from here on is what came between {@link #start} and now. */
    void stop() {
        packetsOut += read("tx_packets");
        packetsIn += read("rx_packets");
        bytesOut += read("tx_bytes");
        bytesIn += read("rx_bytes");
        burstsSince += bursts;
    }

    long packets() {
        return packetsOut + packetsIn;
    }

    long packetsOut() {
        return packetsOut;
    }

    /** Bytes of IP and all above it: what Ethernet adds is another link's matter. */
    long bytes() {
        return bytesOut + bytesIn - ETHERNET_HEADER * packets();
    }

    /** Of these, the ones that the device sent. */
    long bytesOut() {
        return bytesOut - ETHERNET_HEADER * packetsOut;
    }

    int bursts() {
        return burstsSince;
    }

    @Override
    public void close() {
        ended = true;
    }
}
