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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Over plain TCP nothing is allocated per publish and per receipt, on any of the threads. */
final class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM = 30_000;
    private static final int MEASURED = 20_000;
    private static final int ROUNDS = 5;

    /** Sends every QoS 1 publish back as a message, and acknowledges it. */
    private static void echo(Peer peer, int level) {
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
                if ((first & 0xF0) == 0x30) {
                    int topic = body[1];
                    answer[0] = 0x40;
                    answer[1] = 2;
                    answer[2] = body[2 + topic];
                    answer[3] = body[3 + topic];
                    answer[4] = 0x32;
                    answer[5] = (byte) length;
                    System.arraycopy(body, 0, answer, 6, length);
                    out.write(answer, 0, 6 + length);
                }
            }
        } catch (IOException e) {
            // The test is over. Level tells the variant in a thread dump.
            Thread.currentThread().setName("echo-" + level);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void nothingIsAllocatedPerPublishAndPerReceipt(MqttVersion version) throws Exception {
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
            Thread echo = new Thread(() -> echo(peer, version.level()), "echo");
            echo.setDaemon(true);
            echo.start();
            byte[] payload = new byte[20];
            exchange(client, topic, payload, arrived, WARM);
            // Buffers grow to their size once; an allocation per message shows in every round.
            Map<Long, Long> least = new HashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                Map<Long, Long> before = allocated();
                long own = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < MEASURED; i++) {
                    publish(client, topic, payload);
                }
                least.merge(0L, THREADS.getCurrentThreadAllocatedBytes() - own, Math::min);
                arrived.acquire(MEASURED);
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
            MqttClient client, TopicName topic, byte[] payload, Semaphore arrived, int count)
            throws InterruptedException {
        for (int i = 0; i < count; i++) {
            publish(client, topic, payload);
        }
        arrived.acquire(count);
    }

    private static void publish(MqttClient client, TopicName topic, byte[] payload) {
        while (client.publish(topic, payload, 0, payload.length, Qos.AT_LEAST_ONCE, false)
                == PublishStatus.FULL) {
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
