package dev.pipit.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.pipit.board.BoardSettings;
import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.BrokerConfig;
import dev.pipit.config.DeviceConfig;
import dev.pipit.config.Live;
import dev.pipit.config.RecordingConfig;
import dev.pipit.config.ReportConfig;
import dev.pipit.config.SensorConfig;
import dev.pipit.config.SpoolConfig;
import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.environment.Bme280;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.format.Format;
import dev.pipit.time.SystemTime;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingPathAllocationTest {
    private static final int READINGS = 10_000;

    @TempDir Path folder;

    private final Clock clock = new Clock();

    /** Simulated chips measure for as long as real ones do; here that time passes at once. */
    private static final class Clock implements LongSupplier {
        private long nanos;

        @Override
        public long getAsLong() {
            return nanos;
        }
    }

    @Test
    void fromRegisterReadToRecordInTheSpoolNothingIsAllocated() {
        try (SimulatedBoard board = new SimulatedBoard(new World(clock, 1, false))) {
            board.attach(1, 0x76, "bme280", "air");
            Bme280 type = new Bme280();
            SensorDriver driver =
                    type.create(board, Location.i2c(1, 0x76), Options.usual(type.options()));
            Schema schema = new Schema(1, 1_000, 1_000, 60, driver.channels());
            AgentConfig config = config(type);
            Recorder recorder = new Recorder(config, List.of(schema), new SystemTime());
            Uplink uplink =
                    new Uplink(
                            MqttClient.builder().url(URI.create("mqtt://127.0.0.1:1")),
                            new Topics("pipit", "test"),
                            config.sensors(),
                            recorder,
                            () -> "{}",
                            (target, control, early, message) -> {});
            Reading reading = new Reading(driver.channels().size());
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

            // Until every class is loaded and the compiler has had its say.
            read(driver, reading, uplink, 5 * READINGS);
            long before = threads.getCurrentThreadAllocatedBytes();
            read(driver, reading, uplink, READINGS);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            assertThat(uplink.dropped()).isZero();
            assertThat(recorder.health().backlog()).isEqualTo(6 * READINGS / 60);
            assertThat(recorder.health().fault()).isNull();
            assertThat(reading.anyPresent()).isTrue();
            assertThat(allocated / READINGS).as("bytes per reading").isZero();
            uplink.stop(Duration.ZERO);
        }
    }

    private AgentConfig config(Bme280 type) {
        SensorConfig air =
                new SensorConfig(
                        "air",
                        type,
                        Location.i2c(1, 0x76),
                        Duration.ofSeconds(1),
                        Options.usual(type.options()),
                        RecordingConfig.usual(),
                        ReportConfig.AS_MEASURED,
                        Live.ON);
        return new AgentConfig(
                new DeviceConfig("test", "pipit"),
                BrokerConfig.at(URI.create("mqtt://127.0.0.1:1")),
                List.of(air),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                SpoolConfig.usual().in(folder.resolve("card"), folder.resolve("ring")),
                Format.COMPACT,
                null,
                BoardSettings.USUAL);
    }

    private void read(SensorDriver driver, Reading reading, Uplink uplink, int times) {
        for (int i = 0; i < times; i++) {
            int waitMs = driver.begin();
            clock.nanos += waitMs * 1_000_000L;
            reading.clear();
            driver.read(reading);
            reading.timeMs(1_795_348_800_000L + i * 1_000L);
            uplink.reading(0, reading, true);
        }
    }
}
