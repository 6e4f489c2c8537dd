package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.mqtt.packet.Qos;
import dev.pipit.testkit.Bytes;
import dev.pipit.testkit.Certificates;
import dev.pipit.testkit.Certificates.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whom the client trusts: ten bad certificates refused before a byte of CONNECT, and the good ones.
 */
final class TlsTest {
    private static Identity authority;
    private static Path trust;

    @TempDir static Path folder;
    @TempDir Path own;

    @BeforeAll
    static void makeAuthority() throws Exception {
        authority = Certificates.authority("test CA");
        trust = authority.writeCertificate(folder.resolve("ca.pem"));
    }

    /** A TLS server that answers one connection and notes what it read as plain text. */
    private static final class Server implements AutoCloseable {
        final SSLServerSocket socket;
        final BlockingQueue<String> read = new LinkedBlockingQueue<>();
        volatile String protocol = "";

        /** Set: after CONNACK nothing is read any more. */
        volatile boolean deaf;

        Server(SSLContext context) throws IOException {
            socket =
                    (SSLServerSocket)
                            context.getServerSocketFactory()
                                    .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        }

        Server begin() {
            Thread thread = new Thread(this::serve, "tls-server");
            thread.setDaemon(true);
            thread.start();
            return this;
        }

        private void serve() {
            while (!socket.isClosed()) {
                try (SSLSocket client = (SSLSocket) socket.accept()) {
                    byte[] buffer = new byte[1_024];
                    client.startHandshake();
                    protocol = client.getApplicationProtocol();
                    int count = client.getInputStream().read(buffer);
                    read.add(count < 0 ? "end" : Bytes.hex(Arrays.copyOf(buffer, count)));
                    if (count > 0) {
                        client.getOutputStream().write(Bytes.of("20 02 00 00"));
                        while (deaf && !socket.isClosed()) {
                            LockSupport.parkNanos(10_000_000);
                        }
                        count = client.getInputStream().read(buffer);
                    }
                } catch (IOException e) {
                    read.add("refused");
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static MqttClientBuilder client(
            String host, int port, Recorder recorder, TlsOptions tls) {
        return MqttClient.builder()
                .url(URI.create("mqtts://" + host + ":" + port))
                .version(MqttVersion.V3_1_1)
                .clientId("tls")
                .backOff(Duration.ofSeconds(20), Duration.ofSeconds(20))
                .connectTimeout(Duration.ofSeconds(2))
                .listener(recorder)
                .tls(tls);
    }

    private static TlsOptions trusting(Path trust) {
        return new TlsOptions(trust, null, null, List.of());
    }

    /** The client refuses the server, says why, and not a byte of CONNECT is read. */
    private static String refused(SSLContext context, String host, TlsOptions tls)
            throws Exception {
        try (Server server = new Server(context).begin()) {
            return refusedBy(server, host, tls);
        }
    }

    private static String refusedBy(Server server, String host, TlsOptions tls) throws Exception {
        Recorder recorder = new Recorder();
        try (MqttClient client =
                client(host, server.socket.getLocalPort(), recorder, tls).build()) {
            client.start();
            Disconnected end = next(recorder.ends);
            assertThat(next(server.read)).isIn("refused", "end");
            assertThat(recorder.connections).isEmpty();
            return end.reason();
        }
    }

    private static void accepted(SSLContext context, String host, TlsOptions tls) throws Exception {
        try (Server server = new Server(context).begin()) {
            Recorder recorder = new Recorder();
            try (MqttClient client =
                    client(host, server.socket.getLocalPort(), recorder, tls).build()) {
                client.start();
                next(recorder.connections);
                assertThat(next(server.read)).startsWith("10 ");
            }
        }
    }

    @Test
    void aGoodCertificateIsAcceptedByNameAndByAddress() throws Exception {
        SSLContext context = Certificates.server(Certificates.request().signedBy(authority), null);
        accepted(context, "localhost", trusting(trust));
        accepted(context, "127.0.0.1", trusting(trust));
    }

    @Test
    void anRsaCertificateIsAccepted() throws Exception {
        accepted(
                Certificates.server(Certificates.request().rsa().signedBy(authority), null),
                "localhost",
                trusting(trust));
    }

    @Test
    void tls12IsAccepted() throws Exception {
        try (Server server =
                new Server(Certificates.server(Certificates.request().signedBy(authority), null))) {
            server.socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            server.begin();
            Recorder recorder = new Recorder();
            try (MqttClient client =
                    client("localhost", server.socket.getLocalPort(), recorder, trusting(trust))
                            .build()) {
                client.start();
                next(recorder.connections);
            }
        }
    }

    @Test
    void anotherNameIsRefused() throws Exception {
        Identity other =
                Certificates.request()
                        .name("example.org")
                        .alternatives("example.org")
                        .signedBy(authority);
        assertThat(refused(Certificates.server(other, null), "localhost", trusting(trust)))
                .contains("No subject alternative DNS name matching localhost");
    }

    @Test
    void anotherAddressIsRefused() throws Exception {
        Identity other =
                Certificates.request().alternatives("localhost", "10.1.2.3").signedBy(authority);
        assertThat(refused(Certificates.server(other, null), "127.0.0.1", trusting(trust)))
                .contains("No subject alternative names matching IP address 127.0.0.1");
    }

    @Test
    void aCommonNameAloneIsRefused() throws Exception {
        Identity old = Certificates.request().alternatives().signedBy(authority);
        assertThat(refused(Certificates.server(old, null), "localhost", trusting(trust)))
                .contains("only a Common Name");
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        Identity old =
                Certificates.request().until(Instant.now().minusSeconds(60)).signedBy(authority);
        assertThat(refused(Certificates.server(old, null), "localhost", trusting(trust)))
                .contains("NotAfter");
    }

    @Test
    void aCertificateThatIsNotYetValidIsRefused() throws Exception {
        Identity early =
                Certificates.request().from(Instant.now().plusSeconds(3_600)).signedBy(authority);
        assertThat(refused(Certificates.server(early, null), "localhost", trusting(trust)))
                .contains("NotBefore");
    }

    @Test
    void aSelfSignedCertificateIsRefused() throws Exception {
        Identity self = Certificates.request().selfSigned();
        assertThat(refused(Certificates.server(self, null), "localhost", trusting(trust)))
                .contains("unable to find valid certification path");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        Identity other = Certificates.request().signedBy(Certificates.authority("other CA"));
        assertThat(refused(Certificates.server(other, null), "localhost", trusting(trust)))
                .contains("unable to find valid certification path");
    }

    @Test
    void aCertificateForClientsIsRefused() throws Exception {
        Identity wrong = Certificates.request().forClients().signedBy(authority);
        assertThat(refused(Certificates.server(wrong, null), "localhost", trusting(trust)))
                .contains("Extended key usage does not permit use for TLS server authentication");
    }

    @Test
    void aServerThatWantsAClientCertificateRefusesUsWithout() throws Exception {
        try (Server server =
                new Server(
                        Certificates.server(
                                Certificates.request().signedBy(authority), authority))) {
            server.socket.setNeedClientAuth(true);
            refusedBy(server.begin(), "localhost", trusting(trust));
        }
    }

    @Test
    void tls11IsRefused() throws Exception {
        String before = java.security.Security.getProperty("jdk.tls.disabledAlgorithms");
        java.security.Security.setProperty("jdk.tls.disabledAlgorithms", "SSLv3");
        try (Server server =
                new Server(Certificates.server(Certificates.request().signedBy(authority), null))) {
            server.socket.setEnabledProtocols(new String[] {"TLSv1.1"});
            refusedBy(server.begin(), "localhost", trusting(trust));
        } finally {
            java.security.Security.setProperty("jdk.tls.disabledAlgorithms", before);
        }
    }

    @Test
    void aPlainServerIsRefused() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Recorder recorder = new Recorder();
            try (MqttClient client =
                    client("localhost", plain.getLocalPort(), recorder, trusting(trust)).build()) {
                client.start();
                try (var peer = plain.accept()) {
                    byte[] hello = peer.getInputStream().readNBytes(5);
                    // A TLS record of type handshake, and no CONNECT.
                    assertThat(hello[0]).isEqualTo((byte) 0x16);
                    peer.getOutputStream().write(Bytes.of("20 02 00 00 20 02 00 00"));
                    assertThat(next(recorder.ends).reason()).contains("TLS with localhost");
                }
            }
        }
    }

    @Test
    void aServerThatNeverAnswersTheHandshakeIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Recorder recorder = new Recorder();
            try (MqttClient client =
                    client("localhost", silent.getLocalPort(), recorder, trusting(trust))
                            .connectTimeout(Duration.ofMillis(200))
                            .build()) {
                client.start();
                assertThat(next(recorder.ends).wasConnected()).isFalse();
            }
        }
    }

