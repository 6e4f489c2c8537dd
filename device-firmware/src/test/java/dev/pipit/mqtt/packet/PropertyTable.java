package dev.pipit.mqtt.packet;

import java.util.List;
import java.util.Map;

/** Table 2-4 of the specification, written down again by hand: what the decoder is held against. */
final class PropertyTable {
    /** Identifier to a legal value and the packets (numbers of their types) it may stand in. */
    private static final Map<Integer, String[]> ROWS =
            Map.ofEntries(
                    row(0x01, "01", "3"),
                    row(0x02, "00 00 00 01", "3"),
                    row(0x03, "00 01 'a'", "3"),
                    row(0x08, "00 01 'a'", "3"),
                    row(0x09, "00 01 FF", "3"),
                    row(0x0B, "01", "3"),
                    row(0x11, "00 00 00 01", "2"),
                    row(0x12, "00 01 'a'", "2"),
                    row(0x13, "00 01", "2"),
                    row(0x15, "00 01 'a'", "2 15"),
                    row(0x16, "00 01 FF", "2 15"),
                    row(0x17, "01", ""),
                    row(0x18, "00 00 00 01", ""),
                    row(0x19, "01", ""),
                    row(0x1A, "00 01 'a'", "2"),
                    row(0x1C, "00 01 'a'", "2 14"),
                    row(0x1F, "00 01 'a'", "2 4 5 6 7 9 11 14 15"),
                    row(0x21, "00 01", "2"),
                    row(0x22, "00 01", "2"),
                    row(0x23, "00 01", "3"),
                    row(0x24, "01", "2"),
                    row(0x25, "01", "2"),
                    row(0x26, "00 01 'a' 00 01 'b'", "2 3 4 5 6 7 9 11 14 15"),
                    row(0x27, "00 00 00 01", "2"),
                    row(0x28, "01", "2"),
                    row(0x29, "01", "2"),
                    row(0x2A, "01", "2"));

    private PropertyTable() {}

    private static Map.Entry<Integer, String[]> row(int identifier, String value, String packets) {
        return Map.entry(identifier, new String[] {value, packets});
    }

    /** A legal value, or nothing for an identifier that does not exist. */
    static String value(int identifier) {
        String[] row = ROWS.get(identifier);
        return row == null ? "" : row[0];
    }

    static boolean legal(int type, int identifier) {
        String[] row = ROWS.get(identifier);
        return row != null && List.of(row[1].split(" ")).contains(String.valueOf(type));
    }

    /** Values of the right size that are forbidden. */
    static List<String> badValues(int identifier) {
        return switch (identifier) {
            case 0x01, 0x24, 0x25, 0x28, 0x29, 0x2A -> List.of("02", "FF");
            case 0x21, 0x23 -> List.of("00 00");
            case 0x27 -> List.of("00 00 00 00");
            case 0x0B -> List.of("00", "80 00", "FF FF FF FF 01");
            case 0x03, 0x12, 0x15, 0x1A, 0x1C, 0x1F ->
                    List.of("00 01 00", "00 02 C0 80", "00 03 ED A0 80");
            case 0x08 -> List.of("00 01 00", "00 00", "00 01 '#'", "00 01 FF");
            case 0x26 -> List.of("00 01 00 00 01 'b'", "00 01 'a' 00 01 FF");
            default -> List.of();
        };
    }
}
