package dev.pipit.telemetry.format;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Fault;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Rows to encode, and what a reader must find in them: by channel and time, exact numbers. */
final class Rows {
    static final long START_MS = 1_767_225_600_000L;

    static final Schema AIR =
            new Schema(
                    7,
                    1000,
                    1000,
                    60,
                    List.of(
                            Channel.of("temperature", "Cel", "0.01", 2, 2000),
                            Channel.of("humidity", "%RH", "0.5", 2, 100),
                            Channel.of("pressure", "Pa", "1", 4, 101325),
                            Channel.of("dose", "", "1E+3", 4, 0)));

    private Rows() {}

    static Batch air(long seed, int rows) {
        SplittableRandom random = new SplittableRandom(seed);
        Batch batch = new Batch(AIR, rows);
        Reading reading = new Reading(4);
        for (int row = 0; row < rows; row++) {
            reading.timeMs(START_MS + row * 1000L);
            reading.value(0, 2149 + random.nextInt(-2500, 100));
            reading.value(1, random.nextInt(200));
            reading.value(2, 101_000 + random.nextInt(1000));
            reading.value(3, random.nextLong(-Schema.MAX_VALUE, Schema.MAX_VALUE));
            for (int c = 0; c < 4; c++) {
                if (rows > 1 && random.nextInt(6) == 0) {
                    reading.missing(c, Fault.CHECKSUM);
                }
            }
            batch.add(reading);
        }
        return batch;
    }

    /** By {@code channel@time in ms}. */
    static Map<String, BigDecimal> expected(Batch batch) {
        Map<String, BigDecimal> expected = new TreeMap<>();
        Schema schema = batch.schema();
        for (int row = 0; row < batch.size(); row++) {
            for (int c = 0; c < schema.channels().size(); c++) {
                if (batch.reason(row, c) == Reading.PRESENT) {
                    expected.put(
                            schema.channels().get(c).name() + "@" + batch.timeMs(row),
                            plain(schema.inUnits(c, batch.value(row, c))));
                }
            }
        }
        return expected;
    }

    static BigDecimal plain(BigDecimal value) {
        return new BigDecimal(value.stripTrailingZeros().toPlainString());
    }
}
