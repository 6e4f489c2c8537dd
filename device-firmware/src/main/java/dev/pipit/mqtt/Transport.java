package dev.pipit.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** The byte stream to a broker: a TCP socket, with or without TLS or WebSocket frames around it. */
final class Transport {
    private final Socket plain;
    private final InputStream in;
    private final OutputStream out;

    /**
     * @param plain the TCP socket beneath everything
     */
    Transport(Socket plain, InputStream in, OutputStream out) {
        this.plain = plain;
        this.in = in;
        this.out = out;
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    /** Says that nothing more will be written, so that what was written arrives before the end. */
    void shutdownOutput() {
        try {
            plain.shutdownOutput();
        } catch (IOException e) {
            close();
        }
    }

    /**
     * Ends reads and writes of all threads. Closes the TCP socket directly: closing a TLS socket
     * waits behind a write that is stuck.
     */
    void close() {
        try {
            plain.close();
        } catch (IOException e) {
            // Nothing is left to be done with it.
        }
    }
}
