package dev.pipit.uplink;

import dev.pipit.board.BoardSettings;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.BrokerConfig;
import dev.pipit.config.DeviceConfig;
import dev.pipit.config.Live;
import dev.pipit.config.RecordingConfig;
import dev.pipit.config.ReportConfig;
import dev.pipit.config.SensorConfig;
import dev.pipit.config.SpoolConfig;
import dev.pipit.driver.Channel;
import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.environment.Bme280;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.format.Format;
import dev.pipit.testkit.FakeTime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A device of one sensor without threads, in virtual time, and a broker for it. */
abstract class RecorderHarness {
    static final long START = 1_795_348_800_000L;
    static final long YEAR = 366L * 24 * 3_600_000;
    static final Schema SCHEMA =
            new Schema(0, 1_000, 1_000, 60, List.of(Channel.of("count", "", "1", 4, 0)));

    @TempDir Path folder;

    final FakeTime time = new FakeTime(START);
    final Reading reading = new Reading(1);
    RecordingConfig recording = RecordingConfig.usual();
    SpoolConfig settings = SpoolConfig.usual();
    Path home = Path.of("");

    /** Where the ring lies; {@code null}: beside the card. */
    @Nullable Path ring;

    long boot = 1;
    Recorder recorder;
    FakeBroker broker;
    long count;

    @BeforeEach
    @SuppressWarnings("NullAway.Init") // open() makes the recorder and its broker
    void begin() throws Exception {
        home = place();
        time.advanceMs(5_000);
        open();
    }

    @AfterEach
    void end() {
        recorder.close();
    }

    /** Where the device keeps what it keeps. */
    Path place() throws Exception {
        return folder.resolve("first");
    }

    void open() {
        SensorConfig air =
                new SensorConfig(
                        "air",
                        new Bme280(),
                        Location.i2c(1, 0x76),
                        Duration.ofSeconds(1),
                        Options.usual(new Bme280().options()),
                        recording,
                        ReportConfig.AS_MEASURED,
                        Live.ON);
        AgentConfig config =
                new AgentConfig(
                        new DeviceConfig("d", "pipit"),
                        BrokerConfig.at(URI.create("mqtt://127.0.0.1:1")),
                        List.of(air),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        null,
                        settings.in(
                                home.resolve("card"), ring == null ? home.resolve("ring") : ring),
                        Format.COMPACT,
                        null,
                        BoardSettings.USUAL);
        recorder = new Recorder(config, List.of(SCHEMA), time, boot, new Random(boot));
        broker = new FakeBroker(recorder.publishes());
    }

    long nowMs() {
        return time.monotonicNs() / 1_000_000;
    }

    void sample() {
        boolean set = time.synchronised();
        reading.value(0, count++);
        reading.timeMs(set ? time.wallMs() : time.sinceBootMs());
        recorder.add(0, reading, set);
    }

    /** So many seconds pass, with a reading in each. */
    void seconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            time.advanceMs(1_000);
            sample();
            recorder.turn(nowMs());
            turn();
        }
    }

    void turn() {
        recorder.publishes().advance(nowMs());
        broker.pump(nowMs());
    }

    /** Time passes without readings until nothing more comes. */
    void settle() {
        for (int i = 0; i < 200_000; i++) {
            time.advanceMs(10);
            if (i % 100 == 0) {
                recorder.turn(nowMs());
            }
            turn();
            if (i > 13_000 && broker.isIdle() && recorder.publishes().waitMs() == Long.MAX_VALUE) {
                return;
            }
        }
        throw new AssertionError("it does not come to an end");
    }

    /** The process is killed: another one finds the directories as they are. */
    void kill() throws IOException {
        Recorder killed = recorder;
        Path from = home;
        home = folder.resolve("after-" + System.nanoTime());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = home.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        killed.close();
        open();
    }

    /** The power fails: what is in memory is gone, and time since boot begins anew. */
    void powerCut() throws IOException {
        Path cut = folder.resolve("cut-" + System.nanoTime());
        copyCard(home, cut);
        recorder.close();
        home = cut;
        boot++;
        open();
    }

    /** A device that has just booted, without a clock. */
    void bootWithoutClock() {
        recorder.close();
        time.setWallMs(12_345);
        time.synchronised(false);
        home = folder.resolve("clockless");
        boot++;
        open();
    }

    static void copyCard(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from.resolve("card"))) {
            for (Path file : files.toList()) {
                Path target = to.resolve("card").resolve(from.resolve("card").relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    static List<Long> ticks(long fromMs, int count) {
        return LongStream.range(0, count).map(i -> fromMs + i * 1_000).boxed().toList();
    }
}
