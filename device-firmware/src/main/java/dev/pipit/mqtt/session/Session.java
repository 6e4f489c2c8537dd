package dev.pipit.mqtt.session;

import dev.pipit.mqtt.packet.Auth;
import dev.pipit.mqtt.packet.Connack;
import dev.pipit.mqtt.packet.Connect;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PacketType;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.mqtt.packet.ShortPackets;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.packet.Will;
import java.util.List;

/**
 * An MQTT session and its connections, one after the other, from the client's side. Not
 * thread-safe: the client calls it under one lock. Whatever it wants sent it adds to the {@link
 * SendBuffer}; what does not fit stays with it until {@link #pump} is called again.
 *
 * <pre>
 *  begin --&gt; CONNECT ... connack --&gt; online: received packets, pump, tick ... lost --&gt; begin
 * </pre>
 */
public final class Session {
    /** {@link #received}: hand the message to the application, then {@link #acknowledge}. */
    public static final int DELIVER = 0;

    /** {@link #received}: was delivered before; only {@link #acknowledge}. */
    public static final int DUPLICATE = -1;

    /** {@link #publishNow}: added. */
    public static final int SENT = 0;

    /** {@link #publishNow}: no room now. */
    public static final int NO_ROOM = 1;

    /** {@link #publishNow}: will never fit. */
    public static final int TOO_LARGE = 2;

    /** {@link #publishNow}: no connection. */
    public static final int OFFLINE = 3;

    /** Room that publishes leave for acknowledgements and pings. */
    public static final int RESERVE = 64;

    /** What the application hears of; called under the client's lock. */
    public interface Events {
        /** SUBACK. */
        void subscribed(String filter, int reasonCode);
    }

    // For the whole life.
    private final SessionOptions options;
    private final Connect connect;
    private final Events events;
    private final KeepAlive keepAlive = new KeepAlive();
    private final InboundAliases inboundAliases;

    // Valid for the session.
    private final PacketIdentifiers identifiers = new PacketIdentifiers();
    private final Outbound outbound;
    private final InboundExactlyOnce inboundExactlyOnce = new InboundExactlyOnce();
    private final Subscriptions subscriptions = new Subscriptions(identifiers);
    private String clientIdentifier;

    /** A server has accepted before: there is something to go on with. */
    private boolean haveState;

    // Valid for the connection.
    private int level;
    private boolean cleanStartSent;
    private boolean online;

    /**
     * @param connect with user name, password, will and the properties that never change
     * @param stores pulled from in this order
     */
    public Session(
            SessionOptions options, Connect connect, List<PublishStore> stores, Events events) {
        this.options = options;
        this.connect = connect;
        this.events = events;
        this.clientIdentifier = options.clientIdentifier();
        this.outbound = new Outbound(identifiers, options, stores);
        this.inboundAliases = new InboundAliases(options.topicAliasMaximum());
    }

    /** The will of the connections that begin from here on. */
    public void will(Will will) {
        connect.will(will);
    }

    /**
     * A transport stands.
     *
     * @param protocolLevel 3, 4 or 5
     * @return the CONNECT packet
     */
    public byte[] begin(int protocolLevel) {
        level = protocolLevel;
        online = false;
        boolean keepsNothing = options.sessionExpirySeconds() == 0;
        cleanStartSent =
                level == 5
                        ? !haveState && options.cleanStart()
                        : keepsNothing
                                || clientIdentifier.isEmpty()
                                || (!haveState && options.cleanStart());
        connect.level(level)
                .clientIdentifier(clientIdentifier)
                .cleanStart(cleanStartSent)
                .keepAliveSeconds(options.keepAliveSeconds())
                .sessionExpirySeconds(options.sessionExpirySeconds())
                .receiveMaximum(options.receiveMaximum())
                .topicAliasMaximum(options.topicAliasMaximum());
        Authenticator authenticator = options.authenticator();
        if (authenticator != null) {
            connect.authentication(authenticator.method(), authenticator.begin());
        }
        return connect.encode();
    }

