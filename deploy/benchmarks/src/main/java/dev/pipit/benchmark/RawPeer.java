package dev.pipit.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The least there can be: prepared bytes over a socket, one thread, QoS 0 and 1. */
final class RawPeer implements Peer {
    private static final byte[] NAME = TOPIC.getBytes(StandardCharsets.UTF_8);
    private static final int IDENTIFIER_AT = 4 + NAME.length;

    @Override
    public String name() {
        return "raw socket";
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.getOutputStream()
                .write(
                        new byte[] {
                            0x10, 15, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 3, 'r', 'a', 'w'
                        });
        socket.getInputStream().readNBytes(4);
        return socket;
    }

    private static byte[] message(int qos) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x30 | (qos << 1));
        out.write(2 + NAME.length + PAYLOAD_BYTES + (qos > 0 ? 2 : 0));
        out.write(0);
        out.write(NAME.length);
        out.writeBytes(NAME);
        out.writeBytes(new byte[PAYLOAD_BYTES + (qos > 0 ? 2 : 0)]);
        return out.toByteArray();
    }

    @Override
    public void publish(int port, int qos, int count) throws Exception {
        byte[] message = message(qos);
        byte[] batch = new byte[WINDOW * message.length];
        byte[] buffer = new byte[4_096];
        try (Socket socket = connect(port)) {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            int sent = 0;
            int settled = 0;
            int bytes = 0;
            while (settled < count) {
                int end = 0;
                while (sent < count && sent - settled < WINDOW) {
                    int identifier = 1 + sent++ % 60_000;
                    message[IDENTIFIER_AT] = (byte) (identifier >>> 8);
                    message[IDENTIFIER_AT + 1] = (byte) identifier;
                    System.arraycopy(message, 0, batch, end, message.length);
                    end += message.length;
                }
                out.write(batch, 0, end);
                if (qos == 0) {
                    settled = sent;
                } else {
                    bytes += in.read(buffer);
                    settled += bytes / 4;
                    bytes %= 4;
                }
            }
        }
    }

    @Override
    public void roundTrips(int port, int qos, long[] times) throws Exception {
        byte[] message = message(qos);
        byte[] both = new byte[4 + message.length];
        both[0] = 0x40;
        both[1] = 2;
        try (Socket socket = connect(port)) {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream subscribe = new ByteArrayOutputStream();
            subscribe.writeBytes(new byte[] {(byte) 0x82, (byte) (5 + NAME.length), 0, 1, 0});
            subscribe.write(NAME.length);
            subscribe.writeBytes(NAME);
            subscribe.write(qos);
            out.write(subscribe.toByteArray());
            in.readNBytes(5);
            byte[] buffer = new byte[4_096];
            int from = 0;
            int to = 0;
            message[IDENTIFIER_AT + 1] = 1;
            long at = System.nanoTime();
            out.write(message);
            for (int i = 0; i < times.length; i++) {
                int type = 0;
                while (type != 0x30) {
                    while (to - from < 2 || to - from < 2 + buffer[from + 1]) {
                        System.arraycopy(buffer, from, buffer, 0, to - from);
                        to -= from;
                        from = 0;
                        int more = in.read(buffer, to, buffer.length - to);
                        if (more < 0) {
                            throw new EOFException("the broker closed the connection");
                        }
                        to += more;
                    }
                    type = buffer[from] & 0xF0;
                    both[2] = buffer[from + IDENTIFIER_AT];
                    both[3] = buffer[from + IDENTIFIER_AT + 1];
                    from += 2 + buffer[from + 1];
                }
                times[i] = System.nanoTime() - at;
                if (i + 1 == times.length) {
                    return;
                }
                at = System.nanoTime();
                if (qos == 0) {
                    out.write(message);
                } else {
                    int identifier = 1 + i % 60_000;
                    message[IDENTIFIER_AT] = (byte) (identifier >>> 8);
                    message[IDENTIFIER_AT + 1] = (byte) identifier;
                    System.arraycopy(message, 0, both, 4, message.length);
                    out.write(both);
                }
            }
        }
    }
}
