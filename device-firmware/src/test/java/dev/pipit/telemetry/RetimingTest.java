package dev.pipit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RetimingTest {
    private static final long BOOT_MS = 1_767_225_600_123L;

    @Test
    void frameSinceBootBecomesTheFrameThatASetClockWouldHaveMade() throws FormatException {
        Vector vector =
                Vector.dense().stream()
                        .filter(v -> (v.flags() & FrameFlags.SINCE_BOOT) != 0)
                        .findFirst()
                        .orElseThrow();
        Batch before = DenseFrameTest.batchOf(vector);
        Retiming retiming = new Retiming(vector.schema());
        byte[] out = new byte[FrameEncoder.maxLength(vector.schema(), before.size())];

        int length =
                retiming.apply(
                        vector.frame(),
                        0,
                        vector.frame().length,
                        BOOT_MS,
                        FrameFlags.BACKFILLED,
                        out);

        Batch after = new Batch(vector.schema(), Schema.MAX_ROWS);
        int flags = new DenseDecoder().decode(out, 0, length, after);
        assertThat(flags).isEqualTo(FrameFlags.DENSE | FrameFlags.BACKFILLED);
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.timeMs(i)).isEqualTo(before.timeMs(i) + 1_767_225_600_000L);
        }
        before.shift(BOOT_MS);
        DenseFrameTest.assertSameRows(after, before, 0, before.size());

        byte[] again = new byte[out.length];
        int againLength =
                retiming.apply(
                        vector.frame(),
                        0,
                        vector.frame().length,
                        BOOT_MS,
                        FrameFlags.BACKFILLED,
                        again);
        assertThat(Arrays.copyOf(again, againLength)).isEqualTo(Arrays.copyOf(out, length));
    }

    @Test
    void flatFrameIsMovedToo() throws FormatException {
        Vector vector = Vector.flat().get(0);
        Retiming retiming = new Retiming(vector.schema());
        byte[] out = new byte[FrameEncoder.maxLength(vector.schema(), 1)];
        int length = retiming.apply(vector.frame(), 0, vector.frame().length, 5000, 0, out);
        Batch after = new Batch(vector.schema(), 1);
        new DenseDecoder().decode(out, 0, length, after);
        assertThat(after.timeMs(0)).isEqualTo(1_767_225_605_000L);
    }

    @Test
    void timeThatNoFrameHoldsLeavesTheFrameAsItIs() throws FormatException {
        Vector vector = Vector.flat().get(0);
        Retiming retiming = new Retiming(vector.schema());
        byte[] out = new byte[FrameEncoder.maxLength(vector.schema(), 1)];
        byte[] frame = vector.frame();
        assertThat(retiming.apply(frame, 0, frame.length, -(1L << 50), 0, out)).isZero();
        assertThat(retiming.apply(frame, 0, frame.length, 1L << 50, 0, out)).isZero();
    }
}
