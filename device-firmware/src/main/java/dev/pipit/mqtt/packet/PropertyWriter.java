package dev.pipit.mqtt.packet;

import java.io.ByteArrayOutputStream;

/** Writes properties for packets that are built rarely: CONNECT, SUBSCRIBE, prepared publishes. */
final class PropertyWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void oneByte(int property, int value) {
        out.write(property);
        out.write(value);
    }

    void twoBytes(int property, int value) {
        out.write(property);
        twoBytes(value);
    }

    void fourBytes(int property, long value) {
        out.write(property);
        twoBytes((int) (value >>> 16));
        twoBytes((int) value);
    }

    void variable(int property, int value) {
        out.write(property);
        byte[] bytes = new byte[VariableByteInteger.size(value)];
        VariableByteInteger.write(bytes, 0, value);
        out.writeBytes(bytes);
    }

    void string(int property, String value) {
        binary(property, Utf8.bytes(value, Property.name(property)));
    }

    void binary(int property, byte[] value) {
        out.write(property);
        withLength(value);
    }

    void pair(UserProperty value) {
        out.write(Property.USER_PROPERTY);
        withLength(Utf8.bytes(value.name(), "User Property"));
        withLength(Utf8.bytes(value.value(), "User Property"));
    }

    /** Properties that were encoded before. */
    void raw(byte[] encoded) {
        out.writeBytes(encoded);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private void withLength(byte[] value) {
        twoBytes(value.length);
        out.writeBytes(value);
    }

    private void twoBytes(int value) {
        out.write(value >>> 8);
        out.write(value);
    }
}
