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
 * {@code CommandBenchmark PORT COUNT [NAME=LANGUAGE=COMMAND LINE]...}: from a command to the pin
 * and to its answer, through the broker on that port. Each device is a process that answers and
 * prints {@code pin 27 = 1} when its pin has changed; the first one, a thread here that answers at
 * once, is the floor. Commands are 25 ms apart, as people and rules send them: whoever sleeps in
 * between has to wake up.
 */
public final class CommandBenchmark {
    private static final String PROBE = "probe";
    private static final int WARM_UP = 200;
    private static final long APART_NS = 25_000_000;
    private static final long PATIENCE_NS = 2_000_000_000;

    /** How a device is spoken to, and how it answers. */
    private enum Language {
        /** JSON with an {@code id} there, JSON with the same one back. */
        PIPIT("pipit/bench/command/relay", "pipit/bench/response") {
            @Override
            String payload(boolean on, String id) {
                return "{\"value\":\"" + (on ? "on" : "off") + "\",\"id\":\"" + id + "\"}";
            }

            @Override
            boolean answers(String answer, boolean on, String id) {
                return answer.contains("\"" + id + "\"");
            }
        },
        /**
         * Two words. The answer is the new state, published after the pin was set; commands
         * alternate, so that the one waited for cannot be the one before.
         */
        MQTT_IO("pipit/bench/output/relay/set", "pipit/bench/output/relay") {
            @Override
            String payload(boolean on, String id) {
                return on ? "ON" : "OFF";
            }

            @Override
            boolean answers(String answer, boolean on, String id) {
                return answer.equals(payload(on, id));
            }
        };

        final String command;
        final String response;

        Language(String command, String response) {
            this.command = command;
            this.response = response;
        }

        abstract String payload(boolean on, String id);

        abstract boolean answers(String answer, boolean on, String id);
    }

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
            String[] parts = device.split("=", 3);
            benchmark.device(parts[0], Language.valueOf(parts[1]), List.of(parts[2].split(" ")));
        }
        Runtime.getRuntime().halt(0);
    }

    private void floor() throws IOException {
        RawConnection device = new RawConnection(port, "floor");
        device.subscribe(Language.PIPIT.command);
        Thread echo =
                new Thread(
                        () -> {
                            try {
                                for (int i = 1; ; i = i % 60_000 + 1) {
                                    device.publish(Language.PIPIT.response, i, device.receive());
                                }
                            } catch (IOException ended) {
                                // Closed below.
                            }
                        },
                        "floor");
        echo.start();
        measure("raw sockets", Language.PIPIT, false);
        device.close();
    }

    private void device(String name, Language language, List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Thread pins = new Thread(() -> readPins(process), "pins");
        pins.setDaemon(true);
        pins.start();
        try {
            measure(name, language, true);
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

    private void measure(String name, Language language, boolean hasPin) throws IOException {
        List<Long> pins = new ArrayList<>();
        List<Long> answers = new ArrayList<>();
        try (RawConnection client = new RawConnection(port, "client")) {
            client.subscribe(language.response);
            awaitDevice(name, language, client);
            long nextNs = System.nanoTime();
            for (int i = 0; i < WARM_UP + count; i++) {
                LockSupport.parkNanos(nextNs - System.nanoTime());
                nextNs += APART_NS;
                String id = "m" + i;
                boolean on = i % 2 == 0;
                long sentNs = System.nanoTime();
                client.publish(language.command, 1 + i % 60_000, language.payload(on, id));
                awaitAnswer(client, language, on, id);
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

    /** Until it answers at all, up to half a minute: it may still be starting. */
    private static void awaitDevice(String name, Language language, RawConnection client)
            throws IOException {
        long begunNs = System.nanoTime();
        Thread prober =
                new Thread(
                        () -> {
                            try {
                                for (int i = 0; i < 100; i++) {
                                    client.publish(
                                            language.command,
                                            60_001 + i,
                                            language.payload(false, PROBE));
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
            awaitAnswer(client, language, false, PROBE);
        } catch (IOException closed) {
            throw new IOException(
                    name + " does not answer within " + (System.nanoTime() - begunNs) / 1e9 + " s",
                    closed);
        }
        prober.interrupt();
        // What else the probes brought is read away; the device's rates recover.
        LockSupport.parkNanos(2_000_000_000);
    }

    private static void awaitAnswer(RawConnection client, Language language, boolean on, String id)
            throws IOException {
        String answer = client.receive();
        while (!language.answers(answer, on, id)) {
            answer = client.receive();
        }
        if (answer.contains("\"answer\"") && !answer.contains("\"ok\"") && !id.equals(PROBE)) {
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
