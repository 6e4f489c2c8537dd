package dev.pipit.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.FutureTask;

/** The least there can be: prepared bytes over a socket, one thread. */
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
    public Run publish(int port, int qos, int count) throws Exception {
        try (Socket socket = connect(port)) {
            Run began = Run.now();
            if (qos == 0) {
                OutputStream out = socket.getOutputStream();
                byte[] message = message(0);
                byte[] batch = new byte[WINDOW * message.length];
                for (int i = 0; i < WINDOW; i++) {
                    System.arraycopy(message, 0, batch, i * message.length, message.length);
                }
                for (int sent = 0; sent < count; sent += WINDOW) {
                    out.write(batch);
                }
                windowed(socket, 1, 1);
            } else {
                windowed(socket, qos, count);
            }
            return began.until(Run.now());
        }
    }

    /** Sends what the window allows in one write, reads acknowledgements, and so on. */
    private static void windowed(Socket socket, int qos, int count) throws IOException {
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        byte[] message = message(qos);
        byte[] batch = new byte[WINDOW * (message.length + 4)];
        byte[] acknowledgements = new byte[4_096];
        int sent = 0;
        int settled = 0;
        int have = 0;
        int end = 0;
        while (settled < count) {
            while (sent < count && sent - settled < WINDOW) {
                int identifier = 1 + sent++ % 60_000;
                message[IDENTIFIER_AT] = (byte) (identifier >>> 8);
                message[IDENTIFIER_AT + 1] = (byte) identifier;
                System.arraycopy(message, 0, batch, end, message.length);
                end += message.length;
            }
            out.write(batch, 0, end);
            end = 0;
            have += in.read(acknowledgements, have, acknowledgements.length - have);
            int at = 0;
            for (; at + 4 <= have; at += 4) {
                if (acknowledgements[at] == 0x50) {
                    batch[end] = 0x62;
                    batch[end + 1] = 2;
                    batch[end + 2] = acknowledgements[at + 2];
                    batch[end + 3] = acknowledgements[at + 3];
                    end += 4;
                } else {
                    settled++;
                }
            }
            System.arraycopy(acknowledgements, at, acknowledgements, 0, have - at);
            have -= at;
        }
    }

    /**
     * On a thread as new as its connection, as the clients' are: the scheduler wakes the broker on
     * the processor of a thread that it has known for long in a quarter of the round trips, and on
     * that of a new one never.
     */
    @Override
    public void roundTrips(int port, int qos, long[] times) throws Exception {
        FutureTask<Void> exchange =
                new FutureTask<>(() -> {
                    exchange(port, qos, times);
                    return null;
                });
        new Thread(exchange, "raw").start();
        exchange.get();
    }

    private static void exchange(int port, int qos, long[] times) throws IOException {
        byte[] message = message(qos);
        // The answer first: mosquitto takes one packet at a time.
        byte[] both = new byte[message.length + 4];
        both[message.length] = 0x40;
        both[message.length + 1] = 2;
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
                    both[message.length + 2] = buffer[from + IDENTIFIER_AT];
                    both[message.length + 3] = buffer[from + IDENTIFIER_AT + 1];
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
                    System.arraycopy(message, 0, both, 0, message.length);
                    out.write(both);
                }
            }
        }
    }

    @Override
    public Connection open(int port) throws IOException {
        Socket socket = connect(port);
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        byte[] message = message(1);
        message[IDENTIFIER_AT + 1] = 1;
        return () -> {
            out.write(message);
            in.skipNBytes(4);
        };
    }
}
