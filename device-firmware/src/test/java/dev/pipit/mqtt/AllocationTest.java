package dev.pipit.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over plain TCP nothing is allocated per publish and per receipt, on any of the threads. */
final class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM = 20_000;
    private static final int MEASURED = 10_000;
    private static final int ROUNDS = 3;

    /** Sends every publish back as a message of its QoS, and keeps to the protocol both ways. */
    private static void echo(Peer peer) {
        try {
            DataInputStream in =
                    new DataInputStream(
                            new java.io.BufferedInputStream(peer.socket().getInputStream()));
            OutputStream out = peer.socket().getOutputStream();
            byte[] body = new byte[128];
            byte[] answer = new byte[140];
            while (true) {
                int first = in.readUnsignedByte();
                int length = in.readUnsignedByte();
                in.readFully(body, 0, length);
                int end = 0;
                switch (first) {
                    case 0x30, 0x32, 0x34 -> {
                        int topic = body[1];
                        if (first != 0x30) {
                            // PUBACK or PUBREC.
                            int type = first == 0x32 ? 0x40 : 0x50;
                            end = acknowledge(answer, type, body[2 + topic], body[3 + topic]);
                        }
                        answer[end] = (byte) first;
                        answer[end + 1] = (byte) length;
                        System.arraycopy(body, 0, answer, end + 2, length);
                        end += 2 + length;
                    }
                    // PUBREC: PUBREL. PUBREL: PUBCOMP.
                    case 0x50 -> end = acknowledge(answer, 0x62, body[0], body[1]);
                    case 0x62 -> end = acknowledge(answer, 0x70, body[0], body[1]);
                    default -> {}
                }
                out.write(answer, 0, end);
            }
        } catch (IOException e) {
            // The test is over.
            Thread.currentThread().setName("echo-ended");
        }
    }

    private static int acknowledge(byte[] into, int first, byte high, byte low) {
        into[0] = (byte) first;
        into[1] = 2;
        into[2] = high;
        into[3] = low;
        return 4;
    }

    @ParameterizedTest
    @CsvSource({
        "V3_1_1, AT_MOST_ONCE",
        "V3_1_1, AT_LEAST_ONCE",
        "V3_1_1, EXACTLY_ONCE",
        "V5, AT_MOST_ONCE",
        "V5, AT_LEAST_ONCE",
        "V5, EXACTLY_ONCE"
    })
    void nothingIsAllocatedPerPublishAndPerReceipt(MqttVersion version, Qos qos) throws Exception {
        AtomicLong received = new AtomicLong();
        Semaphore arrived = new Semaphore(0);
        TopicName topic = TopicName.of("pipit/device/data");
        MqttListener listener =
                new MqttListener() {
                    @Override
                    public void message(InboundPublish message) {
                        if (message.isOn(topic) && message.payloadLength() == 20) {
                            received.incrementAndGet();
                            arrived.release();
                        }
                    }
                };
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client =
                        MqttClient.builder()
                                .url(broker.url())
                                .version(version)
                                .clientId("alloc")
                                .listener(listener)
                                .build()) {
            client.start();
            Peer peer = broker.accept();
            peer.socket().setSoTimeout(0);
            peer.readPacket();
            peer.send(Packets.connack(version.level(), false));
            Thread echo = new Thread(() -> echo(peer), "echo");
            echo.setDaemon(true);
            echo.start();
            byte[] payload = new byte[20];
            exchange(client, topic, payload, qos, arrived, WARM);
            // Buffers grow to their size once; an allocation per message shows in every round.
            Map<Long, Long> least = new HashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                Map<Long, Long> before = allocated();
                long own = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < MEASURED; i++) {
                    publish(client, topic, payload, qos);
                }
                least.merge(0L, THREADS.getCurrentThreadAllocatedBytes() - own, Math::min);
                await(arrived, MEASURED);
                allocated()
                        .forEach((thread, bytes) ->
                                least.merge(
                                        thread,
                                        bytes - before.getOrDefault(thread, 0L),
                                        Math::min));
            }
            assertThat(least).as("the publishing thread and the client's three").hasSize(4);
            assertThat(least.values()).allMatch(bytes -> bytes < MEASURED / 10);
            assertThat(received.get()).isEqualTo(WARM + ROUNDS * MEASURED);
        }
    }

    private static void exchange(
            MqttClient client,
            TopicName topic,
            byte[] payload,
            Qos qos,
            Semaphore arrived,
            int count)
            throws InterruptedException {
        for (int i = 0; i < count; i++) {
            publish(client, topic, payload, qos);
        }
        await(arrived, count);
    }

    private static void await(Semaphore arrived, int count) throws InterruptedException {
        assertThat(arrived.tryAcquire(count, 60, TimeUnit.SECONDS))
                .as("all came back, " + arrived.availablePermits() + " of " + count)
                .isTrue();
    }

    private static void publish(MqttClient client, TopicName topic, byte[] payload, Qos qos) {
        while (client.publish(topic, payload, 0, payload.length, qos, false)
                != PublishStatus.ACCEPTED) {
            Thread.onSpinWait();
        }
    }

    /** Bytes that each of the client's threads allocated so far. */
    private static Map<Long, Long> allocated() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("mqtt-alloc-"))
                .collect(
                        Collectors.toMap(
                                Thread::threadId,
                                thread -> THREADS.getThreadAllocatedBytes(thread.threadId())));
    }
}
