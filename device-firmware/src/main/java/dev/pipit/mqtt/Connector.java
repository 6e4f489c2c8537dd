package dev.pipit.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;

/** Opens transports: the configured URLs in turn, the name looked up each time, every address. */
final class Connector {
    private final List<URI> urls;
    private final int timeoutMs;
    private final TlsOptions tls;
    private int turn;

    /** The socket being opened, so that another thread can end it. */
    private volatile @org.jspecify.annotations.Nullable Socket opening;

    Connector(List<URI> urls, long timeoutMs, TlsOptions tls) {
        this.urls = urls;
        this.timeoutMs = (int) timeoutMs;
        this.tls = tls;
    }

    /** The URL for the next attempt. */
    URI next() {
        return urls.get(turn++ % urls.size());
    }

    /** The next attempt is to go to the same URL as the last. */
    void stay() {
        turn = Math.max(0, turn - 1);
    }

    /** Ends an attempt that is under way, from any thread. */
    void cancel() {
        Socket socket = opening;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It was being given up anyway.
            }
        }
    }

    /**
     * @throws IOException whose message says in plain words what failed
     */
    Transport open(URI url) throws IOException {
        boolean secure =
                switch (url.getScheme()) {
                    case "mqtts", "ssl", "wss" -> true;
                    default -> false;
                };
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 8883 : 1883;
        String host = url.getHost();
        if (secure) {
            throw new IOException("TLS is not there yet: " + tls);
        }
        IOException last = new IOException("the name " + host + " has no address");
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (java.net.UnknownHostException e) {
            throw new IOException("the name " + host + " cannot be resolved", e);
        }
        for (InetAddress address : addresses) {
            Socket socket = new Socket();
            opening = socket;
            try {
                // Acknowledgement and answer leave in one write: waiting to fill a segment only
                // costs 40 ms (Nagle against delayed acknowledgement).
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                socket.connect(new InetSocketAddress(address, port), timeoutMs);
                return new Transport(socket, socket.getInputStream(), socket.getOutputStream());
            } catch (IOException e) {
                socket.close();
                last =
                        new IOException(
                                "cannot connect to " + host + ":" + port + ": " + e.getMessage(),
                                e);
            } finally {
                opening = null;
            }
        }
        throw last;
    }
}
