package dev.pipit.mqtt.packet;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An AUTH packet (MQTT 5, section 3.15). Immutable. */
public final class Auth {
    private final int reasonCode;
    private final @Nullable String method;
    private final byte @Nullable [] data;
    private final @Nullable String reasonString;

    public Auth(
            int reasonCode,
            @Nullable String method,
            byte @Nullable [] data,
            @Nullable String reasonString) {
        this.reasonCode = reasonCode;
        this.method = method;
        this.data = data;
        this.reasonString = reasonString;
    }

    /** 0x00, 0x18 (Continue authentication) or 0x19 (Re-authenticate). */
    public int reasonCode() {
        return reasonCode;
    }

    public @Nullable String method() {
        return method;
    }

    public byte @Nullable [] data() {
        return data;
    }

    public @Nullable String reasonString() {
        return reasonString;
    }

    /** The packet as sent by a client. */
    public byte[] encode() {
        PropertyWriter properties = new PropertyWriter();
        if (method != null) {
            properties.string(Property.AUTHENTICATION_METHOD, method);
        }
        if (data != null) {
            properties.binary(Property.AUTHENTICATION_DATA, data);
        }
        PacketWriter body = new PacketWriter();
        body.oneByte(reasonCode);
        body.properties(properties.toBytes());
        return body.packet(PacketType.AUTH << 4);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Auth that
                && reasonCode == that.reasonCode
                && Objects.equals(method, that.method)
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(reasonCode, method, Arrays.hashCode(data));
    }

    @Override
    public String toString() {
        return "Auth[" + ReasonCode.words(reasonCode) + ", " + method + "]";
    }
}
