package dev.pipit.telemetry;

import dev.pipit.driver.Channel;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A recorded series of real sensors.
 *
 * @param rows time in ms first, then the values as integers
 */
record Series(String name, Schema schema, List<long[]> rows) {
    static Series env() {
        return read("astropi_env_10s.csv", 10_000);
    }

    static Series imu() {
        return read("astropi_imu_10s.csv", 10_000);
    }

    static Series machine() {
        return read("nab_machine_temp_300s.csv", 300_000);
    }

    static List<Series> all() {
        return List.of(env(), imu(), machine());
    }

    private static Series read(String file, long intervalMs) {
        Path path = Path.of(System.getProperty("pipit.shared"), "data", file);
        try (BufferedReader in = Files.newBufferedReader(path)) {
            String[] header = in.readLine().split(",", -1);
            List<String[]> cells = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                cells.add(line.split(",", -1));
            }
            int columns = header.length - 1;
            int[] decimals = new int[columns];
            for (String[] row : cells) {
                for (int c = 0; c < columns; c++) {
                    decimals[c] = Math.max(decimals[c], new BigDecimal(row[c + 1]).scale());
                }
            }
            List<long[]> rows = new ArrayList<>(cells.size());
            for (String[] row : cells) {
                long[] values = new long[columns + 1];
                values[0] = Long.parseLong(row[0]);
                for (int c = 0; c < columns; c++) {
                    values[c + 1] =
                            new BigDecimal(row[c + 1]).movePointRight(decimals[c]).longValueExact();
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
                                rows.get(0)[c + 1]));
            }
            return new Series(file, new Schema(1, intervalMs, 1000, 60, channels), rows);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Reading reading(int row) {
        Reading reading = new Reading(schema.channels().size());
        reading.timeMs(rows.get(row)[0]);
        for (int c = 0; c < reading.channels(); c++) {
            reading.value(c, rows.get(row)[c + 1]);
        }
        return reading;
    }

    @Override
    public String toString() {
        return name;
    }
}
