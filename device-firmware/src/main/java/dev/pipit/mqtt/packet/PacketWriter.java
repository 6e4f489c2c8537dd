package dev.pipit.mqtt.packet;

import java.io.ByteArrayOutputStream;

/** Builds packets that are sent rarely: CONNECT, SUBSCRIBE, UNSUBSCRIBE, AUTH. */
final class PacketWriter {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    void oneByte(int value) {
        body.write(value);
    }

    void twoBytes(int value) {
        body.write(value >>> 8);
        body.write(value);
    }

    /** With its length before it. */
    void binary(byte[] value) {
        twoBytes(value.length);
        body.writeBytes(value);
    }

    /** With their Property Length before them. */
    void properties(byte[] value) {
        byte[] length = new byte[VariableByteInteger.size(value.length)];
        VariableByteInteger.write(length, 0, value.length);
        body.writeBytes(length);
        body.writeBytes(value);
    }

    /** The whole packet: fixed header, then what was written. */
    byte[] packet(int firstByte) {
        int length = body.size();
        byte[] packet = new byte[1 + VariableByteInteger.size(length) + length];
        packet[0] = (byte) firstByte;
        int at = VariableByteInteger.write(packet, 1, length);
        System.arraycopy(body.toByteArray(), 0, packet, at, length);
        return packet;
    }
}
