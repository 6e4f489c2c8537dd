package dev.pipit.mqtt;

import static dev.pipit.mqtt.Packets.connack;
import static dev.pipit.mqtt.Recorder.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.testkit.Bytes;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server may send at most unless the application says otherwise, and what the log says. */
final class LimitsTest {
    private static final int DEFAULT_BYTES = 16 * 1_024;

    @TempDir Path folder;

    /** PUBLISH on {@code a} of this many bytes in all, 131 to 16,386. */
    private static byte[] message(int level, int bytes) {
        int remaining = bytes - 3;
        byte[] header = {0x30, (byte) ((remaining & 0x7F) | 0x80), (byte) (remaining >>> 7)};
        byte[] topic = Bytes.of(level == 5 ? "00 01 'a' 00" : "00 01 'a'");
        return Bytes.join(header, topic, new byte[remaining - topic.length]);
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void aPacketOfSixteenKibibytesIsTakenAndOneByteMoreEndsTheConnection(MqttVersion version)
            throws Exception {
        int level = version.level();
        Recorder recorder = new Recorder();
        try (ScriptedBroker broker = new ScriptedBroker();
                MqttClient client =
                        MqttClient.builder()
                                .url(broker.url())
                                .version(version)
                                .clientId("c")
                                .listener(recorder)
                                .build()) {
            client.start();
            Peer peer = broker.accept();
            String connect = Bytes.hex(peer.readPacket());
            if (level == 5) {
                assertThat(connect).as("Maximum Packet Size").contains("27 00 00 40 00");
            }
            peer.send(connack(level, false)).send(message(level, DEFAULT_BYTES));
            assertThat(next(recorder.messages)).hasSizeGreaterThan(DEFAULT_BYTES - 10);
            // The header is enough to know.
            peer.send(Arrays.copyOf(message(level, DEFAULT_BYTES + 1), 5));
            Disconnected end = next(recorder.ends);
            assertThat(end.reasonCode()).isEqualTo(0x95);
            assertThat(end.reason()).startsWith("PUBLISH, Remaining Length, byte 1: ");
            peer.expect(level == 5 ? "E0 01 95" : "").expectEnd();
        }
    }

    /** What {@link LogLines} meets, as an operator reads it. */
    @Test
    void theLogNamesThePacketTheFieldAndTheOffset() throws Exception {
        Path log = folder.resolve("log.txt");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                LogLines.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(log, StandardCharsets.UTF_8))
                .containsPattern(
                        "MQTT mqtt://127\\.0\\.0\\.1:\\d+ sent a packet that cannot be accepted:"
                                + " PUBLISH, Topic Name, byte 2: empty, or with a wildcard: [^\n]+ \\(0x90\\)");
    }

    /** A process of its own, whose log is its output: a server sends a topic with a wildcard. */
    static final class LogLines {
        private LogLines() {}

        public static void main(String[] arguments) throws Exception {
            Recorder recorder = new Recorder();
            try (ScriptedBroker broker = new ScriptedBroker();
                    MqttClient client =
                            MqttClient.builder()
                                    .url(broker.url())
                                    .version(MqttVersion.V3_1_1)
                                    .clientId("c")
                                    .backOff(Duration.ofSeconds(30), Duration.ofSeconds(30))
                                    .listener(recorder)
                                    .build()) {
                client.start();
                Peer peer = broker.accept();
                peer.readPacket();
                peer.send(connack(4, false)).send("30 06 | 00 03 'a/+' | 'x'");
                next(recorder.ends);
            }
        }
    }
}
