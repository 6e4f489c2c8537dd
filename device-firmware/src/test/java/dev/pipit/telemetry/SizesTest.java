package dev.pipit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.telemetry.DenseEncoder.Effort;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SizesTest {
    static List<Series> series() {
        return Series.all();
    }

    @ParameterizedTest
    @CsvSource({
        "env, 60, 2.4",
        "env, 300, 2.2",
        "imu, 60, 5.2",
        "imu, 300, 4.9",
        "machine, 60, 1.2",
        "machine, 300, 1.1"
    })
    void payloadPerReadingIsNoLargerThanTheSpecificationExpects(
            String name, int batch, double expected) throws FormatException {
        Series series =
                switch (name) {
                    case "env" -> Series.env();
                    case "imu" -> Series.imu();
                    default -> Series.machine();
                };
        double bytes = bytesPerReading(series, batch, Effort.FULL);
        // The specification rounds to one decimal.
        assertThat(bytes).isLessThan(expected + 0.05);
        assertThat(bytesPerReading(series, batch, Effort.FAST)).isLessThan(bytes * 1.005);
    }

    static double bytesPerReading(Series series, int rows, Effort effort) throws FormatException {
        Schema plain = series.schema();
        Schema schema =
                new Schema(1, plain.intervalMs(), plain.timeQuantumMs(), rows, plain.channels());
        Batch batch = new Batch(schema, rows);
        long bytes = 0;
        for (int i = 0; i < series.rows().size(); i++) {
            batch.add(series.reading(i));
            if (batch.isFull() || i == series.rows().size() - 1) {
                bytes += DenseFrameTest.roundTrip(batch, 0, effort);
                batch.clear();
            }
        }
        return (double) bytes / series.rows().size();
    }

    @ParameterizedTest
    @MethodSource("series")
    void everySeriesComesBackWithHolesInjected(Series series) throws FormatException {
        SplittableRandom random = new SplittableRandom(11);
        Batch batch = new Batch(series.schema(), 1024);
        int until = 1;
        for (int i = 0; i < series.rows().size(); i++) {
            Reading reading = series.reading(i);
            for (int c = 0; c < reading.channels(); c++) {
                if (random.nextInt(20) == 0 || i % 700 > 650) {
                    reading.missing(c, i % 700 > 650 ? 1 : random.nextInt(8));
                }
            }
            batch.add(reading);
            if (batch.size() == until || i == series.rows().size() - 1) {
                DenseFrameTest.roundTrip(batch, 0, Effort.FULL);
                batch.clear();
                until = random.nextInt(1, 1025);
            }
        }
    }

    @Test
    void seriesAreWhole() {
        assertThat(Series.env().rows()).hasSize(24_604);
        assertThat(Series.imu().rows()).hasSize(24_604);
        assertThat(Series.machine().rows()).hasSize(22_683);
    }
}