    @Test
    void aClientCertificateOpensTheDoorAndIsReadAgainForEachConnection() throws Exception {
        Path certificate = own.resolve("client.pem");
        Path key = own.resolve("client.key");
        Identity stranger =
                Certificates.request().forClients().signedBy(Certificates.authority("other CA"));
        stranger.writeCertificate(certificate);
        stranger.writeKey(key);
        TlsOptions tls = new TlsOptions(trust, certificate, key, List.of("mqtt"));
        try (Server server =
                new Server(
                        Certificates.server(
                                Certificates.request().signedBy(authority), authority))) {
            server.socket.setNeedClientAuth(true);
            var parameters = server.socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"mqtt"});
            server.socket.setSSLParameters(parameters);
            server.begin();
            Recorder recorder = new Recorder();
            try (MqttClient client =
                    client("localhost", server.socket.getLocalPort(), recorder, tls)
                            .backOff(Duration.ofMillis(50), Duration.ofMillis(50))
                            .build()) {
                client.start();
                next(recorder.ends);
                Identity known = Certificates.request().forClients().signedBy(authority);
                known.writeCertificate(certificate);
                known.writeKey(key);
                next(recorder.connections);
                assertThat(server.protocol).isEqualTo("mqtt");
            }
        }
    }

    @Test
    void aRenewedAuthorityIsTrustedWithoutARestart() throws Exception {
        Path renewed = Certificates.authority("old CA").writeCertificate(own.resolve("ca.pem"));
        try (Server server =
                new Server(Certificates.server(Certificates.request().signedBy(authority), null))
                        .begin()) {
            Recorder recorder = new Recorder();
            try (MqttClient client =
                    client("localhost", server.socket.getLocalPort(), recorder, trusting(renewed))
                            .backOff(Duration.ofMillis(50), Duration.ofMillis(50))
                            .build()) {
                client.start();
                assertThat(next(recorder.ends).wasConnected()).isFalse();
                authority.writeCertificate(renewed);
                next(recorder.connections);
            }
        }
    }

    /**
     * Closing a TLS socket waits behind a write that is stuck: the TCP socket is closed instead.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteThatIsStuckInTlsIsNoticedAndHoldsUpNoGoodbye(boolean deadline) throws Exception {
        try (Server server =
                new Server(Certificates.server(Certificates.request().signedBy(authority), null))) {
            server.deaf = true;
            server.begin();
            Recorder recorder = new Recorder();
            MqttClient client =
                    client("localhost", server.socket.getLocalPort(), recorder, trusting(trust))
                            .sendBuffer(20_000_000)
                            .writeTimeout(Duration.ofMillis(deadline ? 300 : 60_000))
                            .build();
            client.start();
            next(recorder.connections);
            long began = System.nanoTime();
            // More than the kernel takes on both sides.
            client.publish("a", new byte[16_000_000], Qos.AT_MOST_ONCE, false);
            if (deadline) {
                assertThat(next(recorder.ends).reason()).contains("a write was stuck for 300 ms");
            } else {
                Thread.sleep(300);
                client.close();
            }
            assertThat((System.nanoTime() - began) / 1_000_000).isBetween(300L, 2_500L);
            client.close();
        }
    }

    @Test
    void aKeyThatOthersCanReadIsRefused() throws Exception {
        Identity identity = Certificates.request().selfSigned();
        Path key = identity.writeKey(own.resolve("key.pem"));
        assertThat(Pem.privateKey(key)).isEqualTo(identity.key());
        for (String permissions : List.of("rw-r-----", "rw----r--")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));
            assertThatThrownBy(() -> Pem.privateKey(key))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can be read by others: chmod 600");
        }
    }

    @Test
    void keysInTheOldEnvelopesAreRead() throws Exception {
        Identity rsa = Certificates.request().rsa().selfSigned();
        assertThat(Pem.privateKey(rewrap(rsa, "RSA PRIVATE KEY"))).isEqualTo(rsa.key());
        Identity ec = Certificates.request().selfSigned();
        assertThat(((ECPrivateKey) Pem.privateKey(rewrap(ec, "EC PRIVATE KEY"))).getS())
                .isEqualTo(((ECPrivateKey) ec.key()).getS());
    }

    /** Takes the key out of its PKCS#8 envelope; EC keys get their curve, as openssl writes it. */
    private Path rewrap(Identity identity, String label) throws IOException {
        byte[] pkcs8 = identity.key().getEncoded();
        byte[] inner;
        if (label.startsWith("RSA")) {
            // SEQUENCE(4) version(3) algorithm(15) OCTET STRING(4)
            inner = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        } else {
            // SEQUENCE(2) version(3) OCTET STRING(2+32) [0] curve
            byte[] secret = ((ECPrivateKey) identity.key()).getS().toByteArray();
            byte[] fixed = new byte[32];
            int skip = Math.max(0, secret.length - 32);
            System.arraycopy(secret, skip, fixed, 32 - secret.length + skip, secret.length - skip);
            inner =
                    Bytes.join(
                            Bytes.of("30 31 | 02 01 01 | 04 20"),
                            fixed,
                            Bytes.of("A0 0A | 06 08 2A 86 48 CE 3D 03 01 07"));
        }
        Path file = own.resolve("old.pem");
        Files.writeString(file, Certificates.pem(label, inner));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatIsNoKeyOrCertificateIsNamed() throws Exception {
        Path file = own.resolve("x.pem");
        Files.writeString(file, "nothing");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> Pem.privateKey(file)).hasMessageContaining("holds no private key");
        assertThatThrownBy(() -> Pem.certificates(file))
                .hasMessageContaining("holds no certificate");
        Files.writeString(file, Certificates.pem("ENCRYPTED PRIVATE KEY", new byte[] {1}));
        assertThatThrownBy(() -> Pem.privateKey(file)).hasMessageContaining("encrypted");
        Files.writeString(file, "-----BEGIN CERTIFICATE-----\nAAAA");
        assertThatThrownBy(() -> Pem.certificates(file))
                .hasMessageContaining("END line is missing");
        assertThatThrownBy(() -> new TlsOptions(null, file, null, List.of()))
                .hasMessageContaining("without a key");
    }
}
