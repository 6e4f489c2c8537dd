package dev.pipit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.driver.Channel;
import dev.pipit.telemetry.DenseEncoder.Effort;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DenseFrameTest {
    private static final int SHORT_RANDOM_BATCHES = 4_000;

    static List<Vector> vectors() {
        return Vector.dense();
    }

    static Batch batchOf(Vector vector) {
        Batch batch = new Batch(vector.schema(), Schema.MAX_ROWS);
        Reading reading = new Reading(batch.schema().channels().size());
        for (int i = 0; i < vector.rows().size(); i++) {
            vector.row(i, reading);
            batch.add(reading);
        }
        return batch;
    }

    static void assertSameRows(Batch actual, Batch expected, int from, int to) {
        assertThat(actual.size()).isEqualTo(to - from);
        assertThat(Arrays.copyOf(actual.times, to - from))
                .isEqualTo(Arrays.copyOfRange(expected.times, from, to));
        for (int c = 0; c < expected.values.length; c++) {
            assertThat(Arrays.copyOf(actual.reasons[c], to - from))
                    .isEqualTo(Arrays.copyOfRange(expected.reasons[c], from, to));
            assertThat(Arrays.copyOf(actual.values[c], to - from))
                    .isEqualTo(Arrays.copyOfRange(expected.values[c], from, to));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void vectorIsDecoded(Vector vector) throws FormatException {
        Batch expected = batchOf(vector);
        Batch decoded = new Batch(vector.schema(), Schema.MAX_ROWS);

        int flags = new DenseDecoder().decode(vector.frame(), 0, vector.frame().length, decoded);

        assertThat(flags).isEqualTo(vector.flags());
        assertSameRows(decoded, expected, 0, expected.size());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void vectorIsEncodedInNoMoreBytesAndDecodesToTheSame(Vector vector) throws FormatException {
        Batch batch = batchOf(vector);
        byte[] out = new byte[DenseEncoder.maxLength(vector.schema(), batch.size())];
        for (Effort effort : Effort.values()) {
            DenseEncoder encoder = new DenseEncoder(Schema.MAX_ROWS, effort);
            int length = encoder.encode(batch, 0, batch.size(), vector.flags(), out, 0);
            if (effort == Effort.FULL) {
                assertThat(length).as(effort.name()).isLessThanOrEqualTo(vector.frame().length);
            }
            Batch decoded = new Batch(vector.schema(), Schema.MAX_ROWS);
            new DenseDecoder().decode(out, 0, length, decoded);
            assertSameRows(decoded, batch, 0, batch.size());
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void everyCutAndEveryAddedByteIsRefusedOrDecodesWithinBounds(Vector vector) {
        byte[] frame = vector.frame();
        DenseDecoder decoder = new DenseDecoder();
        Batch into = new Batch(vector.schema(), Schema.MAX_ROWS);
        for (int length = 0; length < frame.length; length++) {
            tolerate(decoder, Arrays.copyOf(frame, length), into);
        }
        for (int more = 1; more < 6; more++) {
            byte[] longer = Arrays.copyOf(frame, frame.length + more);
            longer[longer.length - 1] = 1;
            boolean taken = tolerate(decoder, longer, into);
            // The decoder reads ahead at most four bytes: what lies beyond belongs to nothing.
            assertThat(taken && more > 4).isFalse();
        }
    }

    private static boolean tolerate(DenseDecoder decoder, byte[] frame, Batch into) {
        try {
            decoder.decode(frame, 0, frame.length, into);
            assertThat(into.size()).isBetween(1, Schema.MAX_ROWS);
            return true;
        } catch (FormatException e) {
            assertThat(into.size()).isZero();
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    @Test
    void everyFlippedBitShowsInAFrameWithChecksum() {
        Vector vector =
                Vector.dense().stream()
                        .filter(v -> (v.flags() & FrameFlags.CRC) != 0)
                        .findFirst()
                        .orElseThrow();
        DenseDecoder decoder = new DenseDecoder();
        Batch into = new Batch(vector.schema(), Schema.MAX_ROWS);
        for (int bit = 0; bit < vector.frame().length * 8; bit++) {
            if (bit == 2) {
                continue; // The flag that says there is a checksum: without it there is none.
            }
            byte[] damaged = vector.frame();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> decoder.decode(damaged, 0, damaged.length, into))
                    .as("bit %d", bit)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void randomBytesAreRefusedOrDecodeToValuesWithinTheLimits() {
        SplittableRandom random = new SplittableRandom(5);
        DenseDecoder decoder = new DenseDecoder();
        int taken = 0;
        for (int i = 0; i < 5_000; i++) {
            Batch into = new Batch(RandomBatches.schema(random), Schema.MAX_ROWS);
            byte[] frame = new byte[2 + random.nextInt(60)];
            random.nextBytes(frame);
            frame[0] = (byte) 0xD1;
            frame[1] = (byte) into.schema().id();
            if (tolerate(decoder, frame, into)) {
                taken++;
                for (int row = 0; row < into.size(); row++) {
                    assertThat(into.timeMs(row)).isBetween(0L, Schema.MAX_TIME_MS);
                    for (long[] column : into.values) {
                        assertThat(column[row]).isBetween(-Schema.MAX_VALUE, Schema.MAX_VALUE);
                    }
                }
            }
        }
        assertThat(taken).isPositive();
    }

    @Test
    void randomBatchesComeBackAndAreNeverLargerThanFlatFrames() throws FormatException {
        int batches = Integer.getInteger("pipit.batches", SHORT_RANDOM_BATCHES);
        RandomBatches random = new RandomBatches(new SplittableRandom(20260101));
        for (int i = 0; i < batches; i++) {
            Batch batch = random.next();
            roundTrip(batch, random.flags(), (i & 3) == 0 ? Effort.FAST : Effort.FULL);
        }
    }

    /** Encodes all rows, decodes each frame, compares; returns the bytes of all frames. */
    static int roundTrip(Batch batch, int flags, Effort effort) throws FormatException {
        Schema schema = batch.schema();
        FrameEncoder encoder = new FrameEncoder(schema, batch.size(), effort);
        DenseDecoder decoder = new DenseDecoder();
        byte[] out = new byte[FrameEncoder.maxLength(schema, batch.size())];
        Batch decoded = new Batch(schema, batch.size());
        Reading reading = new Reading(schema.channels().size());
        int bytes = 0;
        boolean fitsFlat = batch.fitsFlat(0, batch.size());
        for (int row = 0; row < batch.size(); row += encoder.rowsTaken()) {
            int length = encoder.encode(batch, row, flags, out, 0);
            bytes += length;
            boolean flat = (out[0] & FrameFlags.DENSE) == 0;
            if (flat) {
                decoded.clear();
                FlatFrame.decode(schema, out, 0, length, reading);
                decoded.add(reading);
            } else {
                assertThat(decoder.decode(out, 0, length, decoded) & ~FrameFlags.DENSE)
                        .isEqualTo(flags);
            }
            // What neither a dense frame nor its width can say becomes under or over range.
            if (!flat || batch.fitsFlat(row, row + 1)) {
                assertSameRows(decoded, batch, row, row + encoder.rowsTaken());
            }
        }
        if (fitsFlat) {
            assertThat(bytes).isLessThanOrEqualTo(batch.size() * FlatFrame.length(schema, flags));
        }
        return bytes;
    }

    @Test
    void jumpThatNoPredictorFollowsSplitsTheBatch() throws FormatException {
        Schema schema = new Schema(1, 1000, 1000, 60, List.of(Channel.of("n", "", "1", 8, 0)));
        Batch batch = new Batch(schema, 60);
        Reading reading = new Reading(1);
        for (int i = 0; i < 60; i++) {
            reading.timeMs(i * 1000L);
            reading.value(0, i < 30 ? -Schema.MAX_VALUE : Schema.MAX_VALUE);
            batch.add(reading);
        }
        FrameEncoder encoder = new FrameEncoder(schema, 60, Effort.FULL);
        byte[] out = new byte[FrameEncoder.maxLength(schema, 60)];
        encoder.encode(batch, 0, 0, out, 0);
        assertThat(encoder.rowsTaken()).isEqualTo(30);
        roundTrip(batch, 0, Effort.FULL);
    }

    @Test
    void timeBeyondWhatTheQuantumLeavesRoomForGoesFlat() throws FormatException {
        Schema schema = new Schema(1, 0, 1, 60, List.of(Channel.of("n", "", "1", 1, 0)));
        Batch batch = new Batch(schema, 2);
        Reading reading = new Reading(1);
        reading.timeMs(Schema.MAX_TIME_MS);
        reading.value(0, 5);
        batch.add(reading);
        batch.add(reading);
        assertThat(roundTrip(batch, 0, Effort.FULL)).isEqualTo(2 * schema.flatLength());
    }

    @Test
    void valueBeyondTwoToThe53IsUnderOrOverRange() {
        Schema schema = new Schema(1, 0, 1, 60, List.of(Channel.of("n", "", "1", 8, 0)));
        Batch batch = new Batch(schema, 4);
        Reading reading = new Reading(1);
        for (long value :
                new long[] {
                    Schema.MAX_VALUE, Schema.MAX_VALUE + 1, -Schema.MAX_VALUE - 1, Long.MIN_VALUE
                }) {
            reading.value(0, value);
            batch.add(reading);
        }
        assertThat(batch.reasons[0]).containsExactly(-1, 4, 3, 3);
    }

    @Test
    void fullBatchAndImpossibleTimesAreRefused() {
        Schema schema = new Schema(1, 0, 1, 60, List.of(Channel.of("n", "", "1", 8, 0)));
        Batch batch = new Batch(schema, 1);
        Reading reading = new Reading(1);
        reading.timeMs(-1);
        assertThatThrownBy(() -> batch.add(reading))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time -1 ms");
        reading.timeMs(7);
        batch.add(reading);
        assertThatThrownBy(() -> batch.add(reading)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> batch.shift(-8)).isInstanceOf(IllegalArgumentException.class);
        batch.shift(1_767_225_600_000L);
        assertThat(batch.timeMs(0)).isEqualTo(1_767_225_600_007L);
    }

    @Test
    void usualScaleIsTheSpecificationsFormula() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 20_000; i++) {
            int n = random.nextInt(1, 1024);
            long sum = random.nextLong(1L << random.nextInt(1, 52));
            double mean = Math.max((double) sum / n, 0.05);
            double log = Math.log(0.69 * mean) / Math.log(2);
            long expected = Math.clamp(Math.round(log), -4, 11) + 4L;
            if (Math.abs(log - Math.rint(log)) < 0.499999) {
                assertThat(ColumnCost.usualScale(sum, n)).isEqualTo((int) expected);
            }
        }
        assertThat(ColumnCost.usualScale(0, 1023)).isZero();
    }

    @Test
    void costEstimatedFromLengthsIsNearTheExactOne() {
        SplittableRandom random = new SplittableRandom(17);
        ColumnCost cost = new ColumnCost();
        for (int i = 0; i < 5_000; i++) {
            int n = random.nextInt(30, 400);
            double spread = Math.pow(2, random.nextDouble(-3, 12));
            long[] residuals = new long[n];
            byte[] lengths = new byte[n];
            int[] tally = new int[65];
            long sum = 0;
            for (int k = 1; k < n; k++) {
                // As the residuals of a sensor are: small ones often, large ones seldom.
                residuals[k] = Math.round(random.nextGaussian() * spread);
                long magnitude = Math.abs(residuals[k]);
                lengths[k] = (byte) (64 - Long.numberOfLeadingZeros(magnitude));
                tally[lengths[k]]++;
                sum += magnitude;
            }
            int usual = ColumnCost.usualScale(sum, n - 1);
            for (int scale = Math.max(0, usual - 1); scale <= Math.min(15, usual + 1); scale++) {
                double exact = cost.of(residuals, lengths, n, scale, Long.MAX_VALUE) / 1024.0;
                double about = ColumnCost.about(tally, n - 1, scale) / 1024.0;
                assertThat(Math.abs(about - exact)).isLessThan(8 + 0.04 * exact);
            }
        }
    }

    @Test
    void encodingAndDecodingAllocateNothing() throws FormatException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Vector vector =
                Vector.dense().stream()
                        .filter(v -> v.name().equals("dense, scattered holes"))
                        .findFirst()
                        .orElseThrow();
        Batch batch = batchOf(vector);
        Reading reading = new Reading(batch.schema().channels().size());
        FrameEncoder encoder = new FrameEncoder(batch.schema(), Schema.MAX_ROWS, Effort.FULL);
        DenseDecoder decoder = new DenseDecoder();
        Batch decoded = new Batch(batch.schema(), Schema.MAX_ROWS);
        byte[] out = new byte[FrameEncoder.maxLength(batch.schema(), Schema.MAX_ROWS)];
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 5 && allocated > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long unit = threads.getCurrentThreadAllocatedBytes() - before;
            before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 500; i++) {
                int length = encoder.encode(batch, 0, FrameFlags.CRC, out, 0);
                decoder.decode(out, 0, length, decoded);
                batch.row(0, reading);
                batch.clear();
                for (int row = 0; row < decoded.size(); row++) {
                    decoded.row(row, reading);
                    batch.add(reading);
                }
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before - unit;
        }
        assertThat(allocated).isZero();
    }
}
