package dev.pipit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cable between one client and a broker that a test can cut and mend; others stay connected. */
public final class Cable implements AutoCloseable {
    private final ServerSocket server;
    private final int brokerPort;
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private volatile boolean cut;

    public Cable(URI broker) {
        try {
            brokerPort = broker.getPort();
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
        daemon(this::accept);
    }

    /** Where the client connects to. */
    public URI url() {
        return URI.create("mqtt://127.0.0.1:" + server.getLocalPort());
    }

    public void cut() {
        cut = true;
        ends.forEach(Cable::close);
    }

    public void mend() {
        cut = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                ends.add(client);
                if (cut) {
                    close(client);
                    continue;
                }
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
                ends.add(broker);
                daemon(() -> carry(client, broker));
                daemon(() -> carry(broker, client));
            } catch (IOException nobodyThere) {
                ends.forEach(Cable::close);
            }
        }
    }

    private static void carry(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            // One way only, as TCP does it: closing would reset what the other end has yet to read.
            to.shutdownOutput();
        } catch (IOException wasCut) {
            close(from);
            close(to);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            throw new UncheckedIOException(alreadyGone);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        ends.forEach(Cable::close);
    }
}
