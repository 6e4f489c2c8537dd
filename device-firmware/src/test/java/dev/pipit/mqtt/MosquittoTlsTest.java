package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.packet.Qos;
import dev.pipit.testkit.Certificates;
import dev.pipit.testkit.Certificates.Identity;
import dev.pipit.testkit.Mosquitto;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS, client certificates, ALPN and WebSocket with a real mosquitto, whose TLS is OpenSSL's. */
@Tag("real")
final class MosquittoTlsTest {
    @TempDir static Path folder;

    private static Mosquitto mosquitto;
    private static int secure;
    private static int mutual;
    private static int webSocket;
    private static int old;
    private static Path trust;
    private static Path strangersTrust;
    private static Path certificate;
    private static Path key;

    private static int freePort() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Identity authority = Certificates.authority("test CA");
        trust = authority.writeCertificate(folder.resolve("ca.pem"));
        strangersTrust =
                Certificates.authority("other CA").writeCertificate(folder.resolve("other.pem"));
        Identity server = Certificates.request().signedBy(authority);
        Path serverCertificate = server.writeCertificate(folder.resolve("server.pem"));
        Path serverKey = server.writeKey(folder.resolve("server.key"));
        Identity client =
                Certificates.request().name("greenhouse").forClients().rsa().signedBy(authority);
        certificate = client.writeCertificate(folder.resolve("client.pem"));
        key = client.writeKey(folder.resolve("client.key"));
        secure = freePort();
        mutual = freePort();
        webSocket = freePort();
        old = freePort();
        String pair = "certfile " + serverCertificate + "\nkeyfile " + serverKey;
        mosquitto =
                Mosquitto.start(
                        "per_listener_settings true",
                        "listener " + secure + " 127.0.0.1",
                        "allow_anonymous true",
                        pair,
                        "listener " + old + " 127.0.0.1",
                        "allow_anonymous true",
                        pair,
                        "tls_version tlsv1.2",
                        "listener " + mutual + " 127.0.0.1",
                        pair,
                        "cafile " + trust,
                        "require_certificate true",
                        "use_identity_as_username true",
                        "listener " + webSocket + " 127.0.0.1",
                        "allow_anonymous true",
                        "protocol websockets",
                        pair);
    }

    @AfterAll
    static void stop() throws Exception {
        mosquitto.close();
    }

    private static void roundTrip(String url, TlsOptions tls, MqttVersion version)
            throws Exception {
        Recorder recorder = new Recorder();
        try (MqttClient client =
                MqttClient.builder()
                        .url(URI.create(url))
                        .version(version)
                        .clientId("secure")
                        .tls(tls)
                        .listener(recorder)
                        .build()) {
            client.subscribe("a", Qos.EXACTLY_ONCE);
            client.start();
            assertThat(next(recorder.subscriptions)).isEqualTo("a 2");
            // More than one TLS record.
            String large = "x".repeat(12_000);
            for (Qos qos : Qos.values()) {
                client.publish("a", large.getBytes(StandardCharsets.UTF_8), qos, false);
                assertThat(next(recorder.messages)).isEqualTo("a=" + large);
            }
            assertThat(client.disconnect(Duration.ofSeconds(3))).isTrue();
        }
    }

    private static TlsOptions trusting(String... protocols) {
        return new TlsOptions(trust, null, null, List.of(protocols));
    }

    @ParameterizedTest
    @CsvSource({"V3_1_1, localhost", "V5, localhost", "V5, 127.0.0.1"})
    void mqttsCarriesEveryQos(MqttVersion version, String host) throws Exception {
        roundTrip("mqtts://" + host + ":" + secure, trusting(), version);
    }

    @Test
    void tls12IsSpokenWhereTheServerKnowsNoNewer() throws Exception {
        roundTrip("mqtts://localhost:" + old, trusting(), MqttVersion.V5);
    }

    @Test
    void aServerThatDoesNotChooseAmongOurProtocolsIsAccepted() throws Exception {
        roundTrip("mqtts://localhost:" + secure, trusting("mqtt"), MqttVersion.V5);
    }

    @Test
    void aClientCertificateIsOurName() throws Exception {
        TlsOptions tls = new TlsOptions(trust, certificate, key, List.of());
        roundTrip("mqtts://localhost:" + mutual, tls, MqttVersion.V5);
        assertThat(mosquitto.log()).contains("u'greenhouse'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void wssCarriesTheSame(String host) throws Exception {
        roundTrip("wss://" + host + ":" + webSocket + "/mqtt", trusting(), MqttVersion.V5);
    }

    @Test
    void withoutAClientCertificateWhereOneIsWantedThereIsNoConnection() throws Exception {
        refused(mutual, trusting());
    }

    @Test
    void aServerOfAnotherAuthorityIsRefused() throws Exception {
        assertThat(refused(secure, new TlsOptions(strangersTrust, null, null, List.of())).reason())
                .contains("unable to find valid certification path");
    }

    private static Disconnected refused(int port, TlsOptions tls) throws Exception {
        Recorder recorder = new Recorder();
        try (MqttClient client =
                MqttClient.builder()
                        .url(URI.create("mqtts://localhost:" + port))
                        .version(MqttVersion.V5)
                        .tls(tls)
                        .backOff(Duration.ofSeconds(9), Duration.ofSeconds(9))
                        .listener(recorder)
                        .build()) {
            client.start();
            Disconnected end = next(recorder.ends);
            assertThat(end.wasConnected()).isFalse();
            return end;
        }
    }
}
