package dev.pipit.agent;

import static dev.pipit.testkit.Watcher.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.board.simulated.WorldProtocol;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.monitor.ReceivedReading;
import dev.pipit.testkit.Cable;
import dev.pipit.testkit.TestBroker;
import dev.pipit.testkit.Watcher;
import dev.pipit.time.SystemTime;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path, the same against every broker. */
public abstract class WholePathScenarios {
    @TempDir Path folder;

    private TestBroker broker;
    private URI agentBroker;
    private Watcher watcher;
    private Agent agent;
    private SimulatedBoard board;
    private WorldProtocol world;
    private final List<String> pins = new CopyOnWriteArrayList<>();

    /** A fresh broker that remembers nothing. */
    protected abstract TestBroker startBroker();

    @BeforeEach
    void startEverything() throws IOException {
        broker = startBroker();
        agentBroker = broker.url();
        watcher = new Watcher(broker.url());
        startAgent();
    }

    @AfterEach
    void stopEverything() {
        agent.close();
        watcher.close();
        broker.close();
    }

    private void startAgent() throws IOException {
        if (!(ConfigFile.load(configuration(), Drivers.installed())
                instanceof ConfigFile.Result.Valid valid)) {
            throw new AssertionError("the test's configuration is wrong");
        }
        board = Boards.simulated(valid.config(), World.still());
        board.world().onOutput(pins::add);
        world = new WorldProtocol(board.world());
        agent = new Agent(valid.config(), valid.hash(), board, new SystemTime());
        int before = watcher.statuses.size();
        agent.start();
        // Its status follows its subscriptions: from here on commands reach it.
        await("status 1", () -> watcher.statuses.size() > before && lastStatus());
    }

