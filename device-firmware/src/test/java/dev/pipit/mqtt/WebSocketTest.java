package dev.pipit.mqtt;

import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.testkit.Bytes;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MQTT in WebSocket frames, against a server written out byte by byte. */
final class WebSocketTest {
    private ScriptedBroker broker;
    private final Recorder recorder = new Recorder();
    private MqttClient client;

    @BeforeEach
    void start() throws Exception {
        broker = new ScriptedBroker();
        client =
                MqttClient.builder()
                        .url(URI.create("ws://127.0.0.1:" + broker.port() + "/mqtt?x=1"))
                        .version(MqttVersion.V3_1_1)
                        .clientId("c")
                        .backOff(Duration.ofMillis(1), Duration.ofMillis(5))
                        .listener(recorder)
                        .build();
        client.start();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        broker.close();
    }

    private Peer upgraded(String protocol) throws IOException {
        Peer peer = broker.accept();
        StringBuilder head = new StringBuilder();
        InputStream in = peer.socket().getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        assertThat(head.toString())
                .startsWith("GET /mqtt?x=1 HTTP/1.1\r\n")
                .contains("\r\nSec-WebSocket-Protocol: mqtt\r\n", "\r\nUpgrade: websocket\r\n");
        String name = "Sec-WebSocket-Key: ";
        int key = head.indexOf(name) + name.length();
        String accept = WebSocket.acceptFor(head.substring(key, head.indexOf("\r\n", key)));
        peer.send(
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: "
                                + accept
                                + "\r\nSec-WebSocket-Protocol: "
                                + protocol
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return peer;
    }

    /** The payload of the client's next frame, which has to be binary, final and masked. */
    private static byte[] frame(Peer peer, int opcode) throws IOException {
        InputStream in = peer.socket().getInputStream();
        assertThat(in.read()).isEqualTo(0x80 | opcode);
        int length = in.read();
        assertThat(length).isGreaterThanOrEqualTo(0x80).isLessThan(0x80 | 126);
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length & 0x7F);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return payload;
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"6.0.0-1", "6.0.0-2", "6.0.0-3"})
    @Normative(
            version = "5.0",
            id = {"6.0.0-1", "6.0.0-2", "6.0.0-3"})
    void binaryFramesCarryPacketsCutAnywhere() throws Exception {
        Peer peer = upgraded("mqtt");
        assertThat(frame(peer, 2))
                .isEqualTo(Bytes.of("10 0D | 00 04 'MQTT' 04 | 02 | 00 1E | 00 01 'c'"));
        // CONNACK in three frames with a ping between; the last holds a PUBLISH, too.
        peer.send("02 01 20 | 00 02 02 00 | 89 02 'hi' | 80 0B 00 | 32 08 00 01 'a' 00 09 'xyz'");
        assertThat(frame(peer, 0x0A)).isEqualTo(Bytes.of("'hi'"));
        next(recorder.connections);
        assertThat(next(recorder.messages)).isEqualTo("a=xyz");
        assertThat(frame(peer, 2)).isEqualTo(Bytes.of("40 02 00 09"));
        peer.send("88 02 03 E8");
        assertThat(frame(peer, 8)).isEqualTo(Bytes.of("03 E8"));
        next(recorder.ends);
    }

    @Test
    @Normative(
            version = "3.1.1",
            id = {"6.0.0-1"})
    @Normative(
            version = "5.0",
            id = {"6.0.0-1"})
    void otherFramesCloseTheConnection() throws Exception {
        Peer peer = upgraded("mqtt");
        frame(peer, 2);
        peer.send("82 04 20 02 00 00 | 81 02 'hi'");
        assertThat(next(recorder.ends).reason()).contains("binary ones only");
        peer.expectEnd();
    }

    @Test
    void aServerThatDoesNotSpeakMqttInWebSocketIsRefused() throws Exception {
        upgraded("chat");
        assertThat(next(recorder.ends).reason()).contains("sub-protocol 'chat'");
        Peer peer = broker.accept();
        peer.send("'HTTP/1.1 404 Not Found' 0D 0A 0D 0A");
        assertThat(next(recorder.ends).reason()).contains("404 Not Found");
    }

    @Test
    void longPayloadsTakeTheLongerLengths() throws Exception {
        Peer peer = upgraded("mqtt");
        frame(peer, 2);
        byte[] publish = Packets.publish(4, 0x30, "a", 0, "x".repeat(300));
        peer.send("82 04 20 02 00 00");
        peer.send(Bytes.join(Bytes.of("82 7E"), Packets.two(publish.length), publish));
        assertThat(next(recorder.messages)).hasSize(302);
        peer.send(
                Bytes.join(
                        Bytes.of("82 7F 00 00 00 00 00 00"), Packets.two(publish.length), publish));
        assertThat(next(recorder.messages)).hasSize(302);
    }
}
