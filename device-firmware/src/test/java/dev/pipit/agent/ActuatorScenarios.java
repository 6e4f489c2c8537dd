package dev.pipit.agent;

import static dev.pipit.testkit.Watcher.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.board.simulated.WorldProtocol;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.testkit.TestBroker;
import dev.pipit.testkit.Watcher;
import dev.pipit.time.SystemTime;
import dev.pipit.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of output, input and local rule from topic to simulated pin and back. */
public abstract class ActuatorScenarios {
    private static final String COMMAND = "pipit/greenhouse/command/";

    @TempDir Path folder;

    private TestBroker broker;
    private Watcher watcher;
    private Agent agent;
    private SimulatedBoard board;
    private WorldProtocol world;
    private final List<String> pins = new CopyOnWriteArrayList<>();

    /** A fresh broker that remembers nothing. */
    protected abstract TestBroker startBroker();

    /** The system's clock, except that it is half past six in the morning. */
    private static final class Morning implements TimeSource {
        private final TimeSource real = new SystemTime();
        private final long startMs = real.monotonicNs() / 1_000_000;
        private final long wallMs =
                LocalDateTime.of(2026, 11, 22, 6, 30, 5)
                        .atZone(ZoneId.systemDefault())
                        .toInstant()
                        .toEpochMilli();

        @Override
        public long monotonicNs() {
            return real.monotonicNs();
        }

        @Override
        public long wallMs() {
            return wallMs + real.monotonicNs() / 1_000_000 - startMs;
        }

        @Override
        public long sinceBootMs() {
            return real.sinceBootMs();
        }

        @Override
        public boolean synchronised() {
            return true;
        }
    }

