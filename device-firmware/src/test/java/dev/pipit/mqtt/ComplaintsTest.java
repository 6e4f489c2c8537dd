package dev.pipit.mqtt;

import static dev.pipit.mqtt.Packets.connack;
import static dev.pipit.mqtt.Packets.publish;
import static dev.pipit.mqtt.Packets.suback;
import static dev.pipit.mqtt.Packets.subscribe;
import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.session.OutboundPublish;
import dev.pipit.mqtt.session.PublishStore;
import dev.pipit.testkit.Bytes;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What users of other clients complain of, each a test that this one does not do it. */
final class ComplaintsTest {
    /** The complaint, and the tests of this package that show it does not apply here. */
    private static final Map<String, List<String>> COMPLAINTS =
            Map.ofEntries(
                    Map.entry(
                            "deadlock when subscribing inside a callback with messages queued",
                            List.of(
                                    "ComplaintsTest.aHundredThousandMessagesQueuedAtConnectWhileTheCallbackSubscribesAndPublishes")),
                    Map.entry(
                            "reconnect stuck for ever or looping",
                            List.of(
                                    "FaultTest.whatIsSentAfterHealingArrivesInTimeAndNothingIsMissing",
                                    "BuilderTest.pausesGrowAreJitteredAndBeginAgainAfterReset")),
                    Map.entry(
                            "threads, timers and file locks leaked on reconnect",
                            List.of(
                                    "ComplaintsTest.aThousandFailedReconnectsLeaveMemoryThreadsAndDescriptorsFlat")),
                    Map.entry(
                            "memory growing with a persistent session",
                            List.of(
                                    "ComplaintsTest.fiveHundredReconnectsOfAPersistentSessionLeaveMemoryFlat")),
                    Map.entry(
                            "memory growing after hundreds of failed reconnects",
                            List.of(
                                    "ComplaintsTest.aThousandFailedReconnectsLeaveMemoryThreadsAndDescriptorsFlat")),
                    Map.entry(
                            "'too many publishes in progress' that never frees up",
                            List.of(
                                    "session.OutboundTest.aThousandOutOfOrderAcknowledgementsFreeTheWindow")),
                    Map.entry(
                            "evicted messages left behind",
                            List.of(
                                    "session.OutboundTest.aRecordThatTheStoreGaveUpIsForgottenButAQos2IdentifierIsReleased",
                                    "MemoryStoreTest.holdsWhatItWasGivenWhateverTheOrderOfSettling")),
                    Map.entry(
                            "start blocked by a large backlog",
                            List.of(
                                    "ComplaintsTest.aMillionRecordsBehindTheStoreAreNotReadBeforeTheirTurn")),
                    Map.entry(
                            "messages re-sent a week late",
                            List.of(
                                    "MemoryStoreTest.whatExpiredBeforeItWasSentIsDroppedAndTheRestOfTheTimeIsTold")),
                    Map.entry(
                            "nothing sent after a reconnect",
                            List.of(
                                    "ComplaintsTest.everythingQueuedIsSentAfterAReconnectAndNothingTwiceOverAClosedOne",
                                    "FaultTest.whatIsSentAfterHealingArrivesInTimeAndNothingIsMissing")),
                    Map.entry(
                            "QoS 2 lost after a broker restart",
                            List.of(
                                    "session.OutboundTest.withoutASessionEverythingUnsettledIsPublishedAnew",
                                    "MosquittoScenarioTest.playsAsWrittenAndRecoversFromACutAtEachStep")),
                    Map.entry(
                            "SUBSCRIBE blocked for ever by a disconnect meanwhile",
                            List.of(
                                    "ComplaintsTest.aDisconnectInTheMiddleOfSubscribeIsNotWaitedForForEver",
                                    "ScriptedTest.cutInTheMiddleOfConnectAndByASilentServer")),
                    Map.entry(
                            "pings while busy",
                            List.of(
                                    "session.InboundTest.pingreqIsSentWhenIdleAndASilentServerIsNoticed")),
                    Map.entry(
                            "two clients of one name taking over from each other for ever",
                            List.of("ScriptedTest.aTakenOverSessionIsNotFoughtFor")),
                    Map.entry(
                            "closing that hangs",
                            List.of(
                                    "ComplaintsTest.closeReturnsInTimeWhileTheServerIsSilentAtEachStage")));

    @Test
    void everyComplaintHasItsTests() throws Exception {
        for (List<String> tests : COMPLAINTS.values()) {
            for (String test : tests) {
                int dot = test.lastIndexOf('.');
                Class<?> type =
                        Class.forName(getClass().getPackageName() + "." + test.substring(0, dot));
                assertThat(Arrays.stream(type.getDeclaredMethods()).map(Method::getName))
                        .contains(test.substring(dot + 1));
            }
        }
    }

