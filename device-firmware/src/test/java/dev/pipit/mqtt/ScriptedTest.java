package dev.pipit.mqtt;

import static dev.pipit.mqtt.Packets.connack;
import static dev.pipit.mqtt.Packets.puback;
import static dev.pipit.mqtt.Packets.pubcomp;
import static dev.pipit.mqtt.Packets.publish;
import static dev.pipit.mqtt.Packets.pubrec;
import static dev.pipit.mqtt.Packets.pubrel;
import static dev.pipit.mqtt.Packets.suback;
import static dev.pipit.mqtt.Packets.subscribe;
import static dev.pipit.mqtt.Packets.unsuback;
import static dev.pipit.mqtt.Packets.unsubscribe;
import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.Will;
import dev.pipit.testkit.Bytes;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole client against a broker that does what the test says, TCP cut at each step. The display
 * names are those of mosquitto's tests of its client library, {@code NN-area-case}.
 */
final class ScriptedTest {
    private ScriptedBroker broker;
    private final Recorder recorder = new Recorder();

    @BeforeEach
    void open() throws Exception {
        broker = new ScriptedBroker();
    }

    @AfterEach
    void close() throws Exception {
        broker.close();
    }

    private MqttClientBuilder builder(MqttVersion version) {
        return MqttClient.builder()
                .url(broker.url())
                .version(version)
                .clientId("c")
                .keepAlive(Duration.ofSeconds(60))
                .backOff(Duration.ofMillis(1), Duration.ofMillis(5))
                .receiveMaximum(20)
                .maximumPacketSize(4_096)
                .sessionExpiry(Duration.ofSeconds(60))
                .listener(recorder);
    }

    private static byte[] connect(MqttVersion version, boolean clean) {
        String flags = clean ? "02" : "00";
        return switch (version) {
            case V3_1 -> Bytes.of("10 0F | 00 06 'MQIsdp' 03 | " + flags + " | 00 3C | 00 01 'c'");
            case V3_1_1 -> Bytes.of("10 0D | 00 04 'MQTT' 04 | " + flags + " | 00 3C | 00 01 'c'");
            default ->
                    Bytes.of(
                            "10 1B | 00 04 'MQTT' 05 | "
                                    + flags
                                    + "| 00 3C | 0D 11 00 00 00 3C 21 00 14 27 00 00 10 00 | 00 01 'c'");
        };
    }

