package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.session.Authenticator;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Enhanced authentication and the server's keep alive over a connection, TCP cut at each step. */
final class AuthenticationTest {
    private static final String CONNECT =
            "10 2C | 00 04 'MQTT' 05 | 00 | 00 3C"
                    + "| 1E 11 00 00 00 3C 21 00 14 27 00 00 10 00"
                    + "  15 00 06 'mirror' 16 00 05 'hello' | 00 01 'c'";

    private static final class Mirror implements Authenticator {
        @Override
        public String method() {
            return "mirror";
        }

        @Override
        public byte[] begin() {
            return "hello".getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte @Nullable [] answer(byte @Nullable [] challenge) {
            return challenge == null
                    ? null
                    : new StringBuilder(new String(challenge, StandardCharsets.UTF_8))
                            .reverse()
                            .toString()
                            .getBytes(StandardCharsets.UTF_8);
        }
    }

    private final Recorder recorder = new Recorder();

    private MqttClientBuilder builder(ScriptedBroker broker) {
        return MqttClient.builder()
                .url(broker.url())
                .version(MqttVersion.V5)
                .clientId("c")
                .keepAlive(Duration.ofSeconds(60))
                .cleanStart(false)
                .backOff(Duration.ofMillis(1), Duration.ofMillis(2))
                .receiveMaximum(20)
                .maximumPacketSize(4_096)
                .sessionExpiry(Duration.ofSeconds(60))
                .listener(recorder);
    }

    @Test
    void theServersChallengeIsAnsweredAndACutBeginsAnew() throws Exception {
        String challenge = "F0 12 | 18 10 | 15 00 06 'mirror' 16 00 04 'abcd'";
        String answer = "F0 12 | 18 10 | 15 00 06 'mirror' 16 00 04 'dcba'";
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker).authenticator(new Mirror()).build()) {
            client.start();
            broker.accept().expect("10").cut();
            broker.accept().expect(CONNECT).cut();
            broker.accept().expect(CONNECT).send("F0 12 | 18 10").cut();
            broker.accept().expect(CONNECT).send(challenge).expect("F0 12 18").cut();
            broker.accept().expect(CONNECT).send(challenge).expect(answer).cut();
            Peer peer = broker.accept().expect(CONNECT).send(challenge).expect(answer);
            assertThat(recorder.connections).isEmpty();
            peer.send("20 0C | 00 00 09 | 15 00 06 'mirror'");
            assertThat(next(recorder.connections).version()).isEqualTo(MqttVersion.V5);
            // And again on the connection that stands.
            assertThat(client.reauthenticate()).isTrue();
            peer.expect("F0 13 | 19 11 | 15 00 06 'mirror' 16 00 05 'hello'");
            peer.send(challenge).expect(answer).send("F0 0B | 00 09 | 15 00 06 'mirror'");
            assertThat(client.disconnect(Duration.ofSeconds(1))).isTrue();
            peer.expect("E0 00").expectEnd();
        }
    }

    @Test
    void aRefusalAfterTheChallengeIsTold() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker).authenticator(new Mirror()).build()) {
            client.start();
            Peer peer =
                    broker.accept()
                            .expect(CONNECT)
                            .send("F0 12 | 18 10 | 15 00 06 'mirror' 16 00 04 'abcd'");
            peer.expect("F0 12 | 18 10 | 15 00 06 'mirror' 16 00 04 'dcba'").send("20 03 00 87 00");
            Disconnected end = next(recorder.ends);
            assertThat(end.reasonCode()).isEqualTo(0x87);
            assertThat(end.reason()).contains("not authorized");
            peer.expectEnd();
        }
    }

    @Test
    void theServersKeepAliveIsObeyed() throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client = builder(broker).build()) {
            client.start();
            Peer peer = broker.accept();
            peer.readPacket();
            peer.send("20 06 | 00 00 03 | 13 00 01");
            assertThat(next(recorder.connections).keepAlive()).isEqualTo(Duration.ofSeconds(1));
            peer.expect("C0 00").send("D0 00");
        }
    }
}