    @BeforeEach
    void startEverything() throws IOException {
        broker = startBroker();
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
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "%s"}
                state: state
                sensors:
                  air: {driver: bme280, every: 100ms}
                inputs:
                  button: {pin: 17, pull: up, active: low, debounce: 1ms, click-gap: 150ms, hold: 400ms}
                  knob: {kind: encoder, pin: 23, pin-b: 24, debounce: 0ms}
                  water: {kind: counter, pin: 25, shortest: 0ms, report: 1s}
                actuators:
                  blind: {driver: cover, open-pin: 5, close-pin: 6, open-time: 1s, close-time: 1s,
                          overrun: 100ms, pause: 50ms, safe: stop}
                  supply: {driver: valve, open-pin: 12, close-pin: 13, open-time: 500ms, close-time: 500ms,
                           overrun: 100ms, active: low, safe: close}
                  pump: {driver: digital-output, pin: 16, safe: off, requires: [{output: supply, is: open}]}
                  arm: {driver: servo, pin: 18, safe: off, detach: 500ms, min: 20, max: 160}
                  fan: {driver: fan, pin: 19, safe: 0, kick: 200ms, min: 10}
                  lamp: {driver: pwm, pin: 4, safe: 0}
                  lantern: {driver: pwm, pin: 10, safe: 0, max: 80}
                  fine: {driver: pwm, pin: 26, unit: nanoseconds, safe: 0}
                  table: {driver: stepper, in1-pin: 20, in2-pin: 21, in3-pin: 22, in4-pin: 27, speed: 500,
                          safe: release, min: -10, max: 50}
                  relay: {driver: digital-output, pin: 7, safe: off, active: low}
                  bell: {driver: digital-output, pin: 8, safe: off}
                  horn: {driver: digital-output, pin: 9, safe: off}
                groups:
                  lights: {members: [lamp, lantern]}
                rules:
                  twice: {when: button.double, do: lamp 30 for 1m}
                  morse: {when: button.short-long, do: lamp 60 for 1m}
                  knob: {when: knob.clockwise, do: fan 50}
                  hot: {when: air.temperature above 30 hysteresis 2 for 100ms, do: relay on}
                  morning: {when: time 06:30, do: bell on for 1m}
                  all: {when: button.triple, do: lights 20 for 1m}
                  alone: {when: broker lost for 500ms, do: horn on}
                """
                        .formatted(broker.url()));
        if (!(ConfigFile.load(file, Drivers.installed())
                instanceof ConfigFile.Result.Valid valid)) {
            throw new AssertionError("the test's configuration is wrong");
        }
        board = Boards.simulated(valid.config(), World.still());
        board.world().onOutput(pins::add);
        world = new WorldProtocol(board.world());
        agent = new Agent(valid.config(), valid.hash(), board, new Morning());
        int before = watcher.statuses.size();
        agent.start();
        await("status 1", () -> watcher.statuses.size() > before && lastStatus());
    }

    private boolean lastStatus() {
        return watcher.statuses.get(watcher.statuses.size() - 1);
    }

    private void ask(String actuator, String value, String id, String answer) {
        watcher.send(COMMAND + actuator, "{\"value\":\"" + value + "\",\"id\":\"" + id + "\"}");
        await(
                "the answer " + answer,
                () ->
                        watcher.answers.stream()
                                .anyMatch(text ->
                                        text.contains("\"id\":\"" + id + "\"")
                                                && text.contains("\"answer\":\"" + answer + "\"")),
                () -> watcher.answers);
    }

    private void state(String state) {
        await(state, () -> watcher.states.contains(state), () -> watcher.states);
    }

    private void pin(int pin, String value) {
        await(
                "pin " + pin + " = " + value,
                () -> pins.stream().anyMatch(l -> l.startsWith("pin " + pin + " = " + value + " ")),
                () -> pins);
    }

    @Test
    void aCoverGoesToItsPlaceAndSaysWhereItIs() {
        ask("blind", "open", "1", "ok");
        assertThat(board.world().high(5)).isTrue();
        state("blind=100");
        ask("blind", "40", "2", "ok");
        await(
                "a place by time, to some milliseconds",
                () -> watcher.states.getLast().matches("blind=(39|40)(\\.\\d)?"),
                () -> watcher.states);
        assertThat(board.world().high(5) || board.world().high(6)).isFalse();
        ask("blind", "sideways", "3", "bad-payload");
        ask("blind", "140", "4", "out-of-range");
    }

    @Test
    void aValveClosesAtTheStartAndAPumpWaitsUntilItIsOpen() {
        // Its relays switch on low: off before anything else.
        assertThat(pins).anyMatch(line -> line.startsWith("pin 12 = 1"));
        assertThat(pins).noneMatch(line -> line.startsWith("pin 12 = 0"));
        pin(13, "0");
        state("supply=0");
        ask("supply", "open", "1", "ok");
        ask("pump", "on", "2", "interlocked");
        state("supply=100");
        ask("pump", "on", "3", "ok");
        ask("supply", "close", "4", "ok");
        assertThat(board.world().high(16)).isFalse();
        state("pump=off");
    }

    @Test
    void aServoTurnsWithinItsLimitsAndLetsGo() {
        ask("arm", "90", "1", "ok");
        pin(18, "7.5%");
        ask("arm", "10", "2", "out-of-range");
        await("it to let go", () -> board.world().dutyNanos(18) == 0);
        state("arm=90");
    }

    @Test
    void aFanGetsItsKick() {
        ask("fan", "15", "1", "ok");
        pin(19, "40%");
        pin(19, "15%");
        state("fan=15");
        ask("fan", "5", "2", "out-of-range");
        ask("fan", "0", "3", "ok");
        pin(19, "0%");
    }

    @Test
    void aLampFadesAndAFineOneTakesNanoseconds() {
        watcher.send(COMMAND + "lamp", "{\"value\":80,\"fade\":\"300ms\"}");
        state("lamp=80");
        assertThat(pins.stream().filter(line -> line.startsWith("pin 4 = "))).hasSizeGreaterThan(5);
        // Its steps would push earlier lines out of the audit log; where it led to is one.
        await("the audit log", () -> audit().contains("\"value\":\"80\",\"cause\":\"ramp-ended\""));
        assertThat(audit()).doesNotContain("\"ramp\"");
        ask("fine", "123457", "1", "ok");
        assertThat(board.world().dutyNanos(26)).isEqualTo(123_457);
        state("fine=123457");
    }

    private String audit() {
        try {
            Path log = folder.resolve("state/audit");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aGroupTakesOneCommandTogetherOrNotAtAll() throws InterruptedException {
        ask("lights", "45.5", "1", "ok");
        state("lamp=45.5");
        state("lantern=45.5");
        ask("lights", "90", "2", "out-of-range");
        assertThat(board.world().permille(4)).isEqualTo(455);
        ask("lights", "safe", "3", "ok");
        assertThat(board.world().permille(4) + board.world().permille(10)).isZero();
        for (int i = 0; i < 3; i++) {
            press(20);
        }
        pin(10, "20%");
        pin(4, "20%");
    }

    @Test
    void theBirthMessageTellsOutputsInputsGroupsAndRules() throws Exception {
        List<String> infos = new CopyOnWriteArrayList<>();
        try (MqttClient client =
                MqttClient.builder()
                        .url(broker.url())
                        .clientId("reader")
                        .listener(
                                new MqttListener() {
                                    @Override
                                    public void message(InboundPublish message) {
                                        infos.add(
                                                new String(
                                                        message.payload(), StandardCharsets.UTF_8));
                                    }
                                })
                        .build()) {
            client.subscribe("pipit/greenhouse/info", Qos.AT_LEAST_ONCE);
            client.start();
            await("the retained birth message", () -> !infos.isEmpty());
        }
        assertThat(infos.getFirst())
                .contains(
                        "{\"name\":\"knob\",\"kind\":\"encoder\"}",
                        "{\"name\":\"blind\",\"driver\":\"cover\",\"values\":\"stop, close, closed, open or a number"
                                + " from 0 to 100 %\",\"safe\":\"stop\"}",
                        "{\"name\":\"lights\",\"members\":[\"lamp\",\"lantern\"]}",
                        "{\"name\":\"hot\",\"text\":\"air.temperature above 30 hysteresis 2 for 100ms: relay on\"}");
    }

    @Test
    void aStepperGoesToItsPositionAndReleases() {
        ask("table", "50", "1", "ok");
        state("table=50");
        await(
                "no current",
                () ->
                        !board.world().high(20)
                                && !board.world().high(21)
                                && !board.world().high(22)
                                && !board.world().high(27));
        ask("table", "51", "2", "out-of-range");
        ask("table", "-10", "3", "ok");
        state("table=-10");
        ask("table", "release", "4", "ok");
    }

    @Test
    void anActiveLowRelayDoesNotClickAndAPinThatDoesNotFollowIsAnAlarm() {
        assertThat(pins.stream().filter(line -> line.startsWith("pin 7 = ")))
                .singleElement()
                .asString()
                .startsWith("pin 7 = 1 ");
        ask("relay", "on", "1", "ok");
        pin(7, "0");
        world.answer("stick 7");
        ask("relay", "off", "2", "hardware-error");
        await(
                "the alarm",
                () -> watcher.alarms.stream().anyMatch(alarm -> alarm.startsWith("relay {")),
                () -> watcher.alarms);
        world.answer("loosen 7");
        await(
                "its end",
                () -> watcher.alarms.contains("relay ") && board.world().high(7),
                () -> watcher.alarms);
    }

    @Test
    void aButtonSpeaksAGrammarAndRulesFollowIt() throws InterruptedException {
        press(20);
        press(20);
        event("\"event\":\"double\",\"count\":2,\"seq\":5");
        pin(4, "30%");
        press(20);
        press(500);
        event("\"event\":\"hold\"");
        event("\"event\":\"short-long\"");
        pin(4, "60%");
    }

    private void press(long ms) throws InterruptedException {
        world.answer("press 17");
        Thread.sleep(ms);
        world.answer("release 17");
        Thread.sleep(20);
    }

    private void event(String text) {
        await(
                text,
                () -> watcher.events.stream().anyMatch(event -> event.contains(text)),
                () -> watcher.events);
    }

    @Test
    void anEncoderCountsDetentsAndARuleFollowsIt() throws InterruptedException {
        for (String step : List.of("press 23", "press 24", "release 23", "release 24")) {
            world.answer(step);
            Thread.sleep(20);
        }
        event("\"event\":\"clockwise\",\"position\":1,\"seq\":1,\"t\":");
        pin(19, "50%");
        for (String step : List.of("press 24", "press 23", "release 24", "release 23")) {
            world.answer(step);
            Thread.sleep(20);
        }
        event("\"event\":\"counterclockwise\",\"position\":0,\"seq\":2");
    }

    @Test
    void aMetersTotalSurvivesARestart() throws Exception {
        pulses(3);
        event("\"total\":3,\"since\":\"2026-11-22T");
        agent.close();
        startAgent();
        pulses(2);
        event("\"event\":\"count\",\"count\":2,\"total\":5");
    }

    private void pulses(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            world.answer("press 25");
            Thread.sleep(20);
            world.answer("release 25");
            Thread.sleep(20);
        }
    }

    @Test
    void aThresholdHoldsUntilTheValueIsBackByTheHysteresis() {
        world.answer("set air.temperature 31");
        pin(7, "0");
        world.answer("set air.temperature 29");
        world.answer("set air.temperature 31");
        assertThat(board.world().high(7)).isFalse();
    }

    @Test
    void aTimeOfDayRings() {
        pin(8, "1");
        state("bell=on");
    }

    @Test
    void aLostBrokerBlowsTheHornWithoutAnybodysHelp() {
        assertThat(board.world().high(9)).isFalse();
        broker.kill();
        pin(9, "1");
        broker.restart();
        await("the agent's connection", agent::isConnected);
        state("horn=on");
    }
}