    /**
     * The server accepted (its Reason Code is 0).
     *
     * @return 0, or the Reason Code with which the connection has to end
     */
    public int connack(Connack connack, long nowMs) {
        if (online) {
            return ReasonCode.PROTOCOL_ERROR;
        }
        if (connack.sessionPresent() && cleanStartSent) {
            // There is no such state here: [MQTT-3.2.2-4].
            return ReasonCode.PROTOCOL_ERROR;
        }
        Authenticator authenticator = options.authenticator();
        String method = connack.authentication().method();
        if (level == 5
                && (authenticator == null
                        ? method != null
                        : !authenticator.method().equals(method))) {
            return ReasonCode.PROTOCOL_ERROR;
        }
        online = true;
        // 3.1 cannot say: publishes go on where they were, subscriptions are made sure of.
        boolean resumes = level == 3 ? !cleanStartSent : connack.sessionPresent();
        if (!resumes) {
            inboundExactlyOnce.clear();
        }
        inboundExactlyOnce.resume();
        if (connack.sessionPresent() && !haveState) {
            // An earlier process may have left QoS 2 identifiers unreleased: the server would take
            // a new publish with one of them for a repetition. Any other place is as good as 1.
            identifiers.goOnBehind((int) (nowMs * 40_503 % 65_536));
        }
        subscriptions.begin(resumes, resumes && level > 3);
        haveState = true;
        String assigned = connack.assignedClientIdentifier();
        if (assigned != null) {
            clientIdentifier = assigned;
        }
        keepAlive.begin(
                connack.serverKeepAlive() >= 0
                        ? connack.serverKeepAlive()
                        : options.keepAliveSeconds(),
                nowMs);
        outbound.begin(level, resumes, connack);
        inboundAliases.begin();
        return 0;
    }

    /** The connection is gone. */
    public void lost() {
        online = false;
    }

    public boolean isOnline() {
        return online;
    }

    public int level() {
        return level;
    }

    public String clientIdentifier() {
        return clientIdentifier;
    }

    public int keepAliveSeconds() {
        return keepAlive.seconds();
    }

    /** Publishes of QoS 1 and 2 that were read from a store and are not settled. */
    public int inFlightCount() {
        return outbound.inFlightCount();
    }

    /** Whether another publish of a store, of this QoS, could be sent now. */
    public boolean windowHasRoom(int qos) {
        return online && outbound.windowHasRoom(qos);
    }

    /** Whether several acknowledgements have to come before another publish is sent. */
    public boolean isGathering() {
        return online && outbound.isGathering();
    }

    /** Whether nothing is in flight and no store has more. */
    public boolean isSettled() {
        return !(online && subscriptions.anyUnanswered()) && outbound.isSettled();
    }

    // ---- sending ----

    public void subscribe(String filter, int subscribeOptions, int subscriptionIdentifier) {
        subscriptions.subscribe(filter, subscribeOptions, subscriptionIdentifier);
    }

    public void unsubscribe(String filter) {
        subscriptions.unsubscribe(filter);
    }

    /** Sends what may be sent and fits: subscriptions, resends in order, then new publishes. */
    public void pump(SendBuffer out) {
        if (!online) {
            return;
        }
        if (subscriptions.anyToSend()) {
            subscriptions.send(level, outbound.maximumPacketSize(), out, events::subscribed);
        }
        outbound.pump(out);
    }

    /**
     * QoS 0: into the buffer, or not at all.
     *
     * @return {@link #SENT}, {@link #NO_ROOM}, {@link #TOO_LARGE} or {@link #OFFLINE}
     */
    public int publishNow(
            TopicName topic,
            byte[] payload,
            int offset,
            int length,
            boolean retain,
            PublishProperties properties,
            SendBuffer out) {
        return online
                ? outbound.publishNow(topic, payload, offset, length, retain, properties, out)
                : OFFLINE;
    }

    // ---- receiving ----

    /**
     * A PUBLISH arrived: resolves its Topic Alias and tells whether it is new.
     *
     * @return {@link #DELIVER}, {@link #DUPLICATE}, or the Reason Code with which the connection
     *     has to end
     */
    public int received(InboundPublish message) {
        if (!online) {
            return ReasonCode.PROTOCOL_ERROR;
        }
        if (message.topicAlias() > 0) {
            int problem = inboundAliases.apply(message);
            if (problem != 0) {
                return problem;
            }
        }
        if (message.qos() != Qos.EXACTLY_ONCE) {
            return DELIVER;
        }
        if (inboundExactlyOnce.contains(message.packetIdentifier())) {
            return DUPLICATE;
        }
        // Before MQTT 5 no maximum is agreed on, and 65,535 identifiers are the bound.
        return level == 5 && inboundExactlyOnce.underWay() >= options.receiveMaximum()
                ? ReasonCode.RECEIVE_MAXIMUM_EXCEEDED
                : DELIVER;
    }

