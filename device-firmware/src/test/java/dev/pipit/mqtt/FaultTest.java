package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.packet.Qos;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every {@link Fault} at every QoS in both versions, with messages under way in both directions:
 * what is sent after healing arrives within two seconds and the longest back-off pause, and in the
 * end nothing is missing and nothing of QoS 2 came twice.
 */
final class FaultTest {
    private static final int LONGEST_PAUSE_MS = 40;
    private static final int RECOVERY_MS = 2_000 + LONGEST_PAUSE_MS;
    private static final int FAULT_MS = 200;

    /** After which the same connection goes on. */
    private static final Set<Fault> SPARING =
            EnumSet.of(Fault.PAUSED, Fault.DELAYED, Fault.TRICKLING, Fault.BURST, Fault.DUPLICATED);

    @ParameterizedTest
    @CsvSource({"V3_1_1, 0", "V3_1_1, 1", "V3_1_1, 2", "V5, 0", "V5, 1", "V5, 2"})
    void whatIsSentAfterHealingArrivesInTimeAndNothingIsMissing(MqttVersion version, int qos)
            throws Exception {
        assertThat(Fault.values()).hasSizeGreaterThanOrEqualTo(24);
        Map<Fault, Future<?>> runs = new EnumMap<>(Fault.class);
        // They wait most of the time.
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (Fault fault : Fault.values()) {
                runs.put(
                        fault,
                        threads.submit(() -> {
                            run(fault, version, Qos.values()[qos]);
                            return fault;
                        }));
            }
        }
        List<String> failures = new ArrayList<>();
        runs.forEach((fault, run) -> {
            if (run.state() == Future.State.FAILED) {
                failures.add(fault + ": " + run.exceptionNow());
            }
        });
        assertThat(failures).isEmpty();
    }

    private static void run(Fault fault, MqttVersion version, Qos qos) throws Exception {
        Recorder recorder = new Recorder();
        try (FaultyServer server = new FaultyServer(version.level());
                MqttClient client =
                        MqttClient.builder()
                                .url(server.url())
                                .version(version)
                                .clientId("c")
                                .cleanStart(false)
                                .keepAlive(Duration.ofSeconds(1))
                                .receiveMaximum(100)
                                .connectTimeout(Duration.ofMillis(300))
                                .writeTimeout(Duration.ofMillis(500))
                                .backOff(Duration.ofMillis(10), Duration.ofMillis(LONGEST_PAUSE_MS))
                                .listener(recorder)
                                .build()) {
            client.start();
            next(recorder.connections);
            Traffic traffic = new Traffic(client, server, qos);
            traffic.both();
            await(() -> traffic.arrived(recorder), 5_000);
            server.strike(fault);
            long until = System.nanoTime() + FAULT_MS * 1_000_000L;
            while (System.nanoTime() < until) {
                traffic.both();
                Thread.sleep(10);
            }
            server.heal();
            long healed = System.nanoTime();
            traffic.mark();
            boolean arrived = false;
            traffic.both();
            while (!arrived && (System.nanoTime() - healed) / 1_000_000 < 3 * RECOVERY_MS) {
                if (qos == Qos.AT_MOST_ONCE) {
                    // It is not kept: only what is sent again can tell.
                    traffic.both();
                }
                arrived = traffic.oneAfterTheMarkArrived(recorder);
                Thread.sleep(5);
            }
            assertThat(arrived).as("arrives at all; ends %s", recorder.ends).isTrue();
            assertThat((System.nanoTime() - healed) / 1_000_000)
                    .as("ms to recover; ends %s", recorder.ends)
                    .isLessThanOrEqualTo(RECOVERY_MS);
            if (qos != Qos.AT_MOST_ONCE) {
                await(() -> traffic.arrived(recorder) && server.isSettled(), 5_000);
            }
            traffic.judge(recorder);
            boolean spared =
                    SPARING.contains(fault)
                            || (fault == Fault.OUR_ANSWER_LOST && qos == Qos.AT_MOST_ONCE);
            assertThat(recorder.ends.isEmpty()).as("no connection ended").isEqualTo(spared);
            assertThat(client.disconnect(Duration.ofSeconds(2))).as("settled").isTrue();
        }
    }

    private static void await(BooleanSupplier condition, long ms) throws InterruptedException {
        long deadline = System.nanoTime() + ms * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + ms + " ms");
            }
            Thread.sleep(2);
        }
    }

    /** Numbered messages in both directions. */
    private static final class Traffic {
        private final MqttClient client;
        private final FaultyServer server;
        private final Qos qos;
        private int count;
        private int marked;

        Traffic(MqttClient client, FaultyServer server, Qos qos) {
            this.client = client;
            this.server = server;
            this.qos = qos;
        }

        void mark() {
            marked = count;
        }

        void both() throws Exception {
            count++;
            byte[] number = String.valueOf(count).getBytes(StandardCharsets.UTF_8);
            client.publish("up", number, qos, false);
            server.publish("down", String.valueOf(count), qos.level());
        }

        /** In both directions, not necessarily the same one. */
        boolean oneAfterTheMarkArrived(Recorder recorder) {
            List<String> accepted = server.accepted();
            List<String> heard = List.copyOf(recorder.messages);
            return anyAfterTheMark(accepted, "up=") && anyAfterTheMark(heard, "down=");
        }

        private boolean anyAfterTheMark(List<String> texts, String prefix) {
            return texts.stream()
                    .anyMatch(text ->
                            text.startsWith(prefix)
                                    && Integer.parseInt(text.substring(prefix.length())) > marked);
        }

        boolean arrived(Recorder recorder) {
            List<String> accepted = server.accepted();
            for (int i = 1; i <= count; i++) {
                if (!accepted.contains("up=" + i) || !recorder.messages.contains("down=" + i)) {
                    return false;
                }
            }
            return true;
        }

        void judge(Recorder recorder) {
            if (qos != Qos.EXACTLY_ONCE || server.lostASession()) {
                return;
            }
            assertThat(server.accepted()).doesNotHaveDuplicates();
            assertThat(List.copyOf(recorder.messages)).doesNotHaveDuplicates();
        }
    }
}
