package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.Decision;
import dev.pipit.command.Outcome;
import dev.pipit.command.Verb;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.testkit.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceVerbsTest {
    @TempDir Path folder;

    private final FakeTime time = new FakeTime(1_795_348_800_123L);
    private final AtomicInteger asked = new AtomicInteger();
    private Map<String, Verb> verbs = Map.of();

    @BeforeEach
    void read() throws IOException {
        verbs = verbs().verbs();
    }

    private DeviceVerbs verbs() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "mqtt://127.0.0.1:1"}
                sensors:
                  air: {driver: bme280, bus: i2c-1, address: 0x76, every: 5s}
                  fast: {driver: bme280, bus: i2c-1, address: 0x77, every: 200ms}
                """);
        AgentConfig config =
                ((ConfigFile.Result.Valid) ConfigFile.load(file, Drivers.installed())).config();
        return new DeviceVerbs(config, time);
    }

    private Decision say(String verb, String argument) {
        return Objects.requireNonNull(verbs.get(verb)).apply(argument, time.monotonicNs());
    }

    @Test
    void anIntervalIsAMultipleOfWhatRecordsCanTell() {
        for (String good :
                new String[] {"air 1s", "air 10s", "air usual", "fast 100ms", "air  7m"}) {
            assertThat(say("interval", good).outcome()).as(good).isEqualTo(Outcome.OK);
        }
        for (String bad : new String[] {"air 500ms", "fast 10ms", "air 8d", "air 0s", "air 200h"}) {
            assertThat(say("interval", bad).outcome()).as(bad).isNotEqualTo(Outcome.OK);
        }
        assertThat(say("interval", "air 1500ms").reason()).contains("a multiple of 1000ms");
        assertThat(say("interval", "water 1s").reason()).contains("expected one of air, fast");
        for (String nonsense : new String[] {"", "air", "air fast", "5s", "air -5s"}) {
            assertThat(say("interval", nonsense).outcome())
                    .as(nonsense)
                    .isEqualTo(Outcome.BAD_PAYLOAD);
        }
    }

    @Test
    void restartWaitsAMinuteSoThatNobodyCanUseUpTheStartsThatSystemdAllows() throws IOException {
        assertThat(say("restart", "").outcome()).isEqualTo(Outcome.NOT_READY);
        assertThat(say("restart", "").reason()).contains("systemd did not start it");
        DeviceVerbs supervised = verbs();
        supervised.restartThrough(asked::incrementAndGet);
        verbs = supervised.verbs();
        Decision early = say("restart", "");
        assertThat(early.outcome()).isEqualTo(Outcome.TOO_SOON);
        assertThat(early.untilNs() - time.monotonicNs()).isEqualTo(60_000_000_000L);
        assertThat(asked).hasValue(0);
        time.advanceMs(60_000);
        assertThat(say("restart", "").outcome()).isEqualTo(Outcome.OK);
        assertThat(asked).hasValue(1);
    }

    @Test
    void reportAndRescanAreDoneAtOnce() throws IOException {
        DeviceVerbs all = verbs();
        all.reportThrough(asked::incrementAndGet);
        verbs = all.verbs();
        assertThat(say("report", "").outcome()).isEqualTo(Outcome.OK);
        assertThat(asked).hasValue(1);
        assertThat(say("rescan", "").outcome()).isEqualTo(Outcome.OK);
    }
}
