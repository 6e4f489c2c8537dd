package dev.pipit.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * {@code CommandBenchmark PORT COUNT [NAME=COMMAND LINE]...}: from a command to the pin and to its
 * answer, through the broker on that port. Each device is a process that answers on {@code
 * pipit/bench/response} and prints {@code pin 27 = 1} when its pin has changed; the first one, a
 * thread here that answers at once, is the floor. Commands are 25 ms apart, as people and rules
 * send them: whoever sleeps in between has to wake up.
 */
public final class CommandBenchmark {
    private static final String COMMAND = "pipit/bench/command/relay";
    private static final String RESPONSE = "pipit/bench/response";
    private static final int WARM_UP = 200;
    private static final long APART_NS = 25_000_000;
    private static final long PATIENCE_NS = 2_000_000_000;

    private final int port;
    private final int count;

    /** When the device's line about its pin was read. */
    private volatile long pinNs;

    private CommandBenchmark(int port, int count) {
        this.port = port;
        this.count = count;
    }

    public static void main(String[] arguments) throws Exception {
        CommandBenchmark benchmark =
                new CommandBenchmark(
                        Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        System.out.printf(
                "commands, 25 ms apart, QoS 1 through mosquitto, %d each: microseconds p50 / p99%n",
                benchmark.count);
        System.out.printf("%-34s %20s %20s%n", "", "to the pin", "to the answer");
        benchmark.floor();
        for (String device : Arrays.asList(arguments).subList(2, arguments.length)) {
            int equals = device.indexOf('=');
            benchmark.device(
                    device.substring(0, equals), List.of(device.substring(equals + 1).split(" ")));
        }
        Runtime.getRuntime().halt(0);
    }

    private void floor() throws IOException {
        RawConnection device = new RawConnection(port, "floor");
        device.subscribe(COMMAND);
        Thread echo =
                new Thread(
                        () -> {
                            try {
                                for (int i = 1; ; i = i % 60_000 + 1) {
                                    device.publish(RESPONSE, i, device.receive());
                                }
                            } catch (IOException ended) {
                                // Closed below.
                            }
                        },
                        "floor");
        echo.start();
        measure("raw sockets", false);
        device.close();
    }

    private void device(String name, List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Thread pins = new Thread(() -> readPins(process), "pins");
        pins.setDaemon(true);
        pins.start();
        try {
            measure(name, true);
        } finally {
            process.destroy();
        }
    }

    private void readPins(Process process) {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("pin 27")) {
                    pinNs = System.nanoTime();
                }
            }
        } catch (IOException ended) {
            // The device was stopped.
        }
    }

    private void measure(String name, boolean hasPin) throws IOException {
        List<Long> pins = new ArrayList<>();
        List<Long> answers = new ArrayList<>();
        try (RawConnection client = new RawConnection(port, "client")) {
            client.subscribe(RESPONSE);
            awaitDevice(name, client);
            long nextNs = System.nanoTime();
            for (int i = 0; i < WARM_UP + count; i++) {
                LockSupport.parkNanos(nextNs - System.nanoTime());
                nextNs += APART_NS;
                String id = "m" + i;
                long sentNs = System.nanoTime();
                client.publish(COMMAND, 1 + i % 60_000, payload(id, i % 2 == 0));
                awaitAnswer(client, id);
                long answeredNs = System.nanoTime();
                if (i < WARM_UP) {
                    continue;
                }
                answers.add(answeredNs - sentNs);
                if (hasPin) {
                    // Its line may come behind the answer by another way.
                    for (long giveUpNs = answeredNs + PATIENCE_NS; pinNs < sentNs; ) {
                        if (System.nanoTime() > giveUpNs) {
                            throw new IOException(name + " answers, but its pin does not change");
                        }
                        LockSupport.parkNanos(100_000);
                    }
                    pins.add(pinNs - sentNs);
                }
            }
        }
        System.out.printf(
                "%-34s %20s %20s%n", name, hasPin ? quantiles(pins) : "", quantiles(answers));
    }

    private static String payload(String id, boolean on) {
        return "{\"value\":\"" + (on ? "on" : "off") + "\",\"id\":\"" + id + "\"}";
    }

    /** Until it answers at all, up to half a minute: it may still be starting. */
    private static void awaitDevice(String name, RawConnection client) throws IOException {
        long begunNs = System.nanoTime();
        Thread prober =
                new Thread(
                        () -> {
                            try {
                                for (int i = 0; i < 100; i++) {
                                    client.publish(COMMAND, 60_001 + i, payload("probe", false));
                                    LockSupport.parkNanos(300_000_000);
                                    if (Thread.interrupted()) {
                                        return;
                                    }
                                }
                                client.close();
                            } catch (IOException ended) {
                                throw new UncheckedIOException(ended);
                            }
                        },
                        "prober");
        prober.start();
        try {
            awaitAnswer(client, "probe");
        } catch (IOException closed) {
            throw new IOException(
                    name + " does not answer within " + (System.nanoTime() - begunNs) / 1e9 + " s",
                    closed);
        }
        prober.interrupt();
        // What else the probes brought is read away; the device's rates recover.
        LockSupport.parkNanos(2_000_000_000);
    }

    private static void awaitAnswer(RawConnection client, String id) throws IOException {
        String answer = client.receive();
        while (!answer.contains("\"" + id + "\"")) {
            answer = client.receive();
        }
        if (answer.contains("\"answer\"") && !answer.contains("\"ok\"") && !id.equals("probe")) {
            throw new IOException("refused: " + answer);
        }
    }

    private static String quantiles(List<Long> ns) {
        long[] sorted = ns.stream().mapToLong(Long::longValue).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%.0f / %.0f",
                sorted[sorted.length / 2] / 1e3,
                sorted[sorted.length * 99 / 100] / 1e3);
    }
}