    /** PUBACK or PUBREC, as the QoS demands, when the application is through. */
    public void acknowledge(InboundPublish message, boolean duplicate, SendBuffer out) {
        if (!online) {
            return;
        }
        int identifier = message.packetIdentifier();
        switch (message.qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE ->
                    outbound.acknowledge(
                            out, PacketType.PUBACK, identifier, message.acknowledgeWith());
            case EXACTLY_ONCE -> {
                int reasonCode = duplicate ? ReasonCode.SUCCESS : message.acknowledgeWith();
                if (!ReasonCode.failed(reasonCode) || level < 5) {
                    inboundExactlyOnce.add(identifier);
                }
                outbound.acknowledge(out, PacketType.PUBREC, identifier, reasonCode);
            }
        }
    }

    /**
     * PUBACK, PUBREC, PUBREL or PUBCOMP arrived.
     *
     * @return 0, or the Reason Code with which the connection has to end
     */
    public int acknowledgement(int type, int identifier, int reasonCode, SendBuffer out) {
        if (!online) {
            return ReasonCode.PROTOCOL_ERROR;
        }
        if (type == PacketType.PUBREL) {
            boolean known = inboundExactlyOnce.remove(identifier);
            outbound.acknowledge(
                    out,
                    PacketType.PUBCOMP,
                    identifier,
                    known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            return 0;
        }
        return outbound.acknowledged(type, identifier, reasonCode, out);
    }

    /** SUBACK or UNSUBACK arrived; returns 0 or the Reason Code for the end of the connection. */
    public int subscriptionAnswer(int type, int identifier, byte[] codes, int offset, int count) {
        return online
                ? subscriptions.answered(
                        type == PacketType.UNSUBACK,
                        identifier,
                        codes,
                        offset,
                        count,
                        events::subscribed)
                : ReasonCode.PROTOCOL_ERROR;
    }

    /** AUTH arrived; returns 0 or the Reason Code for the end of the connection. */
    public int auth(Auth auth, SendBuffer out) {
        Authenticator authenticator = options.authenticator();
        if (authenticator == null || !authenticator.method().equals(auth.method())) {
            return ReasonCode.PROTOCOL_ERROR;
        }
        if (auth.reasonCode() == ReasonCode.SUCCESS) {
            // The end of a re-authentication; the first one ends with CONNACK.
            return online ? 0 : ReasonCode.PROTOCOL_ERROR;
        }
        byte[] packet =
                new Auth(
                                ReasonCode.CONTINUE_AUTHENTICATION,
                                authenticator.method(),
                                authenticator.answer(auth.data()),
                                null)
                        .encode();
        if (packet.length > out.room()) {
            return ReasonCode.UNSPECIFIED_ERROR;
        }
        out.add(packet);
        return 0;
    }

    /** Begins to authenticate again (AUTH 0x19); without a method in CONNECT nothing is sent. */
    public boolean reauthenticate(SendBuffer out) {
        Authenticator authenticator = options.authenticator();
        if (!online || level < 5 || authenticator == null) {
            return false;
        }
        byte[] packet =
                new Auth(
                                ReasonCode.RE_AUTHENTICATE,
                                authenticator.method(),
                                authenticator.begin(),
                                null)
                        .encode();
        if (packet.length > out.room()) {
            return false;
        }
        out.add(packet);
        return true;
    }

    // ---- time ----

    /** Bytes were written. */
    public void sent(long nowMs) {
        keepAlive.sent(nowMs);
    }

    /** Bytes arrived. */
    public void heard(long nowMs) {
        keepAlive.received(nowMs);
    }

    /**
     * Sends PINGREQ when due.
     *
     * @return whether the server counts as dead
     */
    public boolean tick(long nowMs, SendBuffer out) {
        if (!online) {
            return false;
        }
        if (keepAlive.dead(nowMs)) {
            return true;
        }
        if (keepAlive.pingDue(nowMs) && out.room() >= 2) {
            out.advance(ShortPackets.pingreq(out.reserve(2), out.length()));
            keepAlive.pinged(nowMs);
        }
        return false;
    }

    /** When {@link #tick} has something to do, in the same milliseconds; may move closer later. */
    public long deadline() {
        return online ? keepAlive.deadline() : KeepAlive.NEVER;
    }
}
