package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.testkit.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;

/**
 * What Jazzer calls with bytes that a server might send over a connection ({@code deploy/fuzz}):
 * the whole client, threads and socket and all, takes them behind CONNACK while publishes and
 * subscriptions of its own are under way; whatever they are, it connects again. The first byte
 * chooses the version and whether CONNACK comes first.
 */
public final class ClientFuzzer {
    private static final int PATIENCE_MS = 10_000;

    private static final class Side {
        final ServerSocket server;
        final MqttClient client;
        volatile String failure = "";

        Side(MqttVersion version) {
            try {
                server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                server.setSoTimeout(PATIENCE_MS);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            client =
                    MqttClient.builder()
                            .url(URI.create("mqtt://127.0.0.1:" + server.getLocalPort()))
                            .version(version)
                            .clientId("c")
                            .cleanStart(false)
                            .backOff(Duration.ofMillis(1), Duration.ofMillis(1))
                            .listener(
                                    new MqttListener() {
                                        @Override
                                        public void message(InboundPublish message) {
                                            if (message.topic().isEmpty()) {
                                                failure = "a message without a topic";
                                            }
                                        }

                                        @Override
                                        public void disconnected(Disconnected cause) {
                                            if (cause.reason().startsWith("failed:")) {
                                                failure = cause.reason();
                                            }
                                        }
                                    })
                            .build();
            client.start();
        }
    }

    private static final Side V3_1_1 = new Side(MqttVersion.V3_1_1);
    private static final Side V5 = new Side(MqttVersion.V5);

    private ClientFuzzer() {}

    /** Jazzer's entry. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        if (data.length == 0) {
            return;
        }
        boolean five = (data[0] & 1) != 0;
        boolean accepted = (data[0] & 2) == 0;
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        Side side = five ? V5 : V3_1_1;
        for (Qos qos : Qos.values()) {
            side.client.publish("a", new byte[] {1}, qos, false);
        }
        side.client.subscribe("f", Qos.AT_LEAST_ONCE);
        // A client whose reader has died does not come again: this is the check.
        try (Socket socket = side.server.accept()) {
            socket.setSoTimeout(PATIENCE_MS);
            InputStream in = socket.getInputStream();
            byte[] connect = in.readNBytes(2);
            in.skipNBytes(connect[1]);
            byte[] connack =
                    accepted ? Bytes.of(five ? "20 03 01 00 00" : "20 02 01 00") : new byte[0];
            socket.getOutputStream().write(Bytes.join(connack, bytes));
            socket.shutdownOutput();
            // Until it has read to the end, and closed.
            in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (java.net.SocketException e) {
            // It closed with bytes unread, or while we wrote: its right.
            Thread.onSpinWait();
        }
        if (!side.failure.isEmpty()) {
            throw new AssertionError(side.failure);
        }
    }
}
