package dev.pipit.agent;

import static dev.pipit.testkit.Watcher.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.monitor.ReceivedReading;
import dev.pipit.testkit.Cable;
import dev.pipit.testkit.Mosquitto;
import dev.pipit.testkit.Watcher;
import dev.pipit.time.SystemTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole agent in a process whose wall clock libfaketime sets, while its monotonic clock goes on
 * as it does when NTP steps a real one. Needs Debian's {@code faketime} and mosquitto.
 */
@Tag("real")
class WrongClockTest {
    private static final long YEAR_S = 365 * 86_400L;
    private static final long EVERY_MS = 100;

    /** A corrected time is rounded down to the sensor's quantum; what a boot began at, to 10 ms. */
    private static final long ROUNDING_MS = EVERY_MS + 15;

    /** A sampler on a busy machine may skip ticks, but not for so long. */
    private static final long HOLE_MS = 3_000;

    @TempDir Path folder;

    private Mosquitto broker;
    private Cable cable;
    private Watcher watcher;
    private Path clock;
    private final List<Process> agents = new ArrayList<>();
    private final List<String> pins = new CopyOnWriteArrayList<>();
    private final List<Long> pinTimesNs = new CopyOnWriteArrayList<>();

    /** What a time since boot has to become: the machine's own clock is right. */
    private final long bootMs = System.currentTimeMillis() - new SystemTime().sinceBootMs();

    @BeforeEach
    void startBroker() throws IOException {
        broker = Mosquitto.start("max_queued_messages 0");
        cable = new Cable(broker.url());
        watcher = new Watcher(broker.url());
        clock = folder.resolve("clock");
    }

    @AfterEach
    void stopEverything() throws IOException {
        agents.forEach(Process::destroyForcibly);
        watcher.close();
        cable.close();
        broker.close();
    }

