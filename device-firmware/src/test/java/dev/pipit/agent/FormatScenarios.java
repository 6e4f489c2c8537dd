package dev.pipit.agent;

import static dev.pipit.testkit.Watcher.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.numbers.EDecimal;
import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.board.simulated.WorldProtocol;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.testkit.Cable;
import dev.pipit.testkit.TestBroker;
import dev.pipit.time.SystemTime;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.eclipse.tahu.model.MetricDataTypeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent in each format that others read, the same against every broker. */
@SuppressWarnings("JavaUtilDate") // as Tahu has it
public abstract class FormatScenarios {
    private static final String NODE = "spBv1.0/pipit/%s/greenhouse";

    @TempDir Path folder;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Heard(String topic, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private TestBroker broker;
    private MqttClient host;
    private Agent agent;
    private SimulatedBoard board;
    private WorldProtocol world;

    protected abstract TestBroker startBroker();

    @BeforeEach
    @SuppressWarnings("NullAway.Init") // each test starts its own agent and world
    void startHost() {
        broker = startBroker();
        host =
                MqttClient.builder()
                        .url(broker.url())
                        .clientId("host")
                        .sessionExpiry(Duration.ZERO)
                        .listener(
                                new MqttListener() {
                                    @Override
                                    public void message(InboundPublish message) {
                                        heard.add(new Heard(message.topic(), message.payload()));
                                    }
                                })
                        .build();
        host.start();
        await("the host's connection", host::isConnected);
        host.subscribe("pipit/#", Qos.AT_LEAST_ONCE);
        host.subscribe("spBv1.0/#", Qos.AT_LEAST_ONCE);
        host.subscribe("homeassistant/#", Qos.AT_LEAST_ONCE);
        // Heard itself: subscribed.
        await(
                "both subscriptions",
                () -> {
                    host.publish("pipit/x", new byte[1], Qos.AT_LEAST_ONCE, false);
                    host.publish("spBv1.0/x", new byte[1], Qos.AT_LEAST_ONCE, false);
                    return all("pipit/x").size() > 0 && all("spBv1.0/x").size() > 0;
                });
    }

    @AfterEach
    void stopEverything() {
        if (agent != null) {
            agent.close();
        }
        host.close();
        broker.close();
    }

    private void start(String format, URI url) throws IOException {
        start(
                url,
                """
                format: %s
                sensors:
                  air: {driver: bme280, every: 100ms}
                  out: {driver: bme280, bus: i2c-2, address: 0x77, every: 100ms, batch: 3}
                """
                        .formatted(format));
    }

    private void start(URI url, String what) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "%s"}
                spool: {backlog-delay: 100ms}
                %s
                """
                        .formatted(url, what));
        if (!(ConfigFile.load(file, Drivers.installed())
                instanceof ConfigFile.Result.Valid valid)) {
            throw new AssertionError("the test's configuration is wrong");
        }
        board = Boards.simulated(valid.config(), World.still());
        world = new WorldProtocol(board.world());
        world.answer("set air.temperature 21.5");
        agent = new Agent(valid.config(), valid.hash(), board, new SystemTime());
        agent.start();
    }

    private List<Heard> all(String topic) {
        return heard.stream().filter(message -> message.topic().equals(topic)).toList();
    }

    private Heard first(String topic) {
        await("a message on " + topic, () -> !all(topic).isEmpty());
        return all(topic).getFirst();
    }

    private List<String> topics() {
        return heard.stream().map(Heard::topic).distinct().toList();
    }

    @Test
    void jsonIsOneObjectPerReadingLiveAndRecorded() throws IOException {
        start("json", broker.url());
        for (String topic : List.of("pipit/greenhouse/data/air", "pipit/greenhouse/live/air")) {
            CBORObject reading = CBORObject.FromJSONString(first(topic).text());
            assertThat(reading.get("sensor").AsString()).isEqualTo("air");
            assertThat(number(reading.get("temperature"))).isBetween(21.4, 21.6);
            assertThat(Math.abs(reading.get("time").AsInt64Value() - System.currentTimeMillis()))
                    .isLessThan(60_000);
        }
        CBORObject several = CBORObject.FromJSONString(first("pipit/greenhouse/data/out").text());
        assertThat(several.size()).isEqualTo(3);
        assertThat(topics())
                .noneMatch(topic -> topic.contains("schema") || topic.endsWith("/data"));
    }

    @Test
    void senmlJsonAndCborSayTheSame() throws IOException {
        start("senml-json", broker.url());
        CBORObject pack = CBORObject.FromJSONString(first("pipit/greenhouse/data/out").text());
        assertThat(pack.size()).isEqualTo(9);
        assertThat(pack.get(0).get("bn").AsString()).isEqualTo("greenhouse/out/temperature");
        assertThat(pack.get(0).get("bu").AsString()).isEqualTo("Cel");
        first("pipit/greenhouse/live/out");
        agent.close();
        heard.clear();
        start("senml-cbor", broker.url());
        CBORObject binary =
                CBORObject.DecodeFromBytes(first("pipit/greenhouse/data/out").payload());
        assertThat(binary.size()).isEqualTo(9);
        assertThat(binary.get(0).get(CBORObject.FromObject(-2)).AsString())
                .isEqualTo("greenhouse/out/temperature");
        assertThat(number(binary.get(0).get(CBORObject.FromObject(-5))))
                .isEqualTo(number(pack.get(0).get("bv")));
    }

    @Test
    void homeAssistantFindsTheDeviceSwitchesItsOutputAndIsToldAgainWhenItStarts()
            throws IOException {
        start(
                broker.url(),
                """
                sensors: {air: {driver: bme280, every: 100ms}}
                actuators: {relay: {driver: digital-output, pin: 27, safe: off, hold: true}}
                home-assistant: {name: Greenhouse}
                """);
        String topic = "homeassistant/device/greenhouse/config";
        CBORObject found = CBORObject.FromJSONString(first(topic).text());
        assertThat(found.get("device").get("name").AsString()).isEqualTo("Greenhouse");
        CBORObject relay = found.get("components").get("switch.relay");

        String state = relay.get("state_topic").AsString();
        String on = relay.get("payload_on").AsString();
        byte[] command = on.getBytes(StandardCharsets.UTF_8);
        await("status", () -> !all(found.get("availability_topic").AsString()).isEmpty());
        host.publish(relay.get("command_topic").AsString(), command, Qos.AT_LEAST_ONCE, false);
        await("the state", () -> all(state).stream().anyMatch(told -> told.text().equals(on)));
        assertThat(board.world().high(27)).isTrue();

        // Alarms that are not raised are told again, once its entities have subscribed.
        String alarm =
                found.get("components")
                        .get("binary_sensor.air.alarm")
                        .get("state_topic")
                        .AsString();
        await("alarms again", () -> all(alarm).size() > 1);
        heard.clear();
        host.publish(
                "homeassistant/status",
                "online".getBytes(StandardCharsets.UTF_8),
                Qos.AT_LEAST_ONCE,
                false);
        assertThat(CBORObject.FromJSONString(first(topic).text())).isEqualTo(found);
        assertThat(first(state).text()).isEqualTo(on);
        assertThat(first(alarm).text()).isEmpty();
    }

    @Test
    void liveReadingsAreLeftOutOrKeptByTheBrokerAsConfigured() throws IOException {
        start(
                broker.url(),
                """
                health: 0s
                sensors:
                  air: {driver: bme280, every: 100ms, batch: 2, live: off}
                  out: {driver: bme280, bus: i2c-2, address: 0x77, every: 100ms, live: retained}
                """);
        await("recorded readings", () -> all("pipit/greenhouse/data").size() > 5);
        first("pipit/greenhouse/live/out");
        assertThat(all("pipit/greenhouse/live/air")).isEmpty();
        assertThat(all("pipit/greenhouse/health")).isEmpty();
        agent.close();
        heard.clear();
        // Whoever comes later still finds the newest one.
        host.subscribe("pipit/greenhouse/live/+", Qos.AT_LEAST_ONCE);
        assertThat(first("pipit/greenhouse/live/out").payload()[0] & 0xF1).isEqualTo(0xD0);
        assertThat(all("pipit/greenhouse/live/air")).isEmpty();
    }

    @Test
    void whoIsFarAwayIsToldHowTheDeviceIsAndWhyItRuns() throws IOException {
        String device =
                """
                state: .
                sensors:
                  air: {driver: bme280, every: 100ms}
                  out: {driver: bme280, bus: i2c-2, every: 100ms}
                """;
        start(broker.url(), device);
        CBORObject birth = CBORObject.FromJSONString(first("pipit/greenhouse/info").text());
        assertThat(birth.get("reset").AsString()).isEqualTo("first-start");
        CBORObject health = CBORObject.FromJSONString(first("pipit/greenhouse/health").text());
        assertThat(health.get("connections").AsInt32Value()).isEqualTo(1);
        assertThat(health.get("sensors").get("count").AsInt32Value()).isEqualTo(2);
        assertThat(health.get("sensors").get("failing").size()).isZero();
        assertThat(health.get("memory").get("resident").AsInt64Value()).isGreaterThan(1 << 20);
        assertThat(health.get("spool").get("backlog").isNumber()).isTrue();
        agent.close();
        heard.clear();

        start(broker.url(), device);
        assertThat(CBORObject.FromJSONString(first("pipit/greenhouse/info").text()).get("reset"))
                .isEqualTo(CBORObject.FromObject("restart"));
    }

    @Test
    void theSuccessorOfAKilledAgentSaysSoAndTellsItsLastError() throws Exception {
        Path file = folder.resolve("killed.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "%s"}
                state: .
                sensors: {air: {driver: bme280, every: 1s}}
                """
                        .formatted(broker.url()));
        Files.createDirectories(folder.resolve("spool"));
        Files.writeString(folder.resolve("spool").resolve("boots"), "scratched");
        CBORObject first = birthOfProcess(file, 1);
        assertThat(first.get("reset").AsString()).isEqualTo("first-start");
        CBORObject second = birthOfProcess(file, 2);
        assertThat(second.get("reset").AsString()).isEqualTo("crash");
        assertThat(second.get("last-error").get("what").AsString()).contains("boots is damaged");
        assertThat(second.get("last-error").get("at").AsString()).startsWith("20");
    }

    /** Starts the agent as a process, which is killed once its error is in its record. */
    private CBORObject birthOfProcess(Path file, int births) throws IOException {
        Process device =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.pipit.cli.Main",
                                "run",
                                file.toString(),
                                "--board",
                                "simulated")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            String topic = "pipit/greenhouse/info";
            await("birth " + births, () -> all(topic).size() >= births);
            Path record = folder.resolve("spool").resolve("run");
            await("the error in the record", () -> contains(record, "damaged"));
            return CBORObject.FromJSONString(all(topic).getLast().text());
        } finally {
            device.destroyForcibly().onExit().join();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException notYet) {
            return false;
        }
    }

    private static double number(CBORObject value) {
        return new BigDecimal(value.ToObject(EDecimal.class).toString()).doubleValue();
    }

    private static SparkplugBPayload decode(Heard message) {
        MetricDataTypeMap types = new MetricDataTypeMap();
        for (long alias = 1; alias <= 6; alias++) {
            types.addMetricDataType(
                    alias, alias % 3 == 0 ? MetricDataType.Int64 : MetricDataType.Double);
        }
        try {
            return new SparkplugBPayloadDecoder().buildFromByteArray(message.payload(), types);
        } catch (Exception undecodable) {
            throw new AssertionError(message.topic(), undecodable);
        }
    }

    private static Object metric(SparkplugBPayload payload, String name) {
        return payload.getMetrics().stream()
                .filter(metric -> name.equals(metric.getName()))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /** Every payload that has a number, in the order heard. */
    private List<Long> sequence() {
        return heard.stream()
                .filter(message -> message.topic().startsWith("spBv1.0/pipit/"))
                .filter(message -> !message.topic().contains("/NDEATH/"))
                .filter(message -> !message.topic().contains("/NCMD/"))
                .map(message -> decode(message).getSeq())
                .toList();
    }

    private static void assertUnbroken(List<Long> sequence) {
        assertThat(sequence.getFirst()).isZero();
        for (int i = 1; i < sequence.size(); i++) {
            assertThat(sequence.get(i) == 0 || sequence.get(i) == (sequence.get(i - 1) + 1) % 256)
                    .as("%s", sequence)
                    .isTrue();
        }
    }

    @Test
    void sparkplugIsBornTellsEverythingUnderItsAliasesAndDiesWithAGoodbye() throws IOException {
        start("sparkplug-b", broker.url());
        SparkplugBPayload birth = decode(first(NODE.formatted("NBIRTH")));
        assertThat(birth.getSeq()).isZero();
        SparkplugBPayload air = decode(first(NODE.formatted("DBIRTH") + "/air"));
        assertThat(air.getMetrics())
                .extracting(Metric::getName)
                .containsExactly("temperature", "humidity", "pressure");
        await(
                "21.5 degrees",
                () ->
                        all(NODE.formatted("DDATA") + "/air").stream()
                                .anyMatch(message -> temperature(message, 1) > 21.4));
        SparkplugBPayload out = decode(first(NODE.formatted("DDATA") + "/out"));
        assertThat(out.getMetrics()).as("three rows of three channels").hasSize(9);
        assertThat(out.getMetrics().get(3).getAlias()).isEqualTo(4L);
        assertThat(topics().stream().filter(topic -> topic.startsWith("spBv1.0/pipit/")).toList())
                .as("before all else")
                .startsWith(NODE.formatted("NBIRTH"));
        agent.close();
        SparkplugBPayload death = decode(first(NODE.formatted("NDEATH")));
        assertThat(metric(death, "bdSeq")).isEqualTo(metric(birth, "bdSeq"));
        assertUnbroken(sequence());
        assertThat(topics())
                .noneMatch(topic -> topic.endsWith("/status") || topic.contains("/data"));
    }

    private static double temperature(Heard message, long alias) {
        return decode(message).getMetrics().stream()
                .filter(metric -> metric.getAlias() == alias && !metric.isNull())
                .mapToDouble(metric -> ((Number) metric.getValue()).doubleValue())
                .findFirst()
                .orElse(-1);
    }

    @Test
    void aHostThatMissedTheBirthsAsksForThemAgain() throws Exception {
        start("sparkplug-b", broker.url());
        first(NODE.formatted("DDATA") + "/air");
        Object bdSeq = metric(decode(first(NODE.formatted("NBIRTH"))), "bdSeq");
        byte[] rebirth =
                new SparkplugBPayloadEncoder()
                        .getBytes(
                                new SparkplugBPayload(
                                        new Date(),
                                        List.of(
                                                new Metric.MetricBuilder(
                                                                "Node Control/Rebirth",
                                                                MetricDataType.Boolean,
                                                                true)
                                                        .createMetric()),
                                        null),
                                false);
        host.publish(NODE.formatted("NCMD"), rebirth, Qos.AT_MOST_ONCE, false);
        await("a second birth", () -> all(NODE.formatted("NBIRTH")).size() == 2);
        await("of each sensor", () -> all(NODE.formatted("DBIRTH") + "/out").size() == 2);
        Heard again = all(NODE.formatted("NBIRTH")).get(1);
        assertThat(metric(decode(again), "bdSeq")).isEqualTo(bdSeq);
        SparkplugBPayload air = decode(all(NODE.formatted("DBIRTH") + "/air").get(1));
        assertThat((Double) metric(air, "temperature")).isBetween(21.4, 21.6);
        assertUnbroken(sequence());
    }

    @Test
    void aLostConnectionIsADeathAndTheNextOneHasItsOwn() throws Exception {
        try (Cable cable = new Cable(broker.url())) {
            start("sparkplug-b", cable.url());
            long bdSeq = (Long) metric(decode(first(NODE.formatted("NBIRTH"))), "bdSeq");
            cable.cut();
            assertThat(metric(decode(first(NODE.formatted("NDEATH"))), "bdSeq")).isEqualTo(bdSeq);
            Thread.sleep(500);
            cable.mend();
            await("life again", () -> all(NODE.formatted("NBIRTH")).size() == 2);
            long next = (Long) metric(decode(all(NODE.formatted("NBIRTH")).get(1)), "bdSeq");
            assertThat(next).as("of another connection").isNotEqualTo(bdSeq);
            await(
                    "what was read meanwhile, as history",
                    () ->
                            all(NODE.formatted("DDATA") + "/air").stream()
                                    .flatMap(message -> decode(message).getMetrics().stream())
                                    .anyMatch(
                                            metric -> Boolean.TRUE.equals(metric.isHistorical())));
            agent.close();
            await("the goodbye", () -> all(NODE.formatted("NDEATH")).size() > 1);
            // Artemis, where its threads meet, sends the will after the goodbye: the same again.
            assertThat(all(NODE.formatted("NDEATH")).stream().skip(1))
                    .allSatisfy(
                            death -> assertThat(metric(decode(death), "bdSeq")).isEqualTo(next));
        }
    }

    @Test
    void aSensorThatFailsDiesAndIsBornAgain() throws IOException {
        start("sparkplug-b", broker.url());
        first(NODE.formatted("DDATA") + "/air");
        world.answer("unplug i2c-1 0x76");
        first(NODE.formatted("DDEATH") + "/air");
        int births = all(NODE.formatted("DBIRTH") + "/air").size();
        world.answer("plug i2c-1 0x76");
        await("its birth", () -> all(NODE.formatted("DBIRTH") + "/air").size() == births + 1);
        int data = all(NODE.formatted("DDATA") + "/air").size();
        await("its data", () -> all(NODE.formatted("DDATA") + "/air").size() > data);
        assertUnbroken(sequence());
    }
}