    @Test
    void fiveHundredReconnectsOfAPersistentSessionLeaveMemoryFlat() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker).cleanStart(false).build()) {
            client.start();
            visit(broker, client, 100);
            long files = descriptors();
            long heap = usedHeap();
            visit(broker, client, 500);
            assertThat(descriptors()).isLessThanOrEqualTo(files + 2);
            assertThat(usedHeap() - heap).isLessThan(200_000);
            client.disconnect(Duration.ZERO);
        }
    }

    /** Each connection takes one publish of each QoS, answers half of them, and is cut. */
    private static void visit(ScriptedBroker broker, MqttClient client, int times)
            throws Exception {
        for (int i = 0; i < times; i++) {
            try (Peer peer = broker.accept()) {
                peer.readPacket();
                peer.send(connack(4, true)).send(publish(4, 0x34, "a", 1 + i % 50, "x"));
                client.publish("a", new byte[20], Qos.AT_LEAST_ONCE, false);
                byte[] packet = peer.readPacket();
                while ((packet[0] & 0xF0) != 0x30) {
                    packet = peer.readPacket();
                }
                peer.send(new byte[] {0x40, 2, packet[5], packet[6]});
                peer.cut();
            }
        }
    }

    private static MqttClientBuilder builder(ScriptedBroker broker) {
        return MqttClient.builder()
                .url(broker.url())
                .version(MqttVersion.V3_1_1)
                .clientId("c")
                .backOff(Duration.ofMillis(1), Duration.ofMillis(2));
    }

    @Test
    void aHundredThousandMessagesQueuedAtConnectWhileTheCallbackSubscribesAndPublishes()
            throws Exception {
        int messages = 100_000;
        AtomicInteger received = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(messages);
        MqttClient[] self = new MqttClient[1];
        byte[] answer = {1};
        MqttListener listener =
                new MqttListener() {
                    @Override
                    public void message(InboundPublish message) {
                        int number = received.incrementAndGet();
                        if (number % 1_000 == 1) {
                            self[0].subscribe("more/" + number, Qos.AT_LEAST_ONCE);
                            self[0].publish("answer", answer, Qos.AT_LEAST_ONCE, false);
                            self[0].publish("answer", answer, Qos.AT_MOST_ONCE, false);
                        }
                        all.countDown();
                    }
                };
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker).listener(listener).build()) {
            self[0] = client;
            client.start();
            Peer peer = broker.accept();
            peer.readPacket();
            AtomicLong acknowledged = new AtomicLong();
            Thread drain = new Thread(() -> drain(peer, acknowledged), "drain");
            drain.setDaemon(true);
            drain.start();
            byte[] burst = connack(4, false);
            for (int i = 0; i < messages; i++) {
                if (i % 500 == 0) {
                    peer.send(burst);
                    burst = new byte[0];
                }
                burst = Bytes.join(burst, publish(4, 0x32, "a", 1 + i % 65_535, ""));
            }
            peer.send(burst);
            assertThat(all.await(20, TimeUnit.SECONDS)).as("%s arrived", received).isTrue();
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (acknowledged.get() < messages && System.nanoTime() < until) {
                Thread.sleep(5);
            }
            assertThat(acknowledged.get()).isEqualTo(messages);
        }
    }

    /** Reads packets and counts PUBACKs. */
    private static void drain(Peer peer, AtomicLong acknowledged) {
        try {
            InputStream in = new java.io.BufferedInputStream(peer.socket().getInputStream());
            while (true) {
                int first = in.read();
                int length = in.read();
                if (first < 0 || in.readNBytes(length).length < length) {
                    return;
                }
                if (first == 0x40) {
                    acknowledged.incrementAndGet();
                }
            }
        } catch (IOException e) {
            Thread.currentThread().setName("drain-ended");
        }
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getOpenFileDescriptorCount();
    }

    private static long usedHeap() throws InterruptedException {
        // Sockets are freed by cleaners, which follow a collection and precede the next.
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(20);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void aThousandFailedReconnectsLeaveMemoryThreadsAndDescriptorsFlat() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        MqttListener listener =
                new MqttListener() {
                    @Override
                    public void disconnected(Disconnected cause) {
                        failures.incrementAndGet();
                    }
                };
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker).listener(listener).build()) {
            client.subscribe("a", Qos.AT_LEAST_ONCE);
            client.publish("a", new byte[10], Qos.AT_LEAST_ONCE, false);
            client.start();
            fail(broker, 200);
            int threads = Thread.activeCount();
            long files = descriptors();
            long heap = usedHeap();
            fail(broker, 1_000);
            assertThat(failures.get()).isGreaterThanOrEqualTo(1_198);
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
            assertThat(descriptors()).isLessThanOrEqualTo(files + 2);
            assertThat(usedHeap() - heap).isLessThan(200_000);
        }
    }

    /** Refuses, cuts before CONNACK, and cuts after CONNACK, in turn. */
    private static void fail(ScriptedBroker broker, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (Peer peer = broker.accept()) {
                if (i % 3 == 0) {
                    peer.cut();
                } else {
                    peer.readPacket();
                    peer.send(i % 3 == 1 ? "20 02 00 03" : "20 02 00 00");
                    peer.cut();
                }
            }
        }
    }

    @Test
    void aDisconnectInTheMiddleOfSubscribeIsNotWaitedForForEver() throws Exception {
        Recorder recorder = new Recorder();
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker).listener(recorder).build()) {
            client.start();
            Peer peer = broker.accept();
            peer.readPacket();
            peer.send(connack(4, false));
            client.subscribe("a", Qos.AT_LEAST_ONCE);
            // The first half of SUBSCRIBE, then the end.
            peer.expect("82 06");
            peer.cut();
            peer = broker.accept();
            peer.readPacket();
            peer.send(connack(4, true)).expect(subscribe(4, 2, "a", 1)).send(suback(4, 2, 1));
            assertThat(next(recorder.subscriptions)).isEqualTo("a 1");
            long began = System.nanoTime();
            client.disconnect(Duration.ZERO);
            assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(2_000);
        }
    }

    /** A million records behind the store: read one by one, so that start costs nothing. */
    private static final class Backlog implements PublishStore {
        final long records;
        final TopicName topic = TopicName.of("data");
        final byte[] payload = new byte[8];
        final AtomicLong settled = new AtomicLong();
        volatile long highest = -1;

        Backlog(long records) {
            this.records = records;
        }

        @Override
        public boolean next(long after, OutboundPublish into) {
            long sequence = after == BEFORE_FIRST ? 0 : after + 1;
            if (sequence >= records) {
                return false;
            }
            highest = Math.max(highest, sequence);
            into.set(sequence, topic, payload, 0, 8, Qos.AT_LEAST_ONCE, false);
            return true;
        }

        @Override
        public void settled(long sequence, int reasonCode) {
            settled.incrementAndGet();
        }
    }

    @Test
    void aMillionRecordsBehindTheStoreAreNotReadBeforeTheirTurn() throws Exception {
        Backlog backlog = new Backlog(1_000_000);
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker).store(backlog).receiveMaximum(10).build()) {
            long began = System.nanoTime();
            client.start();
            Peer peer = broker.accept();
            peer.readPacket();
            peer.send(connack(4, false));
            peer.expect(publish(4, 0x32, "data", 1, "\0\0\0\0\0\0\0\0"));
            assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(2_000);
            for (int i = 2; i <= 10; i++) {
                peer.expect(publish(4, 0x32, "data", i, "\0\0\0\0\0\0\0\0"));
            }
            peer.expectNothing(20);
            assertThat(backlog.highest).as("the window, and no more").isLessThanOrEqualTo(10);
            // A control publish does not wait behind the backlog: it takes the next place.
            client.publish("control", new byte[0], Qos.AT_LEAST_ONCE, false);
            peer.send(Packets.puback(1)).expect(publish(4, 0x32, "control", 11, ""));
            assertThat(backlog.settled.get()).isEqualTo(1);
        }
    }

    @Test
    void everythingQueuedIsSentAfterAReconnectAndNothingTwiceOverAClosedOne() throws Exception {
        Recorder recorder = new Recorder();
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker).listener(recorder).build()) {
            client.start();
            queue(client, 0);
            Peer peer = broker.accept();
            peer.readPacket();
            peer.send(connack(4, false));
            expect(peer, 0x32, 0);
            peer.cut();
            next(recorder.ends);
            // Nobody accepts yet: these wait behind what was under way.
            queue(client, 5);
            peer = broker.accept();
            peer.readPacket();
            peer.send(connack(4, true));
            expect(peer, 0x3A, 0);
            expect(peer, 0x32, 5);
            for (int i = 1; i <= 10; i++) {
                peer.send(Packets.puback(i));
            }
            assertThat(client.disconnect(Duration.ofSeconds(2))).isTrue();
            peer.expect("E0 00").expectEnd();
        }
    }

    private static void queue(MqttClient client, int from) {
        for (int i = from; i < from + 5; i++) {
            client.publish("a", new byte[] {(byte) ('0' + i)}, Qos.AT_LEAST_ONCE, false);
        }
    }

    private static void expect(Peer peer, int first, int from) throws IOException {
        for (int i = from; i < from + 5; i++) {
            peer.expect(publish(4, first, "a", i + 1, String.valueOf(i)));
        }
    }

    @Test
    void closeReturnsInTimeWhileTheServerIsSilentAtEachStage() throws Exception {
        for (int stage = 0; stage < 3; stage++) {
            try (ScriptedBroker broker = new ScriptedBroker()) {
                MqttClient client = builder(broker).build();
                client.start();
                Peer peer = stage > 0 ? broker.accept() : null;
                if (peer != null && stage > 1) {
                    peer.readPacket();
                    peer.send(connack(4, false));
                    while (!client.isConnected()) {
                        Thread.onSpinWait();
                    }
                }
                long began = System.nanoTime();
                client.close();
                assertThat((System.nanoTime() - began) / 1_000_000)
                        .as("stage %d", stage)
                        .isLessThan(2_500);
                if (peer != null) {
                    peer.close();
                }
            }
        }
    }
}
