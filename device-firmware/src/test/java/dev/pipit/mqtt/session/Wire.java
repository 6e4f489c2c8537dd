package dev.pipit.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.Packets;
import dev.pipit.mqtt.packet.Auth;
import dev.pipit.mqtt.packet.Connack;
import dev.pipit.mqtt.packet.Connect;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PacketDecoder;
import dev.pipit.mqtt.packet.PacketHandler;
import dev.pipit.mqtt.packet.ServerDisconnect;
import dev.pipit.testkit.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session without sockets and clocks: packets in, packets out. */
final class Wire implements PacketHandler {
    final ListStore store = new ListStore();
    final SendBuffer out = new SendBuffer(8_192);
    final List<String> messages = new ArrayList<>();
    final List<String> answers = new ArrayList<>();
    int level;
    final Session session;

    /** What the application refuses messages with; 0: nothing. */
    int refuseWith;

    /** Reason Code with which the last packet would have ended the connection; 0: none. */
    int ended;

    /** The time that a connection begins at. */
    long nowMs;

    Wire(int level) {
        this(level, true, 3_600, 10, null);
    }

    Wire(int level, int receiveMaximum, int exactlyOnceMaximum) {
        this(
                level,
                new SessionOptions(
                        "c", 30, true, 3_600, receiveMaximum, exactlyOnceMaximum, 4, null));
    }

    Wire(
            int level,
            boolean cleanStart,
            long expiry,
            int receiveMaximum,
            @Nullable Authenticator authenticator) {
        this(
                level,
                new SessionOptions(
                        "c", 30, cleanStart, expiry, receiveMaximum, 20, 4, authenticator));
    }

    private Wire(int level, SessionOptions options) {
        this.level = level;
        session =
                new Session(
                        options,
                        new Connect(),
                        List.of(store),
                        (filter, code) -> answers.add(filter + " " + code));
    }

    /** A connection from CONNECT to CONNACK; returns the CONNECT. */
    byte[] connect(byte[] connack) {
        session.lost();
        out.clear();
        byte[] connect = session.begin(level);
        receive(connack);
        return connect;
    }

    Wire connected() {
        connect(Packets.connack(level, false));
        expectNothing();
        return this;
    }

    Wire reconnected() {
        connect(Packets.connack(level, true));
        return this;
    }

    Wire receive(byte[] bytes) {
        PacketDecoder decoder = new PacketDecoder(level, 4_096);
        int at = 0;
        ended = 0;
        while (at < bytes.length) {
            int result = decoder.decode(bytes, at, bytes.length, this);
            assertThat(result).as("incomplete: " + Bytes.hex(bytes)).isNotZero();
            if (result < 0) {
                ended = -result;
                return this;
            }
            at += result;
        }
        return this;
    }

    Wire receive(String literal) {
        return receive(Bytes.of(literal));
    }

    /** What leaves now has to be this. */
    Wire expect(byte[]... packets) {
        session.pump(out);
        byte[] sent = Arrays.copyOf(out.bytes(), out.length());
        out.clear();
        assertThat(Bytes.hex(sent)).isEqualTo(Bytes.hex(Bytes.join(packets)));
        return this;
    }

    Wire expect(String literal) {
        return expect(Bytes.of(literal));
    }

    Wire expectNothing() {
        return expect(new byte[0]);
    }

    @Override
    public int connack(Connack connack) {
        return connack.reasonCode() != 0 ? connack.reasonCode() : session.connack(connack, nowMs);
    }

    @Override
    public int publish(InboundPublish message) {
        int verdict = session.received(message);
        if (verdict > 0) {
            return verdict;
        }
        if (verdict == Session.DELIVER) {
            messages.add(message.topic() + "=" + message.payloadText());
            if (refuseWith != 0) {
                message.refuse(refuseWith);
            }
        }
        session.acknowledge(message, verdict == Session.DUPLICATE, out);
        return 0;
    }

    @Override
    public int acknowledgement(int type, int packetIdentifier, int reasonCode) {
        return session.acknowledgement(type, packetIdentifier, reasonCode, out);
    }

    @Override
    public int subscriptionAnswer(
            int type, int packetIdentifier, byte[] codes, int offset, int count) {
        return session.subscriptionAnswer(type, packetIdentifier, codes, offset, count);
    }

    @Override
    public int pingresp() {
        return session.isOnline() ? 0 : 0x82;
    }

    @Override
    public int disconnect(ServerDisconnect disconnect) {
        return disconnect.reasonCode();
    }

    @Override
    public int auth(Auth auth) {
        return session.auth(auth, out);
    }
}
