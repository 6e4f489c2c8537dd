package dev.pipit.mqtt.packet;

import java.util.Arrays;
import java.util.List;

/**
 * What Jazzer calls with bytes that a server might send ({@code deploy/fuzz}): whatever they are,
 * the decoder says the same whether they come at once or in pieces, says why where it refuses, and
 * never throws. The first byte chooses the version and how the rest is cut.
 */
public final class DecoderFuzzer {
    private static final int MAXIMUM_PACKET_SIZE = 4_096;

    private DecoderFuzzer() {}

    /** Jazzer's entry. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int level = 3 + (data[0] & 0xFF) % 3;
        int step = 1 + (data[0] & 0xFF) / 3 % 7;
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        Heard whole = new Heard();
        int end = decode(level, bytes, bytes.length, whole);
        Heard pieces = new Heard();
        int endOfPieces = decode(level, bytes, step, pieces);
        if (end != endOfPieces || !whole.calls.equals(pieces.calls)) {
            throw new AssertionError(
                    "at once "
                            + end
                            + whole.calls
                            + ", by "
                            + step
                            + " bytes "
                            + endOfPieces
                            + pieces.calls);
        }
    }

    /** How far it came; negative: the Reason Code of the refusal. */
    private static int decode(int level, byte[] bytes, int step, Heard heard) {
        PacketDecoder decoder = new PacketDecoder(level, MAXIMUM_PACKET_SIZE);
        int from = 0;
        for (int to = Math.min(step, bytes.length);
                to <= bytes.length && step > 0;
                to = to == bytes.length ? to + 1 : Math.min(to + step, bytes.length)) {
            // Nothing behind what arrived may be read.
            byte[] arrived = Arrays.copyOf(bytes, to);
            int result;
            while ((result = decoder.decode(arrived, from, to, heard)) > 0) {
                from += result;
                if (from > to) {
                    throw new AssertionError("read beyond what arrived: " + from + " of " + to);
                }
            }
            if (result < 0) {
                Rejection rejection = decoder.rejection();
                if (rejection.reasonCode() != -result
                        || rejection.offset() < 0
                        || !List.of(0x81, 0x82, 0x90, 0x94, 0x95).contains(-result)) {
                    throw new AssertionError("refused with " + result + " because " + rejection);
                }
                return result;
            }
        }
        return from;
    }
}
