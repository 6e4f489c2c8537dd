package dev.pipit.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Eclipse mosquitto's client library, driven by {@code libmosquitto-peer.c} in a process of its
 * own.
 */
final class LibmosquittoPeer implements Peer {
    private final String program;

    LibmosquittoPeer(String program) {
        this.program = program;
    }

    @Override
    public String name() {
        return "libmosquitto";
    }

    private String[] run(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        for (Object argument : arguments) {
            command.add(String.valueOf(argument));
        }
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException(program + " failed with " + process.exitValue());
        }
        return out.strip().split("\\s+", -1);
    }

    @Override
    public Run publish(int port, int qos, int count) throws Exception {
        String[] numbers = run("publish", port, qos, count, WINDOW);
        return new Run(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }

    @Override
    public void roundTrips(int port, int qos, long[] times) throws Exception {
        String[] numbers = run("round-trip", port, qos, times.length, WINDOW);
        for (int i = 0; i < times.length; i++) {
            times[i] = Long.parseLong(numbers[i]);
        }
    }

    /** Resident kB after so many seconds with so many publishes each. */
    long residentKb(int port, int seconds, int perSecond) throws Exception {
        return Long.parseLong(run("hold", port, seconds, perSecond, WINDOW)[0]);
    }

    @Override
    public Connection open(int port) {
        throw new UnsupportedOperationException("see residentKb");
    }
}
