package dev.pipit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.driver.Channel;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlatFrameTest {
    private static final Schema SCHEMA =
            new Schema(
                    7,
                    1000,
                    1000,
                    60,
                    List.of(
                            Channel.of("temperature", "Cel", "0.01", 2, 2000),
                            Channel.of("pressure", "Pa", "1", 4, 101325)));

    static List<Vector> vectors() {
        return Vector.flat();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void vectorIsEncodedByteForByte(Vector vector) {
        Schema schema = vector.schema();
        Reading reading = new Reading(schema.channels().size());
        vector.row(0, reading);
        byte[] out = new byte[FlatFrame.length(schema, vector.flags())];

        int length = FlatFrame.encode(schema, vector.flags(), reading, out, 0);

        assertThat(Arrays.copyOf(out, length)).isEqualTo(vector.frame());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void vectorIsDecodedFromTheMiddleOfABuffer(Vector vector) throws FormatException {
        Schema schema = vector.schema();
        Reading expected = new Reading(schema.channels().size());
        vector.row(0, expected);
        byte[] buffer = new byte[vector.frame().length + 6];
        Arrays.fill(buffer, (byte) 0xA5);
        System.arraycopy(vector.frame(), 0, buffer, 3, vector.frame().length);
        Reading decoded = new Reading(schema.channels().size());

        int flags = FlatFrame.decode(schema, buffer, 3, vector.frame().length, decoded);

        assertThat(flags).isEqualTo(vector.flags());
        assertThat(decoded.timeMs()).isEqualTo(expected.timeMs());
        for (int c = 0; c < expected.channels(); c++) {
            assertThat(decoded.value(c)).isEqualTo(expected.value(c));
            assertThat(decoded.reason(c)).isEqualTo(expected.reason(c));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void frameOfAnyOtherLengthIsRefused(Vector vector) {
        Schema schema = vector.schema();
        Reading into = new Reading(schema.channels().size());
        for (int length = 0; length <= vector.frame().length + 2; length++) {
            if (length == vector.frame().length) {
                continue;
            }
            byte[] cut = Arrays.copyOf(vector.frame(), length);
            assertThatThrownBy(() -> FlatFrame.decode(schema, cut, 0, cut.length, into))
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void checksumIsTheOneThatTheWorldCallsCcittFalse() {
        byte[] bytes = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(Crc16.update(Crc16.START, bytes, 0, bytes.length)).isEqualTo(0x29B1);
    }

    @Test
    void everyFlippedBitShowsInAFrameWithChecksum() {
        Vector vector =
                Vector.flat().stream()
                        .filter(v -> (v.flags() & FrameFlags.CRC) != 0)
                        .findFirst()
                        .orElseThrow();
        Schema schema = vector.schema();
        Reading into = new Reading(schema.channels().size());
        for (int bit = 0; bit < vector.frame().length * 8; bit++) {
            byte[] damaged = vector.frame().clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> FlatFrame.decode(schema, damaged, 0, damaged.length, into))
                    .as("bit %d", bit)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void anotherSchemaWithTheSameIdShowsInAFrameWithChecksum() {
        Reading reading = new Reading(2);
        byte[] out = new byte[32];
        int length = FlatFrame.encode(SCHEMA, FrameFlags.CRC, reading, out, 0);
        Schema other =
                new Schema(
                        7,
                        1000,
                        1000,
                        60,
                        List.of(
                                Channel.of("temperature", "K", "0.01", 2, 2000),
                                Channel.of("pressure", "Pa", "1", 4, 101325)));
        assertThatThrownBy(() -> FlatFrame.decode(other, out, 0, length, reading))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("damaged bytes, or another schema");
    }

    @Test
    void valueThatDoesNotFitOrWouldReadAsAReasonIsUnderOrOverRange() throws FormatException {
        assertThat(sent(Short.MIN_VALUE + 8)).isEqualTo("-32760");
        assertThat(sent(Short.MIN_VALUE + 7)).isEqualTo("missing 3");
        assertThat(sent(Short.MIN_VALUE)).isEqualTo("missing 3");
        assertThat(sent(Long.MIN_VALUE)).isEqualTo("missing 3");
        assertThat(sent(Short.MAX_VALUE)).isEqualTo("32767");
        assertThat(sent(Short.MAX_VALUE + 1)).isEqualTo("missing 4");
        assertThat(sent(Long.MAX_VALUE)).isEqualTo("missing 4");
    }

    private static String sent(long value) throws FormatException {
        Reading reading = new Reading(2);
        reading.value(0, value);
        byte[] out = new byte[32];
        int length = FlatFrame.encode(SCHEMA, 0, reading, out, 0);
        Reading back = new Reading(2);
        FlatFrame.decode(SCHEMA, out, 0, length, back);
        return back.present(0) ? Long.toString(back.value(0)) : "missing " + back.reason(0);
    }

    @Test
    void everyWidthHoldsItsExtremesAndItsReasons() throws FormatException {
        for (int width : new int[] {1, 2, 4, 8}) {
            Schema schema = new Schema(0, 0, 1, 1, List.of(Channel.of("v", "", "1", width, 0)));
            long least = Long.MIN_VALUE >> (64 - 8 * width);
            Reading reading = new Reading(1);
            Reading back = new Reading(1);
            byte[] out = new byte[32];
            for (long value : new long[] {least + 8, -1, 0, 1, ~least}) {
                reading.value(0, value);
                FlatFrame.decode(
                        schema, out, 0, FlatFrame.encode(schema, 0, reading, out, 0), back);
                assertThat(back.present(0)).isTrue();
                assertThat(back.value(0)).isEqualTo(value);
            }
            for (int reason = 0; reason < 8; reason++) {
                reading.missing(0, reason);
                FlatFrame.decode(
                        schema, out, 0, FlatFrame.encode(schema, 0, reading, out, 0), back);
                assertThat(back.reason(0)).isEqualTo(reason);
            }
        }
    }

    @Test
    void anotherVersionAnotherKindAndAnotherSchemaAreRefusedByName() {
        refused("c007019b76daa80008660001 89cb", "first byte 0xc0: expected 0xd0 to 0xdf");
        refused("d107", "a dense frame: expected a flat one");
        refused("d008019b76daa80008660001 89cb", "frame of schema 8: the schema given has id 7");
        refused("d4 07 01", "frame of 3 bytes: expected at least 4");
        refused("d0", "frame of 1 bytes: expected at least 2");
        refused("", "frame of 0 bytes: expected at least 2");
    }

    private static void refused(String hex, String words) {
        byte[] frame = HexFormat.of().parseHex(hex.replace(" ", ""));
        Reading into = new Reading(2);
        assertThatThrownBy(() -> FlatFrame.decode(SCHEMA, frame, 0, frame.length, into))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(words);
    }

    @Test
    void timeIsRoundedDownToTheQuantumAndMustFit48Bits() throws FormatException {
        Reading reading = new Reading(2);
        byte[] out = new byte[32];
        reading.timeMs(1999);
        FlatFrame.encode(SCHEMA, 0, reading, out, 0);
        Reading back = new Reading(2);
        FlatFrame.decode(SCHEMA, out, 0, SCHEMA.flatLength(), back);
        assertThat(back.timeMs()).isEqualTo(1000);

        for (long bad : new long[] {-1, Long.MIN_VALUE, 1L << 49, Long.MAX_VALUE}) {
            reading.timeMs(bad);
            assertThatThrownBy(() -> FlatFrame.encode(SCHEMA, 0, reading, out, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("time ");
        }
    }

    @Test
    void encodingAndDecodingAllocateNothing() throws FormatException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Reading reading = new Reading(2);
        byte[] out = new byte[32];
        for (int i = 0; i < 20_000; i++) {
            once(reading, out, i);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        long unit = threads.getCurrentThreadAllocatedBytes() - before;
        before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            once(reading, out, i);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before - unit).isZero();
    }

    private static void once(Reading reading, byte[] out, int i) throws FormatException {
        reading.timeMs(1_767_225_600_000L + i * 1000L);
        reading.value(0, i);
        reading.missing(1, i & 7);
        int length = FlatFrame.encode(SCHEMA, FrameFlags.CRC, reading, out, 0);
        FlatFrame.decode(SCHEMA, out, 0, length, reading);
    }
}
