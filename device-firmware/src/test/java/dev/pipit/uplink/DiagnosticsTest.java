package dev.pipit.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Fault;
import dev.pipit.driver.SampleSink;
import dev.pipit.driver.SensorDriver;
import dev.pipit.json.Json;
import dev.pipit.json.JsonWriter;
import dev.pipit.testkit.Certificates;
import dev.pipit.testkit.FakeTime;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosticsTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir Path folder;

    private final FakeTime time = new FakeTime(NOW.toEpochMilli());
    private final Machine machine = new Machine();

    /** A machine with the channels of the driver {@code health}; without a throttle. */
    private static final class Machine implements SensorDriver {
        boolean hot;

        @Override
        public List<Channel> channels() {
            return List.of(
                    Channel.of("cpu_temperature", "Cel", "0.1", 2, 450),
                    Channel.of("throttled", "", "1", 4, 0),
                    Channel.of("wifi_signal", "dBm", "1", 2, -60),
                    Channel.of("disk_free", "B", "1048576", 4, 10_000),
                    Channel.of("memory_available", "B", "1024", 4, 500_000),
                    Channel.of("load", "", "0.01", 4, 0),
                    Channel.of("uptime", "s", "1", 8, 0));
        }

        @Override
        public int begin() {
            return 0;
        }

        @Override
        public void read(SampleSink sink) {
            sink.value(0, hot ? 871 : 482);
            sink.missing(1, Fault.NO_ACCESS);
            if (hot) {
                sink.value(1, 4);
            }
            sink.value(3, 100);
            sink.value(4, 1_000);
        }

        @Override
        public void close() {}
    }

    private Json.Obj health(@Nullable Path certificate) throws Exception {
        return health(new Diagnostics(time, machine, certificate));
    }

    private static Json.Obj health(Diagnostics diagnostics) throws Exception {
        JsonWriter json = new JsonWriter().object();
        diagnostics.write(json);
        return Json.object(Json.parse(json.end().toString(), 4_096), "health");
    }

    private static BigDecimal number(Json.Obj json, String in, String key) throws Exception {
        Json value = Json.object(json.get(in), in).get(key);
        return ((Json.Num) value).value();
    }

    @Test
    void theMachineIsToldInTheUnitsOfItsChannelsAndWhatItHasNotIsLeftOut() throws Exception {
        Json.Obj health = health((Path) null);
        assertThat(number(health, "cpu", "temperature")).isEqualByComparingTo("48.2");
        assertThat(number(health, "disk", "free")).isEqualByComparingTo("104857600");
        assertThat(number(health, "memory", "available")).isEqualByComparingTo("1024000");
        assertThat(Json.object(health.get("cpu"), "cpu").members()).doesNotContainKey("throttled");
        assertThat(health.members()).doesNotContainKey("certificate");
        machine.hot = true;
        assertThat(number(health((Path) null), "cpu", "throttled")).isEqualByComparingTo("4");
    }

    @Test
    void theProcessTellsItsOwnMemoryAndHowLongItRuns() throws Exception {
        Diagnostics diagnostics = new Diagnostics(time, machine, null);
        time.advanceMs(61_500);
        Json.Obj health = health(diagnostics);
        assertThat(health.whole("uptime", 0, 100)).isEqualTo(61);
        assertThat(number(health, "memory", "heap")).isPositive();
        assertThat(number(health, "memory", "resident")).isGreaterThan(BigDecimal.valueOf(1 << 20));
    }

    @Test
    void theDaysThatTheCertificateHasLeftAreCountedOnceTheClockIsRight() throws Exception {
        Path file =
                Certificates.request()
                        .name("device")
                        .from(NOW.minus(Duration.ofDays(10)))
                        .until(NOW.plus(Duration.ofDays(71)).plusSeconds(3_600))
                        .selfSigned()
                        .writeCertificate(folder.resolve("device.pem"));
        assertThat(number(health(file), "certificate", "days")).isEqualByComparingTo("71");
        time.advanceMs(Duration.ofDays(73).toMillis());
        assertThat(number(health(file), "certificate", "days")).isEqualByComparingTo("-2");
        time.synchronised(false);
        assertThat(health(file).members()).doesNotContainKey("certificate");
    }

    @Test
    void aCertificateThatEndsSoonIsWarnedOfOnceADay() throws Exception {
        Path file =
                Certificates.request()
                        .name("device")
                        .from(NOW.minus(Duration.ofDays(10)))
                        .until(NOW.plus(Duration.ofDays(30)).plusSeconds(3_600))
                        .selfSigned()
                        .writeCertificate(folder.resolve("device.pem"));
        List<String> warnings = new ArrayList<>();
        Diagnostics diagnostics = new Diagnostics(time, machine, file, warnings::add);
        health(diagnostics);
        assertThat(warnings).isEmpty();
        for (int minute = 0; minute < 3 * 1_440; minute++) {
            time.advanceMs(60_000);
            health(diagnostics);
        }
        assertThat(warnings).hasSize(3);
        assertThat(warnings.getFirst()).contains("device.pem").endsWith("ends in 29 days");
        time.advanceMs(Duration.ofDays(30).toMillis());
        health(diagnostics);
        assertThat(warnings.getLast()).endsWith("has ended");
        Files.delete(file);
        time.advanceMs(60_000);
        health(diagnostics);
        time.advanceMs(Duration.ofDays(1).toMillis());
        health(diagnostics);
        assertThat(warnings).hasSize(5).last().asString().contains("cannot be read");
    }

    @Test
    void aCertificateThatCannotBeReadKeepsNothingElseFromBeingTold() throws Exception {
        Path file = folder.resolve("device.pem");
        Files.writeString(file, "not a certificate");
        assertThat(health(file).members()).containsKey("cpu").doesNotContainKey("certificate");
        assertThat(health(folder.resolve("missing")).members()).containsKey("memory");
    }
}
