package dev.pipit.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Byte literals that can be read: {@code "32 0A | 00 03 'a/b' | 00 01 | 'xyz'"}. */
public final class Bytes {
    private Bytes() {}

    /**
     * Hexadecimal bytes and quoted text; spaces and bars only part them.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static byte[] of(String literal) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int i = 0;
        while (i < literal.length()) {
            char c = literal.charAt(i);
            if (c == ' ' || c == '|' || c == '\n') {
                i++;
            } else if (c == '\'') {
                int end = literal.indexOf('\'', i + 1);
                out.writeBytes(literal.substring(i + 1, end).getBytes(StandardCharsets.UTF_8));
                i = end + 1;
            } else {
                out.write(HexFormat.fromHexDigits(literal, i, i + 2));
                i += 2;
            }
        }
        return out.toByteArray();
    }

    /** {@code 32 0a 00 03}. */
    public static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    /** One after the other. */
    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
