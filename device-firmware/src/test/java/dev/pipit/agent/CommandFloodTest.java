package dev.pipit.agent;

import static dev.pipit.testkit.Watcher.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.Packets;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.testkit.Mosquitto;
import dev.pipit.testkit.ProcessorTime;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import dev.pipit.time.SystemTime;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand commands a second for one output, over a real socket: the rates hold, leases of
 * another output end on time, memory stays, readings go on.
 */
class CommandFloodTest {
    private static final int PER_SECOND = 10_000;
    private static final int BATCH = 100;
    private static final int LEASE_MS = 300;
    private static final String ROOT = "pipit/greenhouse/";

    @TempDir Path folder;

    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger alarms = new AtomicInteger();
    private final AtomicInteger securityEvents = new AtomicInteger();
    private final AtomicLong lampOnNs = new AtomicLong();
    private final AtomicLong othersAtOnMs = new AtomicLong();
    private final List<Lease> leases = Collections.synchronizedList(new ArrayList<>());

    /**
     * How a lease ended.
     *
     * @param overMs how long after its time the pin went off
     * @param othersMs processor time that others took from this machine while it ran
     */
    private record Lease(long overMs, long othersMs) {
        @Override
        public String toString() {
            return overMs + " (others " + othersMs + ")";
        }
    }

    /** One way to send a command to the device. */
    private interface Sender {
        void send(String topic, byte[] payload) throws IOException;

        default void flush() throws IOException {}
    }

