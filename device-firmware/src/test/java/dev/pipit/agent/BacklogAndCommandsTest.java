package dev.pipit.agent;

import static dev.pipit.testkit.Watcher.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.simulated.World;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.monitor.ReceivedReading;
import dev.pipit.testkit.Cable;
import dev.pipit.testkit.Mosquitto;
import dev.pipit.testkit.Watcher;
import dev.pipit.time.SystemTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that comes back with a long backlog still does what it is told, at once. */
@Tag("real")
class BacklogAndCommandsTest {
    @TempDir Path folder;

    @Test
    void commandsAreAnsweredAtOnceWhileTheBacklogFlows() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start();
                Watcher watcher = new Watcher(mosquitto.url());
                Cable cable = new Cable(mosquitto.url())) {
            Path file = folder.resolve("pipit.yaml");
            Files.writeString(
                    file,
                    """
                    device: {id: greenhouse}
                    broker: {url: "%s"}
                    sensors:
                      air: {driver: bme280, bus: i2c-1, address: 0x76, every: 20ms, batch: 1}
                      out: {driver: bme280, bus: i2c-2, address: 0x77, every: 20ms, batch: 1}
                    actuators:
                      relay: {driver: digital-output, pin: 27, safe: off}
                    state: state
                    spool: {runtime: memory, backlog-delay: 0s, pace: 10ms}
                    """
                            .formatted(cable.url()));
            if (!(ConfigFile.load(file, Drivers.installed())
                    instanceof ConfigFile.Result.Valid valid)) {
                throw new AssertionError("the test's configuration is wrong");
            }
            try (Agent agent =
                    new Agent(
                            valid.config(),
                            valid.hash(),
                            Boards.simulated(valid.config(), World.still()),
                            new SystemTime())) {
                agent.start();
                await("the agent", agent::isConnected);
                await("a reading", () -> !watcher.readings.isEmpty());
                cable.cut();
                await("the loss to be noticed", () -> !agent.isConnected());
                Thread.sleep(10_000);
                long lateBefore = late(watcher);
                cable.mend();
                await("the backlog", () -> late(watcher) > lateBefore);
                List<Long> answeredMs = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    String id = "\"id\":\"" + i + "\"";
                    long began = System.nanoTime();
                    watcher.send(
                            "pipit/greenhouse/command/relay",
                            "{\"value\":\"" + (i % 2 == 0 ? "on" : "off") + "\"," + id + "}");
                    await(
                            "an answer",
                            () -> watcher.answers.stream().anyMatch(text -> text.contains(id)));
                    answeredMs.add((System.nanoTime() - began) / 1_000_000);
                }
                long before = late(watcher);
                await("more of the backlog", () -> late(watcher) > before + 10);
                Collections.sort(answeredMs);
                System.out.println(
                        "answers while the backlog flowed, ms: median "
                                + answeredMs.get(20)
                                + ", slowest "
                                + answeredMs.get(39));
                // With the watcher's polls of 10 ms; the median of a quiet machine is 10 to 20.
                assertThat(answeredMs.get(20)).isLessThan(100);
                assertThat(answeredMs.get(37)).isLessThan(500);
            }
        }
    }

    private static long late(Watcher watcher) {
        return watcher.readings.stream().filter(ReceivedReading::backfilled).count();
    }
}