    /** The agent's wall clock is wrong by so much from now on. */
    private void clockIsOffBy(long seconds) throws IOException {
        Path next = folder.resolve("clock.next");
        Files.writeString(next, "%+ds%n".formatted(seconds));
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path libfaketime() throws IOException {
        try (Stream<Path> libraries =
                Files.find(
                        Path.of("/usr/lib"),
                        3,
                        (path, attributes) -> path.endsWith("libfaketimeMT.so.1"))) {
            return libraries
                    .findFirst()
                    .orElseThrow(() ->
                            new IOException(
                                    "no libfaketimeMT.so.1 below /usr/lib: apt install"
                                            + " faketime"));
        }
    }

    private Process startAgent(URI at) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: d}
                broker: {url: "%s"}
                sensors:
                  air: {driver: bme280, every: %dms, batch: 20, batch-age: 1s}
                actuators:
                  relay: {driver: digital-output, pin: 27, safe: off}
                state: state
                spool: {runtime: memory, backlog-delay: 0s, pace: 0ms}
                """
                        .formatted(at, EVERY_MS));
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.pipit.cli.Main",
                        "run",
                        file.toString(),
                        "--board",
                        "simulated",
                        "--world",
                        "-");
        builder.environment()
                .putAll(
                        Map.of(
                                "LD_PRELOAD",
                                libfaketime().toString(),
                                "FAKETIME_TIMESTAMP_FILE",
                                clock.toString(),
                                "FAKETIME_NO_CACHE",
                                "1",
                                "FAKETIME_DONT_FAKE_MONOTONIC",
                                "1",
                                // Its cure for an old glibc makes Java's timed waits end early.
                                "FAKETIME_FORCE_MONOTONIC_FIX",
                                "0"));
        Process agent = builder.redirectError(folder.resolve("log").toFile()).start();
        agents.add(agent);
        Thread listener = new Thread(() -> listen(agent.inputReader(StandardCharsets.UTF_8)));
        listener.setDaemon(true);
        listener.start();
        return agent;
    }

    private void listen(BufferedReader said) {
        try {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith("pin 27 = ")) {
                    pinTimesNs.add(System.nanoTime());
                    pins.add(line.substring(0, 10));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<ReceivedReading> live() {
        return watcher.readings.stream().filter(ReceivedReading::live).toList();
    }

    /** Waits for so many live readings more whose clock was set, or was not. */
    private void awaitLive(int count, boolean sinceBoot) {
        int before = live().size();
        await(
                count + " readings, since boot " + sinceBoot,
                () ->
                        live().stream()
                                        .skip(before)
                                        .filter(reading -> reading.sinceBoot() == sinceBoot)
                                        .count()
                                >= count,
                this::log);
    }

    private String log() {
        try {
            return live().size()
                    + " readings, "
                    + watcher.states
                    + watcher.answers
                    + "\n"
                    + Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endInOrder(Process agent) throws InterruptedException {
        agent.toHandle().destroy();
        assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Every row of the record lies between two moments, none is there twice, none is missing. */
    private NavigableMap<Long, String> recordIsRight(long fromMs, long toMs) {
        TreeMap<Long, String> rows = new TreeMap<>();
        for (ReceivedReading reading : watcher.readings) {
            if (!reading.live()) {
                assertThat(reading.sinceBoot()).as("a time of the calendar").isFalse();
                assertThat(reading.timeMs()).isBetween(fromMs - ROUNDING_MS, toMs);
                String values = reading.values().toString();
                String before = rows.put(reading.timeMs(), values);
                assertThat(before == null || before.equals(values))
                        .as("one reading at %s: %s, %s", reading.time(), before, values)
                        .isTrue();
            }
        }
        long before = rows.firstKey();
        for (long time : rows.tailMap(before, false).keySet()) {
            assertThat(time - before).as("from one row to the next, ms").isLessThan(HOLE_MS);
            before = time;
        }
        assertThat(watcher.gaps).isEmpty();
        assertThat(watcher.undecodable).isEmpty();
        return rows;
    }

    @Test
    void readingsOfAMachineThatStartsIn1970GetTheirTimesAlsoOverAKill() throws Exception {
        long begunMs = System.currentTimeMillis();
        clockIsOffBy(10 - begunMs / 1_000);
        Process first = startAgent(cable.url());
        awaitLive(15, true);
        first.destroyForcibly();
        first.waitFor(10, TimeUnit.SECONDS);
        Process second = startAgent(cable.url());
        awaitLive(15, true);
        assertThat(watcher.readings)
                .as("frames wait for the clock")
                .allMatch(ReceivedReading::live);
        clockIsOffBy(0);
        awaitLive(15, false);
        endInOrder(second);
        long endedMs = System.currentTimeMillis();

        NavigableMap<Long, String> rows = recordIsRight(begunMs, endedMs);
        for (ReceivedReading seen : live()) {
            long timeMs = seen.timeMs() + (seen.sinceBoot() ? bootMs : 0);
            assertThat(
                            rows.subMap(
                                            timeMs - (seen.sinceBoot() ? ROUNDING_MS : 0),
                                            true,
                                            timeMs + (seen.sinceBoot() ? 15 : 0),
                                            true)
                                    .values())
                    .as("the row of what was seen at %s", seen.time())
                    .contains(seen.values().toString());
        }
    }

    @Test
    void aClockThatJumpsAYearAndBackLeavesTimesRightAndLeasesAsLongAsTheyWere() throws Exception {
        long begunMs = System.currentTimeMillis();
        clockIsOffBy(0);
        Process agent = startAgent(cable.url());
        awaitLive(10, false);
        watcher.send("pipit/d/command/relay", "on for 4s");
        await("the relay's state", () -> watcher.states.contains("relay=on"), this::log);
        cable.cut();
        clockIsOffBy(YEAR_S);
        Thread.sleep(2_000);
        clockIsOffBy(0);
        // Its own second look at the clock is up to a second away.
        Thread.sleep(2_000);
        cable.mend();
        awaitLive(10, false);
        await("the relay's end", () -> pins.size() >= 3, this::log);
        endInOrder(agent);
        long endedMs = System.currentTimeMillis();

        assertThat(recordIsRight(begunMs, endedMs))
                .as("readings taken while the clock was wrong")
                .hasSizeGreaterThan(40);
        int on = pins.indexOf("pin 27 = 1");
        assertThat(pins.subList(on, on + 2)).containsExactly("pin 27 = 1", "pin 27 = 0");
        assertThat((pinTimesNs.get(on + 1) - pinTimesNs.get(on)) / 1_000_000)
                .as("the lease of 4 s, ms")
                .isBetween(3_900L, 5_000L);
    }
}
