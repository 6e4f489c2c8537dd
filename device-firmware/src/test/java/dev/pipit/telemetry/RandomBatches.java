package dev.pipit.telemetry;

import dev.pipit.driver.Channel;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Batches of every shape: walks, noise, jumps, extremes, holes, gaps in time. */
final class RandomBatches {
    private static final int[] WIDTHS = {1, 2, 4, 8};

    private final SplittableRandom random;

    RandomBatches(SplittableRandom random) {
        this.random = random;
    }

    static Schema schema(SplittableRandom random) {
        long quantum = random.nextBoolean() ? 1000 : 1L << random.nextInt(32);
        long most = (1L << 31) / quantum;
        long interval = quantum * random.nextLong(Math.min(most, 100) + 1);
        int channels = random.nextInt(20) == 0 ? 64 : random.nextInt(1, 6);
        List<Channel> list = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            int width = WIDTHS[random.nextInt(4)];
            long bound = width == 8 ? Schema.MAX_VALUE : 1L << (8 * width - 1);
            list.add(
                    new Channel(
                            "c" + c,
                            "1",
                            BigDecimal.ONE,
                            width,
                            random.nextLong(-bound + 1, bound)));
        }
        return new Schema(
                random.nextInt(256), interval, quantum, 1 + random.nextInt(Schema.MAX_ROWS), list);
    }

    int flags() {
        return random.nextInt(8) << 1;
    }

    Batch next() {
        Schema schema = schema(random);
        int rows = random.nextInt(30) == 0 ? 1 + random.nextInt(1024) : 1 + random.nextInt(40);
        Batch batch = new Batch(schema, rows);
        long[] time = times(schema, rows);
        int channels = schema.channels().size();
        Reading[] readings = new Reading[rows];
        for (int i = 0; i < rows; i++) {
            readings[i] = new Reading(channels);
            readings[i].timeMs(time[i]);
        }
        for (int c = 0; c < channels; c++) {
            column(readings, c, schema.channels().get(c));
        }
        for (Reading reading : readings) {
            batch.add(reading);
        }
        return batch;
    }

    private long[] times(Schema schema, int rows) {
        long[] times = new long[rows];
        long now =
                random.nextInt(10) == 0
                        ? random.nextLong(Schema.MAX_TIME_MS)
                        : random.nextLong(4_000_000_000_000L);
        for (int i = 0; i < rows; i++) {
            if (random.nextInt(200) == 0) {
                now = random.nextLong(Schema.MAX_TIME_MS);
            } else if (random.nextInt(20) == 0) {
                now += random.nextLong(-100_000, 1_000_000);
            } else {
                now += schema.intervalMs();
            }
            now = Math.clamp(now, 0, Schema.MAX_TIME_MS);
            times[i] = now;
        }
        return times;
    }

    private void column(Reading[] readings, int c, Channel channel) {
        int shape = random.nextInt(6);
        int width = channel.width();
        long most = width == 8 ? Schema.MAX_VALUE : (1L << (8 * width - 1)) - 1;
        long least = width == 8 ? -Schema.MAX_VALUE : -most + 8;
        long x = Math.clamp(channel.reference(), least, most);
        long step = 1L << random.nextInt(8 * width - 1);
        int holes = random.nextInt(4);
        for (Reading reading : readings) {
            x =
                    switch (shape) {
                        case 0 -> x;
                        case 1 -> x + random.nextLong(-2, 3);
                        case 2 -> x + random.nextLong(-step, step + 1);
                        case 3 -> x + step / 2;
                        case 4 -> random.nextLong(least, most + 1);
                        default -> random.nextBoolean() ? least : most;
                    };
            x = Math.clamp(x, least, most);
            boolean hole = holes == 1 && random.nextInt(8) == 0;
            if (hole || holes == 2 || (holes == 3 && random.nextBoolean())) {
                reading.missing(c, holes == 2 ? 1 : random.nextInt(8));
            } else {
                reading.value(c, x);
            }
        }
        if (random.nextInt(50) == 0) {
            // Beyond what the width holds: only a dense frame can say it.
            readings[0].value(c, random.nextLong(-Schema.MAX_VALUE, Schema.MAX_VALUE));
        }
    }
}
