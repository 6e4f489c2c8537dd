package dev.pipit.benchmark;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** MQTT 3.1.1 by hand over one socket: whatever is measured through it costs next to nothing. */
final class RawConnection implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    RawConnection(int port, String name) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        ByteArrayOutputStream connect = new ByteArrayOutputStream();
        connect.writeBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0});
        string(connect, name);
        packet(0x10, connect.toByteArray());
        in.readNBytes(4);
    }

    void subscribe(String topic) throws IOException {
        ByteArrayOutputStream subscribe = new ByteArrayOutputStream();
        subscribe.writeBytes(new byte[] {0, 1});
        string(subscribe, topic);
        subscribe.write(0);
        packet(0x82, subscribe.toByteArray());
    }

    /** QoS 1; its PUBACK is read and dropped by {@link #receive()}. */
    void publish(String topic, int identifier, String payload) throws IOException {
        ByteArrayOutputStream publish = new ByteArrayOutputStream();
        string(publish, topic);
        publish.write(identifier >>> 8);
        publish.write(identifier);
        publish.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
        packet(0x32, publish.toByteArray());
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write(utf8.length >>> 8);
        out.write(utf8.length);
        out.writeBytes(utf8);
    }

    private synchronized void packet(int first, byte[] body) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(body.length + 3);
        all.write(first);
        if (body.length > 127) {
            all.write(body.length | 0x80);
            all.write(body.length >>> 7);
        } else {
            all.write(body.length);
        }
        all.writeBytes(body);
        socket.getOutputStream().write(all.toByteArray());
    }

    /** The payload of the next message; it is acknowledged if that is due. */
    String receive() throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            int length = 0;
            int shift = 0;
            int b;
            do {
                b = in.readUnsignedByte();
                length |= (b & 0x7F) << shift;
                shift += 7;
            } while (b > 0x7F);
            byte[] body = in.readNBytes(length);
            if (first >> 4 != 3) {
                continue;
            }
            int at = 2 + ((body[0] & 0xFF) << 8 | (body[1] & 0xFF));
            if ((first & 6) != 0) {
                packet(0x40, new byte[] {body[at], body[at + 1]});
                at += 2;
            }
            return new String(body, at, length - at, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
