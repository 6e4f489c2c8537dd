package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.testkit.ScriptedBroker;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server Redirect (MQTT 5, section 4.11): ignored unless allowed. */
final class ServerReferenceTest {
    private static final String ACCEPTED = "20 03 00 00 00";

    private final Recorder recorder = new Recorder();
    private ScriptedBroker first;
    private ScriptedBroker second;

    @BeforeEach
    void open() throws Exception {
        first = new ScriptedBroker();
        second = new ScriptedBroker();
    }

    @AfterEach
    void close() throws Exception {
        first.close();
        second.close();
    }

    private MqttClientBuilder builder() {
        return MqttClient.builder()
                .url(first.url())
                .version(MqttVersion.V5)
                .clientId("c")
                .backOff(Duration.ofMillis(1), Duration.ofMillis(2))
                .listener(recorder);
    }

    /** The reason code and a Server Reference to the second broker. */
    private String to(int reasonCode) {
        String host = "127.0.0.1:" + second.port();
        return String.format(
                "%02X %02X 1C 00 %02X '%s'", reasonCode, host.length() + 3, host.length(), host);
    }

    private static String packet(String first, String body) {
        return first + String.format(" %02X ", dev.pipit.testkit.Bytes.of(body).length) + body;
    }

    @ParameterizedTest
    @ValueSource(ints = {0x9C, 0x9D})
    void isIgnoredByDefaultAndTold(int reasonCode) throws Exception {
        try (MqttClient client = builder().build()) {
            client.start();
            first.accept().send(packet("20", "00 " + to(reasonCode)));
            Disconnected end = next(recorder.ends);
            assertThat(end.reasonCode()).isEqualTo(reasonCode);
            assertThat(end.reason())
                    .contains("'127.0.0.1:" + second.port() + "'")
                    .contains("followServerReference is off");
            first.accept().send(ACCEPTED);
            next(recorder.connections);
        }
    }

    @Test
    void forNowMeansOneAttempt() throws Exception {
        try (MqttClient client = builder().followServerReference(true).build()) {
            client.start();
            first.accept().send(packet("20", "00 " + to(0x9C)));
            var peer = second.accept().send(ACCEPTED);
            assertThat(next(recorder.connections).url()).isEqualTo(second.url());
            peer.cut();
            first.accept().send(ACCEPTED);
            assertThat(next(recorder.connections).url()).isEqualTo(first.url());
        }
    }

    @Test
    void movedMeansFromNowOnAndTheConfiguredOneStaysBehindIt() throws Exception {
        try (MqttClient client = builder().followServerReference(true).build()) {
            client.start();
            var peer = first.accept().send(ACCEPTED);
            next(recorder.connections);
            peer.send(packet("E0", to(0x9D)));
            second.accept().send(ACCEPTED).cut();
            first.accept().send(ACCEPTED).cut();
            second.accept().send(ACCEPTED);
        }
    }

    @Test
    void schemeAndPathStayAndWhatIsNoHostIsNotFollowed() {
        URI from = URI.create("wss://a.example:8443/mqtt?x=1");
        Connector connector = new Connector(List.of(from), 100, TlsOptions.DEFAULT);
        for (String bad :
                List.of("", "/", "b/c", "u@b", "b:x", "b?q", "b#f", "mqtt://b", "\u0001")) {
            assertThat(connector.redirect(from, bad, true)).as(bad).isFalse();
        }
        assertThat(connector.redirect(from, "b.example [::1]:99", false)).isTrue();
        assertThat(connector.next()).isEqualTo(URI.create("wss://b.example/mqtt?x=1"));
        assertThat(connector.next()).isEqualTo(URI.create("wss://[::1]:99/mqtt?x=1"));
        assertThat(connector.next()).isEqualTo(from);
    }
}
