package dev.pipit.mqtt;

import dev.pipit.testkit.Bytes;
import dev.pipit.testkit.SessionModel;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A correct server ({@link SessionModel}) behind a network that is not: {@link #strike} begins a
 * {@link Fault}, {@link #heal} ends it. A connection that a fault has swallowed stays swallowed
 * after healing, as behind a router that forgot it.
 */
final class FaultyServer implements AutoCloseable {
    private static final int LATE_MS = 120;

    private static final Set<Fault> AT_CONNECT =
            Set.of(
                    Fault.ACCEPTED_AND_CLOSED,
                    Fault.ACCEPTED_AND_SILENT,
                    Fault.NOT_MQTT,
                    Fault.CONNACK_LATE,
                    Fault.CONNACK_UNAVAILABLE,
                    Fault.CONNACK_NOT_AUTHORIZED);

    private final int level;
    private final int port;
    private final SessionModel model;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    // Guarded by the model.
    private ServerSocket server;
    private @Nullable Connection current;
    private byte[] heldBack = {};

    private volatile @Nullable Fault fault;
    private volatile boolean closed;

    FaultyServer(int level) throws IOException {
        this.level = level;
        model = new SessionModel(level, Packets.connack(level, false));
        server = listen(0);
        port = server.getLocalPort();
    }

    URI url() {
        return URI.create("mqtt://127.0.0.1:" + port);
    }

    private ServerSocket listen(int at) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
        Thread thread = new Thread(() -> accept(socket), "faulty-server");
        thread.setDaemon(true);
        thread.start();
        return socket;
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Connection connection = new Connection(socket.accept());
                connections.add(connection);
                Thread thread = new Thread(connection::serve, "faulty-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // Closed, or reset before it was accepted: the loop's condition tells.
                Thread.onSpinWait();
            }
        }
    }

    // ---- what the test asks ----

    List<String> accepted() {
        synchronized (model) {
            return model.accepted();
        }
    }

    boolean isSettled() {
        synchronized (model) {
            return model.isSettled();
        }
    }

    boolean lostASession() {
        synchronized (model) {
            return model.lost() > 0;
        }
    }

    /** A message for the client: sent if there is a connection, kept if its QoS says so. */
    void publish(String topic, String payload, int qos) throws IOException {
        synchronized (model) {
            byte[] packet = model.publish(topic, payload, qos);
            Connection to = current;
            if (to != null) {
                to.write(packet);
                if (fault == Fault.DUPLICATED && qos > 0) {
                    packet[0] |= 0x08;
                    to.write(packet);
                }
            }
        }
    }

    void strike(Fault value) throws IOException {
        synchronized (model) {
            fault = value;
            Connection at = current;
            if (at == null) {
                throw new IllegalStateException("no connection to strike");
            }
            if (AT_CONNECT.contains(value)) {
                at.reset();
                return;
            }
            switch (value) {
                case RESET -> at.reset();
                case END_OF_STREAM -> at.end();
                case HALF_CLOSED -> at.socket.shutdownOutput();
                case GARBAGE -> at.write(Bytes.of("36 03 00 01 'x'"));
                case SHUTTING_DOWN -> {
                    if (level == 5) {
                        at.write(Bytes.of("E0 01 8B"));
                    }
                    at.end();
                }
                case SESSION_LOST -> {
                    at.reset();
                    model.lose();
                }
                case REFUSED -> {
                    server.close();
                    at.reset();
                }
                default -> {}
            }
        }
    }

    void heal() throws IOException {
        synchronized (model) {
            Fault was = fault;
            fault = null;
            if (was == Fault.REFUSED) {
                server = listen(port);
            }
            Connection to = current;
            if (heldBack.length > 0 && to != null) {
                to.write(heldBack);
                heldBack = new byte[0];
            }
            model.notifyAll();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        for (Connection connection : connections) {
            connection.end();
        }
    }

    // ---- one connection ----

    private final class Connection {
        final Socket socket;
        private volatile boolean dead;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
        }

        void serve() {
            try {
                InputStream in = new BufferedInputStream(socket.getInputStream());
                while (true) {
                    int first = in.read();
                    if (first < 0) {
                        break;
                    }
                    if (fault == Fault.CUT_INSIDE_OUR_PACKET && first >>> 4 == 3) {
                        fault = null;
                        reset();
                        return;
                    }
                    byte[] packet = rest(in, first);
                    pause();
                    if (!answer(packet)) {
                        return;
                    }
                }
            } catch (IOException e) {
                dead = true;
            }
            synchronized (model) {
                if (current == this) {
                    current = null;
                }
            }
            end();
        }

        private byte[] rest(InputStream in, int first) throws IOException {
            int length = in.read();
            if (length > 127) {
                length = (length & 0x7F) | (in.read() << 7);
            }
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException();
            }
            return length > 127
                    ? Bytes.join(
                            new byte[] {
                                (byte) first, (byte) (length | 0x80), (byte) (length >>> 7)
                            },
                            body)
                    : Bytes.join(new byte[] {(byte) first, (byte) length}, body);
        }

        private void pause() {
            try {
                synchronized (model) {
                    while (fault == Fault.PAUSED && !closed) {
                        model.wait(100);
                    }
                }
                if (fault == Fault.DELAYED || fault == Fault.CONNACK_LATE) {
                    Thread.sleep(LATE_MS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Whether the connection goes on. */
        private boolean answer(byte[] packet) throws IOException {
            int type = (packet[0] & 0xFF) >>> 4;
            synchronized (model) {
                Fault now = fault;
                if (now == Fault.BLACK_HOLE || now == Fault.BLACK_HOLE_UPWARDS) {
                    dead = true;
                }
                if (dead) {
                    return true;
                }
                if (type == 1 && now != null && !connects(now)) {
                    return now == Fault.ACCEPTED_AND_SILENT;
                }
                if (now == Fault.OUR_ANSWER_LOST && (type == 4 || type == 5)) {
                    fault = null;
                    reset();
                    return false;
                }
                byte[] answers = Bytes.join(model.received(packet).toArray(byte[][]::new));
                if (type == 1) {
                    Connection before = current;
                    if (before != null) {
                        before.dead = true;
                    }
                    current = this;
                }
                boolean lost =
                        (now == Fault.FIRST_ANSWER_LOST && type == 3)
                                || (now == Fault.LAST_ANSWER_LOST
                                        && (type == 6 || (type == 3 && (packet[0] & 0x04) == 0)));
                if (lost) {
                    fault = null;
                    reset();
                    return false;
                }
                if (answers.length > 0) {
                    write(answers);
                }
                return true;
            }
        }

        /** What a fault makes of a CONNECT; whether it is answered as usual. */
        private boolean connects(Fault now) throws IOException {
            switch (now) {
                case ACCEPTED_AND_CLOSED -> end();
                case NOT_MQTT -> {
                    write(
                            "HTTP/1.1 400 Bad Request\r\n\r\n"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    end();
                }
                case CONNACK_UNAVAILABLE -> {
                    write(Bytes.of(level == 5 ? "20 03 00 88 00" : "20 02 00 03"));
                    end();
                }
                case CONNACK_NOT_AUTHORIZED -> {
                    write(Bytes.of(level == 5 ? "20 03 00 87 00" : "20 02 00 05"));
                    end();
                }
                case ACCEPTED_AND_SILENT -> dead = true;
                default -> {
                    return true;
                }
            }
            return false;
        }

        /** With the model's lock held. */
        void write(byte[] bytes) throws IOException {
            Fault now = fault;
            if (now == Fault.BLACK_HOLE || now == Fault.BLACK_HOLE_DOWNWARDS) {
                dead = true;
            }
            if (dead) {
                return;
            }
            try {
                if (now == Fault.CUT_INSIDE_THEIR_PACKET) {
                    fault = null;
                    socket.getOutputStream().write(bytes, 0, bytes.length / 2);
                    end();
                } else if (now == Fault.BURST) {
                    heldBack = Bytes.join(heldBack, bytes);
                } else if (now == Fault.TRICKLING) {
                    for (byte b : bytes) {
                        socket.getOutputStream().write(b);
                    }
                } else {
                    socket.getOutputStream().write(bytes);
                }
            } catch (IOException e) {
                // The reading side sees the end, too.
                dead = true;
            }
        }

        void reset() throws IOException {
            dead = true;
            if (current == this) {
                current = null;
            }
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        }

        void end() {
            dead = true;
            try {
                socket.close();
            } catch (IOException e) {
                // Gone, which is what was wanted.
                Thread.onSpinWait();
            }
        }
    }
}
