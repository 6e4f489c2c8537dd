package dev.pipit.benchmark.telemetry;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.driver.Channel;
import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.environment.Bme280;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rows of one sensor.
 *
 * @param rows time in ms first, then the values as integers
 * @param bound bytes per reading of a strong context-mixing compressor over the whole series, as
 *     stated beside the data; 0: none is known
 */
record Series(String name, Schema schema, List<long[]> rows, double bound) {
    static List<Series> recorded(Path data) throws IOException {
        return List.of(
                read(data, "astropi_env_10s.csv", 10_000, 1.87),
                read(data, "astropi_imu_10s.csv", 10_000, 4.54),
                read(data, "nab_machine_temp_300s.csv", 300_000, 1.08));
    }

    private static Series read(Path data, String file, long intervalMs, double bound)
            throws IOException {
        List<String> lines = Files.readAllLines(data.resolve(file));
        String[] header = lines.getFirst().split(",", -1);
        int columns = header.length - 1;
        int[] decimals = new int[columns];
        List<BigDecimal[]> cells = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] texts = line.split(",", -1);
            BigDecimal[] row = new BigDecimal[columns + 1];
            for (int c = 0; c <= columns; c++) {
                row[c] = new BigDecimal(texts[c]);
                if (c > 0) {
                    decimals[c - 1] = Math.max(decimals[c - 1], row[c].scale());
                }
            }
            cells.add(row);
        }
        List<long[]> rows = new ArrayList<>();
        for (BigDecimal[] row : cells) {
            long[] values = new long[columns + 1];
            values[0] = row[0].longValueExact();
            for (int c = 0; c < columns; c++) {
                values[c + 1] = row[c + 1].movePointRight(decimals[c]).longValueExact();
            }
            rows.add(values);
        }
        List<Channel> channels = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            channels.add(
                    new Channel(
                            header[c + 1],
                            "1",
                            BigDecimal.ONE.movePointLeft(decimals[c]),
                            4,
                            rows.getFirst()[c + 1]));
        }
        return new Series(file, new Schema(1, intervalMs, 1000, 60, channels), rows, bound);
    }

    /** How a ten-second series becomes one of seconds: nobody has recorded a room each second. */
    enum Seconds {
        /** Each recorded row for ten seconds: what is told is what was recorded, nothing else. */
        HELD,
        /** Straight lines from row to row, rounded: values that nobody recorded. */
        LINES,
        /** Each recorded row for one second: a climate that changes ten times as fast. */
        HURRIED
    }

    /**
     * Temperature, humidity and pressure each second.
     *
     * @param tenSeconds the Sense HAT's environment
     */
    static Series everySecond(Series tenSeconds, Seconds how) {
        int[] columns = {2, 4, 5};
        int steps = how == Seconds.HURRIED ? 1 : 10;
        List<long[]> rows = new ArrayList<>();
        for (int i = 1; i < tenSeconds.rows().size(); i++) {
            long[] from = tenSeconds.rows().get(i - 1);
            long[] to = tenSeconds.rows().get(i);
            for (int step = 0; step < steps; step++) {
                long[] row = new long[columns.length + 1];
                row[0] = tenSeconds.rows().getFirst()[0] + rows.size() * 1000L;
                for (int c = 0; c < columns.length; c++) {
                    long start = from[columns[c]];
                    long way = how == Seconds.LINES ? to[columns[c]] - start : 0;
                    row[c + 1] = Math.round(start + way * step / 10.0);
                }
                rows.add(row);
            }
        }
        List<Channel> channels = new ArrayList<>();
        for (int column : columns) {
            channels.add(tenSeconds.schema().channels().get(column - 1));
        }
        String name = "Sense HAT, " + how.name().toLowerCase(Locale.ROOT) + ", 1 s";
        return new Series(name, new Schema(1, 1000, 1000, 60, channels), rows, 0);
    }

    /** A simulated BME280 whose world drifts, read by the real driver each second. */
    static Series simulated(int count) {
        AtomicLong clockNs = new AtomicLong();
        try (SimulatedBoard board = new SimulatedBoard(new World(clockNs::get, 7, true))) {
            board.attach(1, 0x76, "bme280", "air");
            Bme280 type = new Bme280();
            SensorDriver driver =
                    type.create(board, Location.i2c(1, 0x76), Options.usual(type.options()));
            Schema schema = new Schema(1, 1000, 1000, 60, driver.channels());
            Reading reading = new Reading(schema.channels().size());
            List<long[]> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int waitMs = driver.begin();
                clockNs.addAndGet(waitMs * 1_000_000L);
                reading.clear();
                driver.read(reading);
                long[] row = new long[reading.channels() + 1];
                row[0] = 1_767_225_600_000L + i * 1000L;
                for (int c = 0; c < reading.channels(); c++) {
                    row[c + 1] = reading.value(c);
                }
                rows.add(row);
                clockNs.addAndGet((1000 - waitMs) * 1_000_000L);
            }
            driver.close();
            return new Series("simulated BME280, 1 s", schema, rows, 0);
        }
    }

    /** The rows in batches, the last one too if it is not full. */
    List<Batch> batches(int size) {
        Schema sized =
                new Schema(
                        schema.id(),
                        schema.intervalMs(),
                        schema.timeQuantumMs(),
                        size,
                        schema.channels());
        List<Batch> batches = new ArrayList<>();
        Reading reading = new Reading(schema.channels().size());
        for (int i = 0; i < rows.size(); i++) {
            if (i % size == 0) {
                batches.add(new Batch(sized, size));
            }
            long[] row = rows.get(i);
            reading.timeMs(row[0]);
            for (int c = 0; c < reading.channels(); c++) {
                reading.value(c, row[c + 1]);
            }
            batches.getLast().add(reading);
        }
        return batches;
    }
}
