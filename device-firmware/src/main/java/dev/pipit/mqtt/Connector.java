package dev.pipit.mqtt;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens transports: the configured URLs in turn, the name looked up each time, every address. */
final class Connector {
    private final List<URI> configured;
    private final int timeoutMs;
    private final TlsOptions tls;

    // Reader thread only.
    private List<URI> urls;
    private List<URI> detour = List.of();
    private int turn;

    /** The socket being opened, so that another thread can end it. */
    private volatile @Nullable Socket opening;

    private volatile long openingDeadlineMs = Long.MAX_VALUE;

    Connector(List<URI> urls, long timeoutMs, TlsOptions tls) {
        this.configured = urls;
        this.urls = urls;
        this.timeoutMs = (int) timeoutMs;
        this.tls = tls;
    }

    /** The URL for the next attempt. */
    URI next() {
        if (!detour.isEmpty()) {
            URI first = detour.getFirst();
            detour = detour.subList(1, detour.size());
            return first;
        }
        return urls.get(turn++ % urls.size());
    }

    /** The next attempt is to go to the same URL as the last. */
    void stay() {
        turn = Math.max(0, turn - 1);
    }

    /**
     * The server sends us elsewhere (MQTT 5, section 4.11).
     *
     * @param references {@code host} or {@code host:port}, IPv6 in brackets, separated by spaces
     * @param moved whether for good: the references come before the configured URLs from now on,
     *     which stay, so that a wrong reference cannot lock us out
     * @return whether all references could be read; otherwise nothing changes
     */
    boolean redirect(URI from, String references, boolean moved) {
        List<URI> found = new ArrayList<>();
        for (String reference : references.strip().split(" +")) {
            try {
                String path = from.getRawPath() == null ? "" : from.getRawPath();
                String query = from.getRawQuery() == null ? "" : "?" + from.getRawQuery();
                URI url = new URI(from.getScheme() + "://" + reference + path + query);
                if (url.getHost() == null
                        || url.getUserInfo() != null
                        || !reference.equals(url.getRawAuthority())) {
                    return false;
                }
                found.add(url);
            } catch (URISyntaxException e) {
                return false;
            }
        }
        if (moved) {
            found.addAll(configured);
            urls = List.copyOf(found);
            detour = List.of();
            turn = 0;
        } else {
            detour = List.copyOf(found);
        }
        return true;
    }

    /** Ends an attempt that takes too long; the timer thread asks now and then. */
    void watch(long nowMs) {
        if (nowMs >= openingDeadlineMs) {
            cancel();
        }
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
        boolean webSocket = url.getScheme().startsWith("ws");
        int port = url.getPort();
        if (port < 0) {
            port = webSocket ? (secure ? 443 : 80) : secure ? 8883 : 1883;
        }
        String host = withoutBrackets(url.getHost());
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("the name " + host + " cannot be resolved", e);
        }
        IOException last = new IOException("the name " + host + " has no address");
        for (InetAddress address : addresses) {
            Socket socket = new Socket();
            opening = socket;
            try {
                connect(socket, new InetSocketAddress(address, port));
                Transport transport = transport(socket, url, host, port, secure);
                opening = null;
                return transport;
            } catch (IOException e) {
                opening = null;
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    private void connect(Socket socket, InetSocketAddress to) throws IOException {
        long deadlineMs = Link.nowMs() + timeoutMs;
        try {
            // Acknowledgement and answer leave in one write: waiting to fill a segment only costs
            // 40 ms (Nagle against delayed acknowledgement).
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            // Without a timeout of its own: Java leaves a socket that had one in non-blocking mode
            // for good, and every read would cost two more system calls.
            openingDeadlineMs = deadlineMs;
            socket.connect(to);
        } catch (IOException e) {
            String why =
                    Link.nowMs() < deadlineMs
                            ? e.getMessage()
                            : "no answer within " + timeoutMs + " ms";
            throw new IOException("cannot connect to " + to + ": " + why, e);
        } finally {
            openingDeadlineMs = Long.MAX_VALUE;
        }
    }

    private Transport transport(Socket socket, URI url, String host, int port, boolean secure)
            throws IOException {
        Socket wrapped = socket;
        // The socket's own timeout would let a server that drips bytes take for ever.
        openingDeadlineMs = Link.nowMs() + timeoutMs;
        try {
            if (secure) {
                wrapped = Tls.wrap(socket, host, port, tls);
            }
            if (!url.getScheme().startsWith("ws")) {
                return new Transport(socket, wrapped.getInputStream(), wrapped.getOutputStream());
            }
            String path =
                    url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
            WebSocket webSocket =
                    new WebSocket(
                            // Frame headers are read byte by byte.
                            new BufferedInputStream(wrapped.getInputStream()),
                            wrapped.getOutputStream(),
                            url.getHost() + ":" + port,
                            path + query);
            return new Transport(socket, webSocket.in(), webSocket.out());
        } finally {
            openingDeadlineMs = Long.MAX_VALUE;
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