    private Path configuration() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "%s"}
                sensors:
                  air: {driver: bme280, bus: i2c-1, address: 0x76, every: 100ms, batch: 5}
                  out: {driver: bme280, bus: i2c-2, address: 0x77, every: 100ms, batch: 5}
                spool: {backlog-delay: 100ms}
                inputs:
                  button: {pin: 17, pull: up, active: low, debounce: 5ms}
                actuators:
                  relay: {driver: digital-output, pin: 27, safe: off}
                """
                        .formatted(agentBroker));
        return file;
    }

    @Test
    void readingsArriveLiveAndRecordedAndDecodeToWhatTheSimulatedChipWasGiven() {
        world.answer("set air.temperature 21.5");
        world.answer("set air.humidity 48");
        world.answer("set air.pressure 100800");
        await("a recorded reading of it", () -> near(21.5, 48, 100_800, false), this::newest);
        await("a live reading of it", () -> near(21.5, 48, 100_800, true), this::newest);
        assertThat(watcher.undecodable).isEmpty();
        assertThat(watcher.readings)
                .filteredOn(reading -> !reading.live() && reading.sensor().equals("air"))
                .extracting(ReceivedReading::timeMs)
                .doesNotHaveDuplicates()
                .isSorted();
    }

    private boolean near(double temperature, double humidity, double pressure, boolean live) {
        return watcher.readings.stream()
                .anyMatch(reading ->
                        reading.live() == live
                                && reading.sensor().equals("air")
                                && near(reading, 0, temperature, 0.011)
                                && near(reading, 1, humidity, 0.06)
                                && near(reading, 2, pressure, 1.6));
    }

    private static boolean near(ReceivedReading reading, int channel, double value, double within) {
        var number = reading.values().get(channel).number();
        return number != null && Math.abs(number.doubleValue() - value) <= within;
    }

    private Object newest() {
        return watcher.newest("temperature")
                + " "
                + watcher.newest("humidity")
                + " "
                + watcher.newest("pressure");
    }

    @Test
    void aCommandMovesThePinIsAnsweredAndItsStateIsTold() {
        watcher.send("pipit/greenhouse/command/relay", "{\"value\":\"on\",\"id\":\"7f\"}");
        await("the answer", () -> answered("7f", "ok"), () -> watcher.answers);
        assertThat(board.world().high(27)).isTrue();
        assertThat(pins).last().asString().startsWith("pin 27 = 1 at ");
        await("the state", () -> watcher.states.contains("relay=on"), () -> watcher.states);
        watcher.send("pipit/greenhouse/command/relay", "off");
        await("the pin", () -> !board.world().high(27));
    }

    @Test
    void theVerbSafeTakesEveryOutputToItsSafeValueAndIsAnswered() {
        watcher.send("pipit/greenhouse/command/relay", "on");
        await("the pin", () -> board.world().high(27));
        watcher.send("pipit/greenhouse/control/safe", "{\"value\":\"\",\"id\":\"s\"}");
        await("the answer", () -> answered("s", "ok"), () -> watcher.answers);
        assertThat(board.world().high(27)).isFalse();
        watcher.send("pipit/greenhouse/control/dance", "{\"value\":\"\",\"id\":\"d\"}");
        await("the answer", () -> answered("d", "unauthorised"), () -> watcher.answers);
    }

    @Test
    void theVerbsReportRescanAndIntervalActAndRestartNeedsSomebodyWhoStartsAgain() {
        await("a reading", () -> count("air") > 0);
        int statuses = watcher.statuses.size();
        int states = watcher.states.size();
        verb("report", "", "r");
        await("the answer", () -> answered("r", "ok"), () -> watcher.answers);
        await(
                "status and states",
                () -> watcher.statuses.size() > statuses && watcher.states.size() > states);
        verb("interval", "air 10s", "i");
        await("the answer", () -> answered("i", "ok"), () -> watcher.answers);
        long before = count("air");
        long other = count("out");
        await("the other sensor", () -> count("out") >= other + 20);
        assertThat(count("air") - before).as("readings within two seconds").isLessThan(8);
        verb("interval", "air usual", "u");
        await("readings at the usual interval", () -> count("air") >= before + 12);
        verb("rescan", "", "s");
        verb("restart", "", "x");
        await(
                "the answers",
                () -> answered("s", "ok") && answered("x", "not-ready"),
                () -> watcher.answers);
    }

    private void verb(String verb, String argument, String id) {
        watcher.send(
                "pipit/greenhouse/control/" + verb,
                "{\"value\":\"" + argument + "\",\"id\":\"" + id + "\"}");
    }

    private boolean answered(String id, String answer) {
        return watcher.answers.stream()
                .anyMatch(text ->
                        text.contains("\"id\":\"" + id + "\"")
                                && text.contains("\"answer\":\"" + answer + "\""));
    }

    @Test
    void anUnknownActuatorAndABadPayloadGetAClearAnswerAndNothingMoves() {
        int before = pins.size();
        watcher.send("pipit/greenhouse/command/relais", "{\"value\":\"on\",\"id\":\"1\"}");
        await("the answer", () -> answered("1", "unauthorised"), () -> watcher.answers);
        watcher.send("pipit/greenhouse/command/relay", "{\"value\":\"maybe\",\"id\":\"2\"}");
        await("the answer", () -> answered("2", "bad-payload"), () -> watcher.answers);
        assertThat(watcher.answers).anyMatch(text -> text.contains("on or off"));
        watcher.send("pipit/greenhouse/command/relay", "{\"value\":");
        await("the answer", () -> watcher.answers.size() == 3, () -> watcher.answers);
        assertThat(pins).hasSize(before);
    }

    @Test
    void aRetainedCommandIsRefusedAndNothingMoves() throws IOException {
        agent.close();
        watcher.sendRetained("pipit/greenhouse/command/relay", "{\"value\":\"on\",\"id\":\"9\"}");
        startAgent();
        watcher.send("pipit/greenhouse/command/relay", "{\"value\":\"off\",\"id\":\"10\"}");
        await("the next answer", () -> answered("10", "ok"), () -> watcher.answers);
        assertThat(board.world().high(27)).isFalse();
        assertThat(pins).noneMatch(line -> line.startsWith("pin 27 = 1"));
        assertThat(watcher.answers).noneMatch(text -> answered("9", "ok"));
        watcher.sendRetained("pipit/greenhouse/command/relay", "");
    }

    @Test
    void afterTheBrokerWasKilledAndRestartedReadingsComeAndCommandsWorkAgain() {
        await("a reading", () -> !watcher.readings.isEmpty());
        broker.kill();
        await("the loss to be noticed", () -> !agent.isConnected());
        broker.restart();
        await("the agent's connection", agent::isConnected);
        int before = watcher.readings.size();
        await("readings", () -> watcher.readings.size() > before + 5);
        await(
                "a command to be answered",
                () -> {
                    watcher.send(
                            "pipit/greenhouse/command/relay",
                            "{\"value\":\"on\",\"id\":\"again\"}");
                    return answered("again", "ok") && board.world().high(27);
                });
    }

    @Test
    void readingsTakenWhileTheBrokerWasAwayArriveInOrder() throws IOException {
        agent.close();
        try (Cable cable = new Cable(broker.url())) {
            agentBroker = cable.url();
            startAgent();
            cable.cut();
            await("the loss to be noticed", () -> !agent.isConnected());
            long away = System.currentTimeMillis();
            pause(1_000);
            long back = System.currentTimeMillis();
            cable.mend();
            await(
                    "recorded readings from meanwhile",
                    () -> recorded(away + 200, back - 200).size() >= 5);
            await("the backlog", () -> !backlog().isEmpty(), () -> recorded(away, back));
            assertThat(recorded(away, back)).doesNotHaveDuplicates();
            assertThat(backlog()).isSorted();
            agent.close();
        }
    }

    /** The times of the sensor's recorded readings between two times. */
    private List<Long> recorded(long fromMs, long toMs) {
        return watcher.readings.stream()
                .filter(reading -> !reading.live() && reading.sensor().equals("air"))
                .map(ReceivedReading::timeMs)
                .filter(timeMs -> timeMs > fromMs && timeMs < toMs)
                .toList();
    }

    /** The times of the sensor's readings that were sent later than they were due. */
    private List<Long> backlog() {
        return watcher.readings.stream()
                .filter(reading -> reading.backfilled() && reading.sensor().equals("air"))
                .map(ReceivedReading::timeMs)
                .toList();
    }

    @Test
    void anUnpluggedSensorRaisesAnAlarmDisturbsNoOtherAndComesBackByItself() {
        await("a reading", () -> !watcher.readings.isEmpty());
        world.answer("unplug i2c-1 0x76");
        await("the alarm", () -> alarm("air {"), () -> watcher.alarms);
        long others = count("out");
        await("the other sensor", () -> count("out") > others + 5);
        assertThat(watcher.readings)
                .anyMatch(reading ->
                        reading.sensor().equals("air")
                                && "read error".equals(reading.values().get(0).missing()));
        int alarmsBefore = watcher.alarms.size();
        world.answer("plug i2c-1 0x76");
        await(
                "the alarm to be cleared",
                () -> watcher.alarms.subList(alarmsBefore, watcher.alarms.size()).contains("air "),
                () -> watcher.alarms);
        await("a value", () -> watcher.newest("temperature").matches("-?[0-9.]+"));
    }

    private boolean alarm(String start) {
        return watcher.alarms.stream().anyMatch(alarm -> alarm.startsWith(start));
    }

    private long count(String sensor) {
        return watcher.readings.stream().filter(reading -> reading.sensor().equals(sensor)).count();
    }

    @Test
    void aPressedButtonIsAnEvent() {
        world.answer("press 17");
        await("the press", () -> event("\"event\":\"press\",\"seq\":1"), () -> watcher.events);
        world.answer("release 17");
        await("the release", () -> event("\"event\":\"release\",\"seq\":2"), () -> watcher.events);
    }

    private boolean event(String text) {
        return watcher.events.stream().anyMatch(event -> event.contains(text));
    }

    @Test
    void aCleanStopLeavesOutputsSafeAndSaysStatus0() {
        await("status 1", () -> watcher.statuses.contains(true));
        watcher.send("pipit/greenhouse/command/relay", "on");
        await("the pin", () -> board.world().high(27));
        agent.close();
        assertThat(pins).last().asString().startsWith("pin 27 = 0 at ");
        await("status 0", () -> !watcher.statuses.get(watcher.statuses.size() - 1));
    }

    @Test
    void theSafeValueComesFirstEvenThoughTheBrokerIsAway() throws IOException {
        agent.close();
        broker.kill();
        pins.clear();
        if (!(ConfigFile.load(configuration(), Drivers.installed())
                instanceof ConfigFile.Result.Valid valid)) {
            throw new AssertionError("the test's configuration is wrong");
        }
        board = Boards.simulated(valid.config(), World.still());
        board.world().onOutput(pins::add);
        agent = new Agent(valid.config(), valid.hash(), board, new SystemTime());
        assertThat(board.world().high(27)).isFalse();
        assertThat(pins).first().asString().startsWith("pin 27 = 0 at ");
    }

    @Test
    void whenTheProcessIsKilledTheWillArrives() throws Exception {
        agent.close();
        await("status 0", () -> !watcher.statuses.isEmpty() && !lastStatus());
        Process device = startProcess();
        try {
            await("status 1", this::lastStatus);
            device.destroyForcibly();
            await("the will", () -> !lastStatus());
        } finally {
            device.destroyForcibly();
        }
    }

    @Test
    void sigtermEndsTheProcessWithOutputsSafeStatus0AndExitCode0() throws Exception {
        agent.close();
        Process device = startProcess();
        try {
            await("status 1", () -> !watcher.statuses.isEmpty() && lastStatus());
            await(
                    "the relay",
                    () -> {
                        watcher.send("pipit/greenhouse/command/relay", "on");
                        return watcher.states.contains("relay=on");
                    },
                    () -> watcher.states + " after the answers " + watcher.answers);
            device.toHandle().destroy();
            assertThat(device.waitFor(15, TimeUnit.SECONDS)).isTrue();
            assertThat(device.exitValue()).isZero();
            await("status 0", () -> !lastStatus());
            List<String> lines =
                    new String(device.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.startsWith("pin 27 = "))
                            .toList();
            assertThat(lines).anyMatch(line -> line.startsWith("pin 27 = 1 at "));
            assertThat(lines).last().asString().startsWith("pin 27 = 0 at ");
        } finally {
            device.destroyForcibly();
        }
    }

    private boolean lastStatus() {
        return watcher.statuses.get(watcher.statuses.size() - 1);
    }

    private Process startProcess() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.pipit.cli.Main",
                        "run",
                        configuration().toString(),
                        "--board",
                        "simulated",
                        "--world",
                        "-")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted", interrupted);
        }
    }
}