    private Agent start(URI broker) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "%s"}
                state: state
                sensors:
                  air: {driver: bme280, bus: i2c-1, address: 0x76, every: 100ms}
                actuators:
                  relay: {driver: digital-output, pin: 27, safe: off}
                  lamp:  {driver: digital-output, pin: 22, safe: off}
                """
                        .formatted(broker));
        if (!(ConfigFile.load(file, Drivers.installed())
                instanceof ConfigFile.Result.Valid valid)) {
            throw new AssertionError("the test's configuration is wrong");
        }
        SimulatedBoard board = Boards.simulated(valid.config(), World.still());
        board.world().onOutput(this::moved);
        Agent agent = new Agent(valid.config(), valid.hash(), board, new SystemTime());
        agent.start();
        return agent;
    }

    /** {@code pin 22 = 1 at ...}, on the thread that wrote it. */
    private void moved(String line) {
        if (line.startsWith("pin 22 = 1")) {
            lampOnNs.set(System.nanoTime());
            othersAtOnMs.set(ProcessorTime.ofOthersMs());
        } else if (line.startsWith("pin 22 = 0") && lampOnNs.get() != 0) {
            long overMs = (System.nanoTime() - lampOnNs.get()) / 1_000_000 - LEASE_MS;
            // The kernel's accounts are some ticks apart: below zero means nothing.
            long othersMs = Math.max(0, ProcessorTime.ofOthersMs() - othersAtOnMs.get());
            leases.add(new Lease(overMs, othersMs));
        }
    }

    private void told(String topic, String payload) {
        if (topic.endsWith("/response")) {
            (payload.contains("\"answer\":\"ok\"") ? done : refused).incrementAndGet();
        } else if (topic.contains("/live/")) {
            live.incrementAndGet();
        } else if (topic.endsWith("/alarm/security") && payload.contains("refused")) {
            alarms.incrementAndGet();
        } else if (topic.endsWith("/event/security")) {
            securityEvents.incrementAndGet();
        }
    }

    /** Sends the flood, and each half second a leased command for the lamp; what was sent. */
    private int flood(Sender sender, int seconds) throws IOException {
        byte[] on = "on".getBytes(StandardCharsets.UTF_8);
        byte[] off = "off".getBytes(StandardCharsets.UTF_8);
        byte[] lamp =
                ("{\"value\":\"on\",\"lease\":\"" + LEASE_MS + "ms\"}")
                        .getBytes(StandardCharsets.UTF_8);
        int batches = seconds * PER_SECOND / BATCH;
        int perHalfSecond = PER_SECOND / BATCH / 2;
        long begunNs = System.nanoTime();
        for (int batch = 0; batch < batches; batch++) {
            if (batch % perHalfSecond == 0) {
                sender.send(ROOT + "command/lamp", lamp);
            }
            for (int i = 0; i < BATCH; i++) {
                sender.send(ROOT + "command/relay", i % 2 == 0 ? on : off);
            }
            sender.flush();
            long dueNs = begunNs + (batch + 1) * (1_000_000_000L * BATCH / PER_SECOND);
            long waitNs = dueNs - System.nanoTime();
            if (waitNs > 0) {
                LockSupport.parkNanos(waitNs);
            }
        }
        return batches * BATCH;
    }

    private static long usedAfterCollection() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void awaitNoMoreAnswers() {
        AtomicInteger answers = new AtomicInteger(-1);
        await(
                "the end of the answers",
                () -> {
                    int before = answers.getAndSet(done.get() + refused.get());
                    LockSupport.parkNanos(200_000_000);
                    return answers.get() == before;
                });
    }

    private void checkFlood(Sender sender, int seconds) throws IOException {
        await("readings", () -> live.get() > 5);
        flood(sender, 1); // Whatever grows once has grown.
        awaitNoMoreAnswers();
        done.set(0);
        refused.set(0);
        leases.clear();
        int readings = live.get();
        long before = usedAfterCollection();
        long begunNs = System.nanoTime();
        int sent = flood(sender, seconds);
        await("the flood to be over", () -> done.get() + refused.get() >= sent * 9L / 10);
        double tookS = (System.nanoTime() - begunNs) / 1e9;
        int readingsMeanwhile = live.get() - readings;
        long grownKb = (usedAfterCollection() - before) / 1_024;
        List<Lease> ended = List.copyOf(leases);
        List<Long> overruns = ended.stream().map(Lease::overMs).sorted().toList();
        System.out.printf(
                "flood: %d commands in %.1f s, %d done, %d refused, %d readings, leases over by %s"
                        + " ms, heap %+d kB%n",
                sent, tookS, done.get(), refused.get(), readingsMeanwhile, ended, grownKb);
        // The relay: 20 at once and 10 a second; the lamp: two a second.
        assertThat(done.get()).isBetween(10 * seconds, 20 + (int) Math.ceil(12 * tookS) + 4);
        assertThat(overruns).hasSizeGreaterThanOrEqualTo(2 * seconds - 2);
        // A lease counts from the decision, the pin from its write.
        assertThat(overruns.getFirst()).isGreaterThanOrEqualTo(-20);
        assertThat(overruns.get((overruns.size() - 1) * 9 / 10)).isLessThanOrEqualTo(50);
        // Late for what this process and its broker did is late. Only what others took from the
        // processors meanwhile is no fault of the lease: nothing on a machine that is ours.
        assertThat(ended).allMatch(lease -> lease.overMs() <= 50 + lease.othersMs());
        assertThat(readingsMeanwhile).isGreaterThan((int) (8 * tookS));
        assertThat(grownKb).isLessThan(4_096);
        assertThat(alarms).hasValue(1);
        assertThat(securityEvents.get()).isLessThanOrEqualTo(3 + seconds / 5);
        assertThat(folder.resolve("state/audit"))
                .satisfies(file -> {
                    assertThat(file).exists();
                    assertThat(Files.size(file)).isLessThan(600_000);
                });
    }

    @Test
    void underAFloodRatesHoldLeasesEndReadingsGoOnAndMemoryStays() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker();
                Agent agent = start(broker.url());
                Peer peer = broker.accept()) {
            Wire wire = new Wire(peer);
            wire.begin();
            await("the subscriptions", () -> wire.subscribed.get() == 2);
            checkFlood(wire, 3);
            assertThat(agent.isConnected()).isTrue();
        }
    }

    @Test
    void aFloodOfWhatIsNeverTooMuchIsDoneAnsweredAndStillHarmless() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker();
                Agent agent = start(broker.url());
                Peer peer = broker.accept()) {
            Wire wire = new Wire(peer);
            wire.begin();
            await("the subscriptions", () -> wire.subscribed.get() == 2);
            await("readings", () -> live.get() > 5);
            int readings = live.get();
            long begunNs = System.nanoTime();
            byte[] safe = "safe".getBytes(StandardCharsets.UTF_8);
            for (int i = 1; i <= PER_SECOND; i++) {
                wire.send(ROOT + "command/relay", safe);
                if (i % BATCH == 0) {
                    wire.flush();
                    LockSupport.parkNanos(1_000_000_000L * BATCH / PER_SECOND);
                }
            }
            await("every answer", () -> done.get() >= PER_SECOND * 9 / 10);
            double tookS = (System.nanoTime() - begunNs) / 1e9;
            assertThat(live.get() - readings).isGreaterThan((int) (7 * tookS));
            assertThat(agent.isConnected()).isTrue();
            // A hundred lines a second of a hundred bytes and what the pins did, not a megabyte.
            await("the audit log", () -> Files.exists(folder.resolve("state/audit")));
            assertThat(Files.size(folder.resolve("state/audit"))).isLessThan(200_000);
        }
    }

    @Test
    @Tag("real")
    void underAFloodOfTenSecondsThroughMosquittoTheSameHolds() throws Exception {
        try (Mosquitto broker = Mosquitto.start("max_queued_messages 0");
                Agent agent = start(broker.url());
                MqttClient watcher =
                        client(
                                broker.url(),
                                "watcher",
                                new MqttListener() {
                                    @Override
                                    public void message(InboundPublish message) {
                                        told(
                                                message.topic(),
                                                new String(
                                                        message.payload(), StandardCharsets.UTF_8));
                                    }
                                });
                MqttClient flooder = client(broker.url(), "flooder", new MqttListener() {})) {
            for (String what : new String[] {"response", "live/+", "alarm/+", "event/+"}) {
                watcher.subscribe(ROOT + what, Qos.AT_MOST_ONCE);
            }
            await("the device", agent::isConnected);
            checkFlood(
                    (topic, payload) -> flooder.publish(topic, payload, Qos.AT_MOST_ONCE, false),
                    10);
            assertThat(agent.isConnected()).isTrue();
        }
    }

    private static MqttClient client(URI broker, String name, MqttListener listener) {
        MqttClient client =
                MqttClient.builder().url(broker).clientId(name).listener(listener).build();
        client.start();
        await(name, client::isConnected);
        return client;
    }

    /** A broker for one device that only grants, acknowledges and counts. */
    private final class Wire implements Sender {
        final AtomicInteger subscribed = new AtomicInteger();
        private final Peer peer;
        private final java.io.ByteArrayOutputStream batch = new java.io.ByteArrayOutputStream();

        Wire(Peer peer) {
            this.peer = peer;
        }

        void begin() throws IOException {
            peer.readPacket();
            peer.send(Packets.connack(5, false));
            Thread reader = new Thread(this::read, "broker");
            reader.setDaemon(true);
            reader.start();
        }

        @Override
        public void send(String topic, byte[] payload) {
            batch.writeBytes(
                    Packets.publish(
                            5, 0x30, topic, 0, new String(payload, StandardCharsets.UTF_8)));
        }

        @Override
        public void flush() throws IOException {
            write(batch.toByteArray());
            batch.reset();
        }

        private synchronized void write(byte[] bytes) throws IOException {
            peer.socket().getOutputStream().write(bytes);
        }

        private void read() {
            try (DataInputStream in =
                    new DataInputStream(
                            new BufferedInputStream(peer.socket().getInputStream(), 1 << 16))) {
                while (true) {
                    packet(in);
                }
            } catch (IOException ended) {
                // The test is over.
            }
        }

        private void packet(DataInputStream in) throws IOException {
            int first = in.readUnsignedByte();
            int length = 0;
            int shift = 0;
            int b;
            do {
                b = in.readUnsignedByte();
                length |= (b & 0x7F) << shift;
                shift += 7;
            } while (b > 0x7F);
            byte[] body = in.readNBytes(length);
            if (first >> 4 == 8) {
                write(Packets.suback(5, number(body, 0), 2));
                subscribed.incrementAndGet();
            } else if (first >> 4 == 3) {
                int topicLength = number(body, 0);
                int at = 2 + topicLength;
                if ((first & 6) != 0) {
                    write(Packets.puback(number(body, at)));
                }
                told(
                        new String(body, 2, topicLength, StandardCharsets.UTF_8),
                        new String(body, at, body.length - at, StandardCharsets.UTF_8));
            }
        }

        private int number(byte[] bytes, int at) {
            return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
        }
    }
}