    private Peer accept(MqttVersion version, boolean clean, boolean present) throws Exception {
        Peer peer = broker.accept();
        peer.expect(connect(version, clean));
        peer.send(connack(version.level(), present));
        next(recorder.connections);
        return peer;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1", "V5"})
    @DisplayName("01-con-discon-success")
    @Normative(
            version = "3.1.1",
            id = {"3.1.0-1", "3.14.4-1", "3.14.4-2", "7.0.0-2", "7.1.2-1", "4.1.0-2"})
    @Normative(
            version = "5.0",
            id = {"3.1.0-1", "3.14.4-1", "3.14.4-2", "7.0.0-2", "7.1.2-1", "3.1.2-1"})
    void connectIsFirstAndNothingFollowsDisconnect(MqttVersion version) throws Exception {
        try (MqttClient client = builder(version).build()) {
            client.start();
            Peer peer = accept(version, true, false);
            assertThat(client.disconnect(Duration.ofSeconds(1))).isTrue();
            peer.expect("E0 00").expectEnd();
            assertThat(client.publish("a", text("x"), Qos.AT_LEAST_ONCE, false))
                    .isEqualTo(PublishStatus.CLOSED);
            assertThat(next(recorder.ends).retryIn()).isNull();
        }
        broker.expectNoConnection(50);
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @DisplayName("01-con-discon-will")
    void theWillStandsInConnect(MqttVersion version) throws Exception {
        Will will = Will.of("w", text("0"), Qos.AT_LEAST_ONCE, true).delayed(Duration.ofSeconds(5));
        try (MqttClient client = builder(version).will(will).username("u").password("p").build()) {
            client.start();
            broker.accept()
                    .expect(
                            version == MqttVersion.V5
                                    ? "10 2D | 00 04 'MQTT' 05 EE 00 3C | 0D 11 00 00 00 3C 21 00 14 27 00 00 10 00"
                                            + "| 00 01 'c' | 05 18 00 00 00 05 | 00 01 'w' | 00 01 '0' | 00 01 'u' | 00 01 'p'"
                                    : "10 19 | 00 04 'MQTT' 04 EE 00 3C | 00 01 'c' | 00 01 'w' | 00 01 '0'"
                                            + "| 00 01 'u' | 00 01 'p'");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @DisplayName("01-unpwd-refused")
    @Normative(
            version = "5.0",
            id = {"4.13.2-1"})
    void aRefusalIsToldInPlainWords(MqttVersion version) throws Exception {
        try (MqttClient client = builder(version).build()) {
            client.start();
            Peer peer = broker.accept().expect(connect(version, true));
            peer.send(version == MqttVersion.V5 ? "20 0A 00 86 07 1F 00 04 'nope'" : "20 02 00 04");
            Disconnected end = next(recorder.ends);
            assertThat(end.reason())
                    .contains(
                            "the server refused the connection: wrong user name or password (0x86)");
            assertThat(end.reasonCode()).isEqualTo(0x86);
            assertThat(end.wasConnected()).isFalse();
            peer.expectEnd();
            // And again, for ever.
            broker.accept().expect(connect(version, true));
        }
    }

    @Test
    @DisplayName("01-con-auto")
    void autoFallsBackTo311WhereTheServerRefuses5() throws Exception {
        for (String refusal : List.of("20 02 00 01", "20 03 00 84 00")) {
            recorder.connections.clear();
            try (MqttClient client = builder(MqttVersion.AUTO).build()) {
                client.start();
                broker.accept().expect(connect(MqttVersion.V5, true)).send(refusal).expectEnd();
                Peer peer = broker.accept().expect(connect(MqttVersion.V3_1_1, true));
                peer.send("20 02 00 00");
                assertThat(next(recorder.connections).version()).isEqualTo(MqttVersion.V3_1_1);
                peer.cut();
                broker.accept().expect(connect(MqttVersion.V3_1_1, false));
            }
        }
    }

    @Test
    void autoFallsBackAfterTwoConnectionsClosedWithoutAWord() throws Exception {
        try (MqttClient client = builder(MqttVersion.AUTO).build()) {
            client.start();
            broker.accept().expect(connect(MqttVersion.V5, true)).close();
            broker.accept().expect(connect(MqttVersion.V5, true)).close();
            broker.accept().expect(connect(MqttVersion.V3_1_1, true)).send("20 02 00 00");
            assertThat(next(recorder.connections).version()).isEqualTo(MqttVersion.V3_1_1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @DisplayName("02-subscribe-qos1, 02-unsubscribe")
    void subscribesAndUnsubscribes(MqttVersion version) throws Exception {
        int level = version.level();
        try (MqttClient client = builder(version).build()) {
            client.start();
            Peer peer = accept(version, true, false);
            client.subscribe("qos1/test", Qos.AT_LEAST_ONCE);
            peer.expect(subscribe(level, 1, "qos1/test", 1)).send(suback(level, 1, 1));
            assertThat(next(recorder.subscriptions)).isEqualTo("qos1/test 1");
            // Cut in the middle of SUBSCRIBE: it is sent again.
            client.subscribe("b", Qos.AT_MOST_ONCE);
            peer.expect(subscribe(level, 2, "b", 0)).cut();
            peer = accept(version, false, true);
            peer.expect(subscribe(level, 3, "b", 0)).send(suback(level, 3, 0));
            client.unsubscribe("qos1/test");
            peer.expect(unsubscribe(level, 4, "qos1/test")).send(unsuback(level, 4));
            peer.cut();
            // The server lost the session: what is still wanted is subscribed to again.
            accept(version, false, false).expect(subscribe(level, 5, "b", 0));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @DisplayName("03-publish-c2b-qos1-disconnect")
    void qos1OutCutAtEachStep(MqttVersion version) throws Exception {
        int level = version.level();
        try (MqttClient client = builder(version).build()) {
            client.start();
            Peer peer = accept(version, true, false);
            client.publish("a", text("x"), Qos.AT_LEAST_ONCE, false);
            peer.expect(publish(level, 0x32, "a", 1, "x")).cut();
            peer = accept(version, false, true);
            peer.expect(publish(level, 0x3A, "a", 1, "x")).cut();
            peer = accept(version, false, false);
            peer.expect(publish(level, 0x32, "a", 2, "x")).send(puback(2)).cut();
            // PUBACK may or may not have been read before the cut.
            peer = accept(version, false, true);
            client.publish("a", text("y"), Qos.AT_LEAST_ONCE, false);
            byte[] packet = peer.readPacket();
            if ((packet[0] & 0x08) != 0) {
                assertThat(packet).isEqualTo(publish(level, 0x3A, "a", 2, "x"));
                packet = peer.readPacket();
            }
            assertThat(packet).isEqualTo(publish(level, 0x32, "a", 3, "y"));
            peer.send(puback(2)).send(puback(3));
            assertThat(client.disconnect(Duration.ofSeconds(2))).isTrue();
            peer.expect("E0 00");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @DisplayName("03-publish-c2b-qos2-disconnect")
    void qos2OutCutAtEachStep(MqttVersion version) throws Exception {
        int level = version.level();
        try (MqttClient client = builder(version).build()) {
            client.start();
            Peer peer = accept(version, true, false);
            client.publish("a", text("x"), Qos.EXACTLY_ONCE, true);
            peer.expect(publish(level, 0x35, "a", 1, "x")).cut();
            peer = accept(version, false, true);
            peer.expect(publish(level, 0x3D, "a", 1, "x")).send(pubrec(1)).expect(pubrel(1)).cut();
            peer = accept(version, false, true);
            peer.expect(pubrel(1)).cut();
            peer = accept(version, false, true);
            peer.expect(pubrel(1)).send(pubcomp(1));
            assertThat(client.disconnect(Duration.ofSeconds(2))).isTrue();
            peer.expect("E0 00").expectEnd();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @DisplayName("03-publish-b2c-qos1, 03-publish-b2c-qos2-disconnect")
    void messagesInCutAtEachStep(MqttVersion version) throws Exception {
        int level = version.level();
        try (MqttClient client = builder(version).build()) {
            client.start();
            Peer peer = accept(version, true, false);
            peer.send(publish(level, 0x32, "a", 7, "1")).expect(puback(7));
            peer.send(publish(level, 0x34, "a", 8, "2")).expect(pubrec(8)).cut();
            peer = accept(version, false, true);
            peer.send(publish(level, 0x3C, "a", 8, "2")).expect(pubrec(8));
            peer.send(pubrel(8)).expect(pubcomp(8)).cut();
            peer = accept(version, false, true);
            peer.send(publish(level, 0x34, "a", 8, "3")).expect(pubrec(8));
            assertThat(recorder.messages).containsExactly("a=1", "a=2", "a=3");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @DisplayName("04-retain-qos0")
    void retainedQos0(MqttVersion version) throws Exception {
        try (MqttClient client = builder(version).build()) {
            assertThat(client.publish("a", text("x"), Qos.AT_MOST_ONCE, true))
                    .isEqualTo(PublishStatus.NOT_CONNECTED);
            client.start();
            Peer peer = accept(version, true, false);
            assertThat(client.publish("a", text("x"), Qos.AT_MOST_ONCE, true))
                    .isEqualTo(PublishStatus.ACCEPTED);
            peer.expect(publish(version.level(), 0x31, "a", 0, "x"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @Normative(
            version = "3.1.1",
            id = {"3.1.2-23"})
    @Normative(
            version = "5.0",
            id = {"3.1.2-20"})
    @DisplayName("01-keepalive-pingreq")
    void pingsWhenIdleAndNoticesSilence(MqttVersion version) throws Exception {
        try (MqttClient client = builder(version).keepAlive(Duration.ofSeconds(1)).build()) {
            client.start();
            Peer peer = broker.accept();
            peer.readPacket();
            peer.send(connack(version.level(), false));
            long began = System.nanoTime();
            peer.expect("C0 00").send("D0 00");
            peer.expect("C0 00");
            Disconnected end = next(recorder.ends);
            assertThat(end.reason()).contains("nothing was heard");
            assertThat((System.nanoTime() - began) / 1_000_000).isBetween(2_000L, 2_900L);
            peer.expectEnd();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    @Normative(
            version = "3.1.1",
            id = {"4.8.0-1", "4.8.0-2", "2.2.2-2"})
    @Normative(
            version = "5.0",
            id = {"4.13.2-1", "3.14.1-1", "3.14.4-2"})
    @DisplayName("08-malformed")
    void malformedPacketsEndTheConnectionWithTheirReasonCode(MqttVersion version) throws Exception {
        try (MqttClient client = builder(version).build()) {
            client.start();
            boolean first = true;
            for (String bad :
                    List.of("36 05 00 01 'a' 00 01", "41 02 00 01", "30 FF FF FF 7F", "82 00")) {
                Peer peer = accept(version, first, !first);
                first = false;
                peer.send(bad);
                Disconnected end = next(recorder.ends);
                assertThat(end.reasonCode()).isBetween(0x81, 0x95);
                assertThat(end.reason()).contains(", byte ");
                if (version == MqttVersion.V5) {
                    peer.expect(new byte[] {(byte) 0xE0, 1, (byte) end.reasonCode()});
                }
                peer.expectEnd();
            }
        }
    }

    @Test
    @DisplayName("14-takeover")
    @Normative(
            version = "5.0",
            id = {"4.13.2-1"})
    void aTakenOverSessionIsNotFoughtFor() throws Exception {
        try (MqttClient client =
                builder(MqttVersion.V5)
                        .backOff(Duration.ofMillis(50), Duration.ofSeconds(60))
                        .build()) {
            client.start();
            Peer peer = accept(MqttVersion.V5, true, false);
            peer.send("E0 01 8E").expectEnd();
            Disconnected end = next(recorder.ends);
            assertThat(end.reason()).contains("another connection uses the same client identifier");
            assertThat(end.retryIn()).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
            broker.expectNoConnection(200);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void answerAndAcknowledgementLeaveInOneWriteAfterTheHandlerReturned(MqttVersion version)
            throws Exception {
        int level = version.level();
        MqttClient[] self = new MqttClient[1];
        Recorder answering =
                new Recorder() {
                    @Override
                    public void message(InboundPublish message) {
                        self[0].publish("answer", message.payload(), Qos.AT_LEAST_ONCE, false);
                        self[0].publish("q0", message.payload(), Qos.AT_MOST_ONCE, false);
                        self[0].subscribe("more", Qos.AT_MOST_ONCE);
                    }
                };
        try (MqttClient client = builder(version).listener(answering).build()) {
            self[0] = client;
            client.start();
            Peer peer = broker.accept().expect(connect(version, true));
            peer.send(connack(level, false));
            next(answering.connections);
            peer.send(publish(level, 0x32, "a", 7, "x"));
            byte[] expected =
                    Bytes.join(
                            publish(level, 0x30, "q0", 0, "x"),
                            subscribe(level, 1, "more", 0),
                            publish(level, 0x32, "answer", 2, "x"),
                            puback(7));
            byte[] buffer = new byte[100];
            int count = peer.socket().getInputStream().read(buffer);
            assertThat(Bytes.hex(java.util.Arrays.copyOf(buffer, count)))
                    .isEqualTo(Bytes.hex(expected));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void closingInsideTheHandlerSaysGoodbye(MqttVersion version) throws Exception {
        MqttClient[] self = new MqttClient[1];
        Recorder closing =
                new Recorder() {
                    @Override
                    public void message(InboundPublish message) {
                        self[0].close();
                    }
                };
        try (MqttClient client = builder(version).listener(closing).build()) {
            self[0] = client;
            client.start();
            Peer peer = broker.accept().expect(connect(version, true));
            peer.send(connack(version.level(), false));
            peer.send(publish(version.level(), 0x32, "a", 7, "x"));
            peer.expect(puback(7)).expect("E0 00").expectEnd();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void aListenerThatThrowsStillAcknowledges(MqttVersion version) throws Exception {
        Recorder failing =
                new Recorder() {
                    @Override
                    public void message(InboundPublish message) {
                        throw new IllegalStateException("the handler's own affair");
                    }
                };
        try (MqttClient client = builder(version).listener(failing).build()) {
            client.start();
            Peer peer = broker.accept().expect(connect(version, true));
            peer.send(connack(version.level(), false));
            peer.send(publish(version.level(), 0x32, "a", 7, "x")).expect(puback(7));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void cutInTheMiddleOfConnectAndByASilentServer(MqttVersion version) throws Exception {
        try (MqttClient client = builder(version).connectTimeout(Duration.ofMillis(150)).build()) {
            client.start();
            Peer peer = broker.accept();
            peer.expect("10");
            peer.cut();
            next(recorder.ends);
            peer = broker.accept().expect(connect(version, true));
            peer.send("20 02");
            assertThat(next(recorder.ends).reason())
                    .contains("did not answer CONNECT within 150 ms");
            broker.accept().expect(connect(version, true));
        }
    }

    @Test
    void urlsAreTriedInTurn() throws Exception {
        try (ScriptedBroker second = new ScriptedBroker();
                MqttClient client =
                        builder(MqttVersion.V3_1_1)
                                .urls(List.of(broker.url(), second.url()))
                                .build()) {
            broker.close();
            client.start();
            assertThat(next(recorder.ends).reason()).contains("cannot connect to");
            Peer peer = second.accept().expect(connect(MqttVersion.V3_1_1, true));
            peer.send("20 02 00 00");
            assertThat(next(recorder.connections).url()).isEqualTo(second.url());
        }
    }

    /** Linux drops a SYN to a listener whose queue is full: it looks like a host that is gone. */
    @Test
    void aHostThatNeverAnswersIsGivenUpAtTheDeadlineForTheNext() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket(silent.getInetAddress(), silent.getLocalPort());
                Socket second = new Socket(silent.getInetAddress(), silent.getLocalPort());
                MqttClient client =
                        builder(MqttVersion.V3_1_1)
                                .urls(
                                        List.of(
                                                URI.create(
                                                        "mqtt://127.0.0.1:"
                                                                + silent.getLocalPort()),
                                                broker.url()))
                                .connectTimeout(Duration.ofMillis(200))
                                .build()) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            long began = System.nanoTime();
            client.start();
            assertThat(next(recorder.ends).reason())
                    .contains("cannot connect to", "no answer within 200 ms");
            assertThat((System.nanoTime() - began) / 1_000_000).isBetween(200L, 2_000L);
            Peer peer = broker.accept().expect(connect(MqttVersion.V3_1_1, true));
            peer.send("20 02 00 00");
            assertThat(next(recorder.connections).url()).isEqualTo(broker.url());
        }
    }

    @Test
    void aStuckWriteIsNoticed() throws Exception {
        try (MqttClient client =
                builder(MqttVersion.V3_1_1)
                        .sendBuffer(4_000_000)
                        .writeTimeout(Duration.ofMillis(200))
                        .build()) {
            client.start();
            Peer peer = accept(MqttVersion.V3_1_1, true, false);
            byte[] much = new byte[1_000_000];
            // Nobody reads: once the kernel's buffers are full the write is stuck.
            for (int i = 0; i < 20; i++) {
                client.publish("a", much, Qos.AT_MOST_ONCE, false);
                Thread.sleep(5);
            }
            assertThat(next(recorder.ends).reason()).contains("a write was stuck for 200 ms");
            peer.cut();
        }
    }
}
