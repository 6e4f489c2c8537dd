package dev.pipit.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;

/**
 * MQTT in WebSocket frames (RFC 6455; MQTT section 6): binary frames only, packets and frames need
 * not align, sub-protocol {@code mqtt}.
 *
 * <pre>
 *  FIN rsv(3) opcode(4) | MASK length(7) | [length 16 or 64] | [mask 32] | payload
 * </pre>
 */
final class WebSocket {
    private static final int CONTINUATION = 0x0;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;

    /** Of a control frame (RFC 6455, 5.5). */
    private static final int LONGEST_CONTROL = 125;

    private static final int LONGEST_HEAD = 8_192;
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final InputStream from;
    private final OutputStream to;
    private final SecureRandom random = new SecureRandom();
    private byte[] frame = new byte[1_024];

    /**
     * Asks the server to switch to WebSocket and checks its answer.
     *
     * @param path with the query, at least {@code /}
     */
    WebSocket(InputStream from, OutputStream to, String hostAndPort, String path)
            throws IOException {
        this.from = from;
        this.to = to;
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        String request =
                "GET "
                        + path
                        + " HTTP/1.1\r\nHost: "
                        + hostAndPort
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                        + key
                        + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
        to.write(request.getBytes(StandardCharsets.US_ASCII));
        checkAnswer(readHead(), key);
    }

    InputStream in() {
        return new In();
    }

    OutputStream out() {
        return new Out();
    }

    private String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = from.read();
            if (b < 0 || head.size() == LONGEST_HEAD) {
                throw new IOException("the server did not answer as an HTTP server: " + head);
            }
            head.write(b);
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static void checkAnswer(String head, String key) throws IOException {
        String[] lines = head.split("\r\n");
        if (!lines[0].matches("HTTP/1\\.1 101( .*)?")) {
            throw new IOException("the server did not switch to WebSocket: " + lines[0]);
        }
        String accept = "";
        String protocol = "";
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String value = line.substring(colon + 1).strip();
                switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                    case "sec-websocket-accept" -> accept = value;
                    case "sec-websocket-protocol" -> protocol = value;
                    default -> {}
                }
            }
        }
        if (!accept.equals(acceptFor(key)) || !protocol.equals("mqtt")) {
            throw new IOException(
                    "the server does not speak MQTT in WebSocket: sub-protocol '" + protocol + "'");
        }
    }

    /** What proves that the server read the key (RFC 6455, 4.2.2). */
    static String acceptFor(String key) throws IOException {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java runtime knows no SHA-1", e);
        }
    }

    /** Writes one masked frame; the reader's PONG must not fall into the writer's frame. */
    private synchronized void write(int opcode, byte[] bytes, int offset, int length)
            throws IOException {
        int needed = length + 14;
        if (frame.length < needed) {
            frame = new byte[Math.max(needed, 2 * frame.length)];
        }
        byte[] to = frame;
        to[0] = (byte) (FIN | opcode);
        int at = 2;
        if (length < 126) {
            to[1] = (byte) (MASKED | length);
        } else {
            int width = length < 65_536 ? 2 : 8;
            to[1] = (byte) (MASKED | (width == 2 ? 126 : 127));
            at = bigEndian(to, at, length, width);
        }
        int mask = random.nextInt();
        at = bigEndian(to, at, mask, 4);
        for (int i = 0; i < length; i++) {
            to[at++] = (byte) (bytes[offset + i] ^ (mask >>> (24 - 8 * (i & 3))));
        }
        this.to.write(to, 0, at);
    }

    private static int bigEndian(byte[] into, int offset, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            into[offset + i] = (byte) (value >>> (8 * (bytes - 1 - i)));
        }
        return offset + bytes;
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            WebSocket.this.write(BINARY, bytes, offset, length);
        }
    }

    private final class In extends InputStream {
        /** Payload bytes of the current frame that were not read yet. */
        private long left;

        private boolean closed;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            while (left == 0 && !closed) {
                nextFrame();
            }
            if (closed) {
                return -1;
            }
            int count = from.read(into, offset, (int) Math.min(length, left));
            if (count > 0) {
                left -= count;
            }
            return count;
        }

        private void nextFrame() throws IOException {
            int first = from.read();
            if (first < 0) {
                closed = true;
                return;
            }
            int second = oneByte();
            long length = second & 0x7F;
            if (length >= 126) {
                int bytes = length == 126 ? 2 : 8;
                length = 0;
                for (int i = 0; i < bytes; i++) {
                    length = (length << 8) | oneByte();
                }
            }
            int opcode = first & 0x0F;
            if ((first & 0x70) != 0 || (second & MASKED) != 0 || length < 0) {
                throw new IOException("a WebSocket frame with reserved bits or a mask");
            }
            switch (opcode) {
                case BINARY, CONTINUATION -> left = length;
                case CLOSE, PING, PONG -> control(opcode, length);
                default ->
                        throw new IOException(
                                "a WebSocket frame of type "
                                        + opcode
                                        + ": MQTT takes binary ones only [MQTT-6.0.0-1]");
            }
        }

        private void control(int opcode, long length) throws IOException {
            if (length > LONGEST_CONTROL) {
                throw new IOException("a WebSocket control frame of " + length + " bytes");
            }
            byte[] payload = from.readNBytes((int) length);
            if (opcode == PING) {
                WebSocket.this.write(PONG, payload, 0, payload.length);
            } else if (opcode == CLOSE) {
                // With the server's own status code (RFC 6455, 5.5.1).
                WebSocket.this.write(CLOSE, payload, 0, Math.min(2, payload.length));
                closed = true;
            }
        }

        private int oneByte() throws IOException {
            int b = from.read();
            if (b < 0) {
                throw new EOFException("the connection ended inside a WebSocket frame");
            }
            return b;
        }
    }
}
