package dev.pipit.benchmark.telemetry;

import dev.pipit.driver.Channel;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseEncoder.Effort;
import dev.pipit.telemetry.FrameEncoder;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.format.JsonReadings;
import dev.pipit.telemetry.format.PayloadBuffer;
import dev.pipit.telemetry.format.ReadingsEncoder;
import dev.pipit.telemetry.format.SenmlCbor;
import dev.pipit.telemetry.format.SparkplugNode;
import java.util.List;
import java.util.zip.Deflater;

/** A way to make bytes of a batch that somebody can read without having seen the one before. */
interface Coding {
    /** Bytes of one batch as a payload of its own. */
    long bytes(Batch batch);

    static Coding pipit(Schema schema, Effort effort) {
        FrameEncoder encoder = new FrameEncoder(schema, Schema.MAX_ROWS, effort);
        byte[] out = new byte[FrameEncoder.maxLength(schema, Schema.MAX_ROWS)];
        return batch -> {
            long bytes = 0;
            for (int row = 0; row < batch.size(); row += encoder.rowsTaken()) {
                bytes += encoder.encode(batch, row, 0, out, 0);
            }
            return bytes;
        };
    }

    private static Coding of(ReadingsEncoder encoder) {
        PayloadBuffer out = new PayloadBuffer();
        return batch -> {
            out.clear();
            encoder.encode(batch, 0, batch.size(), 0, 0, out);
            return out.length();
        };
    }

    static Coding json(Schema schema) {
        return of(new JsonReadings("air", schema));
    }

    static Coding senmlCbor(Schema schema) {
        return of(new SenmlCbor("greenhouse", "air", schema));
    }

    static Coding sparkplug(Schema schema) {
        SparkplugNode node = new SparkplugNode(List.of(schema), 0);
        return of((batch, from, to, flags, nowMs, out) ->
                node.deviceData(
                        0, batch, from, to, flags, 0, node.nextSeq(), batch.timeMs(to - 1), out));
    }

    /** The JSON of a batch through zlib at its best. */
    static Coding deflatedJson(Schema schema) {
        JsonReadings encoder = new JsonReadings("air", schema);
        PayloadBuffer out = new PayloadBuffer();
        byte[] packed = new byte[1 << 20];
        return batch -> {
            out.clear();
            encoder.encode(batch, 0, batch.size(), 0, 0, out);
            Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
            deflater.setInput(out.array(), 0, out.length());
            deflater.finish();
            int length = deflater.deflate(packed);
            deflater.end();
            return length;
        };
    }

    /** Bits of a payload, counted as they would be written. */
    final class Bits {
        /** The two bytes that say what it is, as pipit's frames have them. */
        private long count = 16;

        void add(int bits) {
            count += bits;
        }

        long bytes() {
            return (count + 7) / 8;
        }
    }

    /**
     * Gorilla (Pelkonen et al., VLDB 2015, section 4.1): delta of delta of the times, once for all
     * channels, and the XOR of each value, a double, with the one before.
     */
    static Coding gorilla() {
        return batch -> {
            Bits bits = new Bits();
            long quantum = batch.schema().timeQuantumMs();
            bits.add(64);
            long delta = 0;
            for (int row = 1; row < batch.size(); row++) {
                long now = (batch.timeMs(row) - batch.timeMs(row - 1)) / quantum;
                bits.add(row == 1 ? 14 : deltaOfDelta(now - delta));
                delta = now;
            }
            List<Channel> channels = batch.schema().channels();
            for (int c = 0; c < channels.size(); c++) {
                xor(batch, c, channels.get(c).resolution().doubleValue(), bits);
            }
            return bits.bytes();
        };
    }

    private static int deltaOfDelta(long d) {
        if (d == 0) {
            return 1;
        }
        if (d >= -63 && d <= 64) {
            return 2 + 7;
        }
        if (d >= -255 && d <= 256) {
            return 3 + 9;
        }
        return d >= -2047 && d <= 2048 ? 4 + 12 : 4 + 32;
    }

    private static void xor(Batch batch, int channel, double resolution, Bits bits) {
        long before = 0;
        int leading = -1;
        int trailing = 0;
        double perUnit = Math.rint(1 / resolution);
        for (int row = 0; row < batch.size(); row++) {
            long now = Double.doubleToRawLongBits(batch.value(row, channel) / perUnit);
            long xor = now ^ before;
            before = now;
            if (row == 0) {
                bits.add(64);
            } else if (xor == 0) {
                bits.add(1);
            } else {
                int zeros = Math.min(31, Long.numberOfLeadingZeros(xor));
                int tail = Long.numberOfTrailingZeros(xor);
                if (leading >= 0 && zeros >= leading && tail >= trailing) {
                    bits.add(2 + 64 - leading - trailing);
                } else {
                    leading = zeros;
                    trailing = tail;
                    bits.add(2 + 5 + 6 + 64 - leading - trailing);
                }
            }
        }
    }

    /**
     * LEC (Marcelloni and Vecchio, The Computer Journal 2009): the difference to the value before,
     * its length in a fixed Huffman code and then its bits. The times are coded alike.
     */
    static Coding lec() {
        return batch -> {
            Bits bits = new Bits();
            long quantum = batch.schema().timeQuantumMs();
            long step = batch.schema().intervalMs() / quantum;
            bits.add(42);
            for (int row = 1; row < batch.size(); row++) {
                long delta = (batch.timeMs(row) - batch.timeMs(row - 1)) / quantum;
                bits.add(lec(delta - step));
            }
            for (int c = 0; c < batch.schema().channels().size(); c++) {
                bits.add(32);
                for (int row = 1; row < batch.size(); row++) {
                    bits.add(lec(batch.value(row, c) - batch.value(row - 1, c)));
                }
            }
            return bits.bytes();
        };
    }

    private static int lec(long difference) {
        int length = 64 - Long.numberOfLeadingZeros(Math.abs(difference));
        // Table 1: 00, 010, 011, 100, 101, 110, 1110, 11110, ...
        int code = length == 0 ? 2 : length <= 5 ? 3 : length - 2;
        return code + length;
    }
}
