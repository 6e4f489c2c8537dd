package dev.pipit.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Arrays;

/**
 * A broker that does what a test says: expects exact bytes, sends exact bytes, cuts TCP anywhere.
 * On a free loopback port; every wait ends after five seconds.
 *
 * <pre>{@code
 * try (var broker = new ScriptedBroker(); var client = ...) {
 *     client.start();
 *     var peer = broker.accept();
 *     peer.expect("10 0D | 00 04 'MQTT' 04 02 | 00 1E | 00 01 'c'");
 *     peer.send("20 02 00 00");
 * }
 * }</pre>
 */
public final class ScriptedBroker implements AutoCloseable {
    private static final int PATIENCE_MS = 5_000;

    private final ServerSocket server;

    public ScriptedBroker() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MS);
    }

    public int port() {
        return server.getLocalPort();
    }

    public URI url() {
        return URI.create("mqtt://127.0.0.1:" + port());
    }

    /** The next connection. */
    public Peer accept() throws IOException {
        return new Peer(server.accept());
    }

    /** Nobody may connect for so long. */
    public void expectNoConnection(int ms) throws IOException {
        server.setSoTimeout(ms);
        try (Socket unexpected = server.accept()) {
            throw new AssertionError("a connection from " + unexpected.getRemoteSocketAddress());
        } catch (SocketTimeoutException e) {
            server.setSoTimeout(PATIENCE_MS);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** One connection of a client. */
    public static final class Peer implements AutoCloseable {
        private final Socket socket;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MS);
        }

        public Socket socket() {
            return socket;
        }

        /** The next bytes have to be these ({@link Bytes#of}). */
        public Peer expect(String literal) throws IOException {
            return expect(Bytes.of(literal));
        }

        /** The next bytes have to be these. */
        public Peer expect(byte[] expected) throws IOException {
            byte[] actual = new byte[expected.length];
            int count = 0;
            try {
                while (count < actual.length) {
                    int more = socket.getInputStream().read(actual, count, actual.length - count);
                    if (more < 0) {
                        throw new EOFException();
                    }
                    count += more;
                    // A difference shows at once, not after the patience is over.
                    if (!Arrays.equals(expected, 0, count, actual, 0, count)) {
                        break;
                    }
                }
            } catch (EOFException | SocketTimeoutException | SocketException e) {
                throw new AssertionError(
                        "expected\n  "
                                + Bytes.hex(expected)
                                + "\ngot, then "
                                + e
                                + "\n  "
                                + Bytes.hex(Arrays.copyOf(actual, count)),
                        e);
            }
            if (!Arrays.equals(expected, actual)) {
                throw new AssertionError(
                        "expected\n  "
                                + Bytes.hex(expected)
                                + "\ngot\n  "
                                + Bytes.hex(Arrays.copyOf(actual, count)));
            }
            return this;
        }

        /** Reads one packet, whatever it is. */
        public byte[] readPacket() throws IOException {
            int first = readByte();
            int length = 0;
            byte[] header = new byte[5];
            header[0] = (byte) first;
            int size = 1;
            int shift = 0;
            int b;
            do {
                b = readByte();
                header[size++] = (byte) b;
                length |= (b & 0x7F) << shift;
                shift += 7;
            } while (b > 0x7F);
            byte[] body = socket.getInputStream().readNBytes(length);
            return Bytes.join(Arrays.copyOf(header, size), body);
        }

        private int readByte() throws IOException {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new EOFException("the client closed the connection");
            }
            return b;
        }

        /** Sends these bytes ({@link Bytes#of}). */
        public Peer send(String literal) throws IOException {
            return send(Bytes.of(literal));
        }

        /** Sends these bytes, in one segment. */
        public Peer send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            return this;
        }

        /** Nothing may come for so long. */
        public Peer expectNothing(int ms) throws IOException {
            socket.setSoTimeout(ms);
            try {
                int b = socket.getInputStream().read();
                throw new AssertionError(
                        b < 0 ? "the client closed the connection" : "unexpected byte " + b);
            } catch (SocketTimeoutException e) {
                socket.setSoTimeout(PATIENCE_MS);
                return this;
            }
        }

        /** The client has to close now, without another byte. */
        public void expectEnd() throws IOException {
            try {
                int b = socket.getInputStream().read();
                if (b >= 0) {
                    throw new AssertionError("expected the end, got " + Integer.toHexString(b));
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError("the client did not close the connection", e);
            } catch (SocketException e) {
                // A reset is an end, too.
            }
            close();
        }

        /** Cuts the connection with a reset, as a dying network or broker does. */
        public void cut() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Ends the connection in order. */
        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
