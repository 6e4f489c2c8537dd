package dev.pipit.agent;

import static dev.pipit.testkit.Watcher.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.mqtt.Packets;
import dev.pipit.testkit.Bytes;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import dev.pipit.time.SystemTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands as bytes from a broker that sends what a test says, in both versions, at every QoS. */
class CommandsOnTheWireTest {
    private static final String COMMAND = "pipit/greenhouse/command/relay";

    @TempDir Path folder;

    private ScriptedBroker broker;
    private @Nullable SimulatedBoard board;
    private @Nullable Agent agent;
    private @Nullable Peer connection;
    private int level;

    /** Everything the device sent, in order. */
    private final List<byte[]> sent = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        broker = new ScriptedBroker();
    }

    @AfterEach
    void close() throws IOException {
        if (connection != null) {
            connection.close();
        }
        if (agent != null) {
            agent.close();
        }
        broker.close();
    }

    private Peer peer() {
        return Objects.requireNonNull(connection);
    }

    private boolean high() {
        return Objects.requireNonNull(board).world().high(27);
    }

    /** Up to the two SUBSCRIBEs, which are not answered yet. */
    private List<Integer> connect(int level) throws IOException {
        this.level = level;
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "%s", version: "%s"}
                actuators:
                  relay: {driver: digital-output, pin: 27, safe: off}
                """
                        .formatted(broker.url(), level == 5 ? "5" : "3.1.1"));
        if (!(ConfigFile.load(file, Drivers.installed())
                instanceof ConfigFile.Result.Valid valid)) {
            throw new AssertionError("the test's configuration is wrong");
        }
        SimulatedBoard simulated = Boards.simulated(valid.config(), World.still());
        Agent started = new Agent(valid.config(), valid.hash(), simulated, new SystemTime());
        board = simulated;
        agent = started;
        started.start();
        connection = broker.accept();
        byte[] connect = peer().readPacket();
        assertThat(connect[0]).isEqualTo((byte) 0x10);
        // Behind length, 'MQTT' and the level: Clean Start, so that nothing is kept while away.
        int flags = connect[connect[1] < 0 ? 10 : 9];
        assertThat(flags & 0x02).as("Clean Start").isEqualTo(0x02);
        peer().send(Packets.connack(level, false));
        List<Integer> identifiers = new ArrayList<>();
        while (identifiers.size() < 2) {
            byte[] packet = read(any -> true);
            if ((packet[0] & 0xF0) == 0x80) {
                identifiers.add(number(packet, 2));
            }
        }
        return identifiers;
    }

    private void grant(List<Integer> identifiers) throws IOException {
        for (int identifier : identifiers) {
            peer().send(Packets.suback(level, identifier, 2));
        }
    }

    /** The next packet that is wanted; others are acknowledged and remembered. */
    private byte[] read(Predicate<byte[]> wanted) throws IOException {
        while (true) {
            byte[] packet = peer().readPacket();
            sent.add(packet);
            if ((packet[0] & 0xF6) == 0x32) { // A PUBLISH of QoS 1 of the device's own.
                int topic = 2 + (packet[1] < 0 ? 1 : 0);
                int at = topic + 2 + number(packet, topic);
                peer().send(Packets.puback(number(packet, at)));
            }
            if (wanted.test(packet)) {
                return packet;
            }
        }
    }

    private static int number(byte[] packet, int at) {
        return (packet[at] & 0xFF) << 8 | (packet[at + 1] & 0xFF);
    }

    private static String text(byte[] packet) {
        return new String(packet, StandardCharsets.UTF_8);
    }

    private void publish(int qos, int identifier, String payload) throws IOException {
        peer().send(Packets.publish(level, 0x30 | qos << 1, COMMAND, identifier, payload));
    }

    private static Predicate<byte[]> answer(String id) {
        return packet ->
                (packet[0] & 0xF0) == 0x30 && text(packet).contains("\"id\":\"" + id + "\"");
    }

    /** The acknowledgement that ends the delivery, of QoS 1 and 2. */
    private void acknowledged(int qos, int identifier) throws IOException {
        if (qos == 0) {
            return;
        }
        byte[] wanted = qos == 1 ? Packets.puback(identifier) : Packets.pubrec(identifier);
        Predicate<byte[]> isIt = packet -> java.util.Arrays.equals(packet, wanted);
        if (sent.stream().noneMatch(isIt)) {
            read(isIt);
        }
        if (qos == 2) {
            peer().send(Packets.pubrel(identifier));
            byte[] end = Packets.pubcomp(identifier);
            read(packet -> java.util.Arrays.equals(packet, end));
        }
    }

    @ParameterizedTest
    @CsvSource({"4", "5"})
    void commandsAreSubscribedSoThatNothingThatWasKeptIsSent(int version) throws Exception {
        connect(version);
        assertThat(sent)
                .filteredOn(packet -> (packet[0] & 0xF0) == 0x80)
                .hasSize(2)
                // QoS 2; in MQTT 5 also Retain As Published and Retain Handling 2.
                .allMatch(packet -> packet[packet.length - 1] == (version == 5 ? 0x2A : 0x02));
    }

    @ParameterizedTest
    @CsvSource({"4,0", "4,1", "4,2", "5,0", "5,1", "5,2"})
    void aCommandHasActedBeforeTheBrokerHearsThatItArrived(int version, int qos) throws Exception {
        grant(connect(version));
        publish(qos, 7, "{\"value\":\"on\",\"id\":\"a\"}");
        if (qos == 0) {
            read(answer("a"));
        } else {
            byte first = (byte) (qos == 1 ? 0x40 : 0x50);
            byte[] acknowledgement = read(packet -> packet[0] == first);
            assertThat(acknowledgement).containsExactly(first, 2, 0, 7);
        }
        assertThat(high()).as("the pin, when the broker hears").isTrue();
        acknowledged(qos, 7);
        if (sent.stream().noneMatch(answer("a"))) {
            read(answer("a"));
        }
        assertThat(sent).filteredOn(answer("a")).hasSize(1);
        assertThat(sent)
                .filteredOn(answer("a"))
                .allMatch(packet ->
                        text(packet).contains("pipit/greenhouse/response")
                                && text(packet).contains("\"answer\":\"ok\""));
    }

    @ParameterizedTest
    @CsvSource({"4,0", "4,1", "4,2", "5,0", "5,1", "5,2"})
    void whatComesBeforeThisConnectionsSubackIsRefusedAndAcknowledged(int version, int qos)
            throws Exception {
        List<Integer> subscriptions = connect(version);
        publish(qos, 9, "{\"value\":\"on\",\"id\":\"early\"}");
        byte[] refused = read(answer("early"));
        assertThat(text(refused)).doesNotContain("\"ok\"").contains("\"reason\"");
        assertThat(high()).isFalse();
        acknowledged(qos, 9);
        grant(subscriptions);
        publish(qos, 10, "{\"value\":\"on\",\"id\":\"later\"}");
        assertThat(text(read(answer("later")))).contains("\"answer\":\"ok\"");
        assertThat(high()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"5,1", "5,2"})
    void anEarlyCommandThatExpiresProvesItselfFresh(int version, int qos) throws Exception {
        connect(version);
        byte[] body =
                Bytes.join(
                        Packets.string(COMMAND),
                        Packets.two(3),
                        // Message Expiry Interval 30 s, then the payload.
                        Bytes.of("05 | 02 00 00 00 1E | '{\"value\":\"on\",\"id\":\"x\"}'"));
        peer().send(Packets.packet(0x30 | qos << 1, body));
        assertThat(text(read(answer("x")))).contains("\"answer\":\"ok\"");
        assertThat(high()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"4", "5"})
    void aSessionThatTheBrokerKeptAgainstOurWishIsSubscribedAnew(int version) throws Exception {
        List<Integer> first = connect(version);
        grant(first);
        publish(1, 2, "{\"value\":\"on\",\"id\":\"1\"}");
        assertThat(text(read(answer("1")))).contains("\"ok\"");
        peer().close();
        connection = broker.accept();
        peer().readPacket();
        sent.clear();
        if (version == 5) {
            // It says that it kept what it was told to forget; MQTT 3.1.1 forbids it with a clean
            // session.
            peer().send(Packets.connack(version, true));
        } else {
            peer().send(Packets.connack(version, false));
        }
        publish(1, 3, "{\"value\":\"off\",\"id\":\"2\"}");
        assertThat(text(read(answer("2")))).doesNotContain("\"ok\"");
        List<Integer> again = new ArrayList<>();
        for (byte[] packet : sent) {
            if ((packet[0] & 0xF0) == 0x80) {
                again.add(number(packet, 2));
            }
        }
        while (again.size() < 2) {
            byte[] packet = read(any -> (any[0] & 0xF0) == 0x80);
            again.add(number(packet, 2));
        }
        grant(again);
        publish(1, 4, "{\"value\":\"off\",\"id\":\"3\"}");
        assertThat(text(read(answer("3")))).contains("\"ok\"");
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void inMqtt5TheAnswerGoesToTheResponseTopicWithTheCorrelationData(int qos) throws Exception {
        grant(connect(5));
        byte[] body =
                Bytes.join(
                        Packets.string(COMMAND),
                        qos == 0 ? new byte[0] : Packets.two(3),
                        Bytes.of("0C | 08 00 03 'r/1' | 09 00 03 CA FE 01 | 'on'"));
        peer().send(Packets.packet(0x30 | qos << 1, body));
        byte[] answer = read(packet -> (packet[0] & 0xF0) == 0x30 && text(packet).contains("r/1"));
        assertThat(Bytes.hex(answer)).contains("09 00 03 ca fe 01");
        assertThat(text(answer)).contains("\"answer\":\"ok\"");
        assertThat(high()).isTrue();
        await("nothing else", () -> sent.stream().noneMatch(p -> text(p).contains("/response")));
    }
}
