package dev.pipit.telemetry.format;

import java.nio.charset.StandardCharsets;

/**
 * What of an NCMD payload concerns this device: whether a host asks for all births anew. Reads
 * hostile bytes: whatever is malformed asks for nothing.
 */
public final class SparkplugCommand {
    private static final int METRICS = 2;
    private static final int NAME = 1;
    private static final int BOOLEAN_VALUE = 14;

    private final byte[] bytes;
    private int at;
    private final int end;

    private SparkplugCommand(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    /** Whether the payload holds the metric {@code Node Control/Rebirth} with the value true. */
    public static boolean asksForRebirth(byte[] payload, int offset, int length) {
        SparkplugCommand message = new SparkplugCommand(payload, offset, offset + length);
        boolean asked = false;
        while (message.at < message.end) {
            long tag = message.varint();
            if (tag == (METRICS << 3 | Protobuf.BYTES)) {
                int size = message.size();
                if (size < 0) {
                    return false;
                }
                asked |= new SparkplugCommand(payload, message.at, message.at + size).rebirth();
                message.at += size;
            } else if (!message.skip(tag)) {
                return false;
            }
        }
        return asked;
    }

    private boolean rebirth() {
        boolean named = false;
        boolean value = false;
        while (at < end) {
            long tag = varint();
            if (tag == (NAME << 3 | Protobuf.BYTES)) {
                int size = size();
                if (size < 0) {
                    return false;
                }
                String name = new String(bytes, at, size, StandardCharsets.UTF_8);
                named = name.equals(SparkplugNode.REBIRTH);
                at += size;
            } else if (tag == (BOOLEAN_VALUE << 3 | Protobuf.VARINT)) {
                value = varint() == 1;
            } else if (!skip(tag)) {
                return false;
            }
        }
        return named && value;
    }

    /** Passes over a field; false if it is malformed. */
    private boolean skip(long tag) {
        int size =
                switch ((int) (tag & 7)) {
                    case Protobuf.VARINT -> skipVarint();
                    case Protobuf.EIGHT_BYTES -> 8;
                    case Protobuf.FOUR_BYTES -> 4;
                    case Protobuf.BYTES -> size();
                    default -> -1;
                };
        if (tag < 0 || size < 0 || size > end - at) {
            return false;
        }
        at += size;
        return true;
    }

    /** Any varint, a negative number's ten bytes too: 0, or -1 if it is cut off or longer. */
    private int skipVarint() {
        for (int i = 0; i < 10 && at < end; i++) {
            if (bytes[at++] >= 0) {
                return 0;
            }
        }
        return -1;
    }

    /** A length that fits the message, or -1. */
    private int size() {
        long size = varint();
        return size < 0 || size > end - at ? -1 : (int) size;
    }

    /** The next varint, or -1 where it is cut off, too long or negative. */
    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 63 && at < end; shift += 7) {
            byte next = bytes[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }
}
