package dev.pipit.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code MemoryProbe PEER PORT SECONDS PER-SECOND}: holds one connection open, publishing so much,
 * then prints the heap in use after a collection and the process's resident memory, in kB.
 */
public final class MemoryProbe {
    private MemoryProbe() {}

    public static void main(String[] arguments) throws Exception {
        Peer peer =
                switch (arguments[0]) {
                    case "pipit" -> new PipitPeer();
                    case "hivemq" -> new HivemqPeer();
                    case "paho" -> new PahoPeer();
                    default -> new RawPeer();
                };
        int seconds = Integer.parseInt(arguments[2]);
        int perSecond = Integer.parseInt(arguments[3]);
        Peer.Connection connection = peer.open(Integer.parseInt(arguments[1]));
        for (int tick = 0; tick < 100 * seconds; tick++) {
            for (int i = 0; i < perSecond / 100; i++) {
                connection.publish();
            }
            Thread.sleep(10);
        }
        long resident = residentKb();
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1_024;
        System.out.println(heap + " " + resident);
        Runtime.getRuntime().halt(0);
    }

    private static long residentKb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("/proc/self/status has no VmRSS");
    }
}
