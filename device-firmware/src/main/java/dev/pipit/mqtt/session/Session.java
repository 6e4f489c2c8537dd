package dev.pipit.mqtt.session;

import dev.pipit.mqtt.packet.Auth;
import dev.pipit.mqtt.packet.Connack;
import dev.pipit.mqtt.packet.Connect;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PacketType;
import dev.pipit.mqtt.packet.Publish;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.mqtt.packet.ShortPackets;
import dev.pipit.mqtt.packet.TopicName;
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
    private final List<PublishStore> stores;
    private final Events events;
    private final OutboundPublish record = new OutboundPublish();
    private final KeepAlive keepAlive = new KeepAlive();
    private final OutboundAliases outboundAliases = new OutboundAliases();
    private final InboundAliases inboundAliases;

    // Valid for the session.
    private final PacketIdentifiers identifiers = new PacketIdentifiers();
    private final InFlight inFlight;
    private final InboundExactlyOnce inboundExactlyOnce = new InboundExactlyOnce();
    private final Subscriptions subscriptions = new Subscriptions(identifiers);
    private final long[] cursors;
    private String clientIdentifier;
    private boolean haveState;

    // Valid for the connection.
    private int level;
    private boolean cleanStartSent;
    private boolean online;
    private boolean resending;
    private int resendSlot;
    private int quota;
    private int maximumQos;
    private boolean retainAvailable;
    private int maximumPacketSize;

    /**
     * @param connect with user name, password, will and the properties that never change
     * @param stores pulled from in this order
     */
    public Session(
            SessionOptions options, Connect connect, List<PublishStore> stores, Events events) {
        this.options = options;
        this.connect = connect;
        this.stores = List.copyOf(stores);
        this.events = events;
        this.clientIdentifier = options.clientIdentifier();
        this.inFlight = new InFlight(options.receiveMaximum());
        this.inboundAliases = new InboundAliases(options.topicAliasMaximum());
        this.cursors = new long[stores.size()];
        java.util.Arrays.fill(cursors, PublishStore.BEFORE_FIRST);
    }

    /**
     * A transport stands.
     *
     * @param protocolLevel 3, 4 or 5
     * @return the CONNECT packet
     */
    public byte[] begin(int protocolLevel, long nowMs) {
        level = protocolLevel;
        online = false;
        keepAlive.begin(options.keepAliveSeconds(), nowMs);
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
            forget();
        }
        subscriptions.begin(resumes && level > 3);
        haveState = level == 5 || !cleanStartSent || options.sessionExpirySeconds() > 0;
        String assigned = connack.assignedClientIdentifier();
        if (assigned != null) {
            clientIdentifier = assigned;
        }
        keepAlive.begin(
                connack.serverKeepAlive() >= 0
                        ? connack.serverKeepAlive()
                        : options.keepAliveSeconds(),
                nowMs);
        quota = Math.min(options.receiveMaximum(), connack.receiveMaximum());
        maximumQos = connack.maximumQos();
        retainAvailable = connack.retainAvailable();
        maximumPacketSize = connack.maximumPacketSize();
        outboundAliases.begin(level == 5 ? connack.topicAliasMaximum() : 0);
        inboundAliases.begin();
        resending = true;
        resendSlot = inFlight.first();
        for (int slot = inFlight.first(); slot < inFlight.end(); slot++) {
            inFlight.count(slot, false);
        }
        return 0;
    }

    /** The server has no session: the publishes that it knew become new ones ([MQTT-3.2.2-5]). */
    private void forget() {
        inboundExactlyOnce.clear();
        for (int slot = inFlight.first(); slot < inFlight.end(); slot++) {
            byte state = inFlight.state(slot);
            if (state != InFlight.SETTLED && state != InFlight.QUEUED) {
                identifiers.free(inFlight.identifier(slot));
                inFlight.change(slot, InFlight.QUEUED, 0);
            }
        }
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
        return inFlight.count();
    }

    /** Whether another publish of a store could be sent now. */
    public boolean windowHasRoom() {
        return online && quota > 0 && !inFlight.isFull();
    }

    /** Whether nothing is in flight and no store has more. */
    public boolean isSettled() {
        if (inFlight.count() > 0 || (online && subscriptions.anyUnanswered())) {
            return false;
        }
        for (int i = 0; i < cursors.length; i++) {
            if (stores.get(i).next(cursors[i], record)) {
                return false;
            }
        }
        return true;
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
            subscriptions.send(level, maximumPacketSize, out, events::subscribed);
        }
        if (resending) {
            resend(out);
        }
        if (!resending) {
            for (int i = 0; i < cursors.length; i++) {
                pull(i, out);
            }
        }
    }

    private void pull(int index, SendBuffer out) {
        PublishStore store = stores.get(index);
        while (quota > 0 && !inFlight.isFull() && out.room() > RESERVE) {
            if (!store.next(cursors[index], record)) {
                return;
            }
            int qos = Math.min(record.qos.level(), maximumQos);
            int size = recordSize(qos);
            if (size > largest(out)) {
                cursors[index] = record.sequence;
                store.settled(record.sequence, ReasonCode.PACKET_TOO_LARGE);
                continue;
            }
            if (size > out.room() - RESERVE) {
                return;
            }
            cursors[index] = record.sequence;
            if (qos == 0) {
                encodeRecord(0, 0, 0, size, out);
                store.settled(record.sequence, ReasonCode.SUCCESS);
                continue;
            }
            int identifier = identifiers.take();
            encodeRecord(0, qos, identifier, size, out);
            inFlight.add(
                    qos == 1 ? InFlight.SENT_QOS_1 : InFlight.SENT_QOS_2,
                    identifier,
                    index,
                    record.sequence);
            quota--;
        }
    }

    private void resend(SendBuffer out) {
        while (resendSlot < inFlight.end()) {
            int slot = resendSlot;
            byte state = inFlight.state(slot);
            if (state != InFlight.SETTLED) {
                if (out.room() <= RESERVE) {
                    return;
                }
                boolean done =
                        state == InFlight.RELEASED
                                ? pubrel(slot, out)
                                : resendPublish(slot, state, out);
                if (!done) {
                    return;
                }
            }
            // Settling the last one moves the end back.
            resendSlot++;
        }
        resending = false;
    }

    private boolean pubrel(int slot, SendBuffer out) {
        short5(out, PacketType.PUBREL, inFlight.identifier(slot), ReasonCode.SUCCESS);
        return true;
    }

    /** Whether the slot is dealt with; otherwise it waits for room or quota. */
    private boolean resendPublish(int slot, byte state, SendBuffer out) {
        if (quota == 0) {
            return false;
        }
        int index = inFlight.store(slot);
        long sequence = inFlight.sequence(slot);
        PublishStore store = stores.get(index);
        boolean there = store.next(sequence - 1, record) && record.sequence == sequence;
        int qos =
                switch (state) {
                    case InFlight.SENT_QOS_1 -> 1;
                    case InFlight.SENT_QOS_2 -> 2;
                    default -> Math.min(record.qos.level(), maximumQos);
                };
        int size = there ? recordSize(qos) : 0;
        if (!there || size > largest(out) || qos > maximumQos) {
            if (state == InFlight.SENT_QOS_2) {
                // The server may hold the identifier: it is released before it is used again.
                inFlight.change(slot, InFlight.RELEASED, inFlight.identifier(slot));
                return pubrel(slot, out);
            }
            settle(slot, ReasonCode.PACKET_TOO_LARGE);
            return true;
        }
        if (size > out.room() - RESERVE) {
            return false;
        }
        if (qos == 0) {
            encodeRecord(0, 0, 0, size, out);
            settle(slot, ReasonCode.SUCCESS);
            return true;
        }
        int flags = Publish.DUP;
        int identifier = inFlight.identifier(slot);
        if (state == InFlight.QUEUED) {
            flags = 0;
            identifier = identifiers.take();
            inFlight.change(slot, qos == 1 ? InFlight.SENT_QOS_1 : InFlight.SENT_QOS_2, identifier);
        }
        encodeRecord(flags, qos, identifier, size, out);
        inFlight.count(slot, true);
        quota--;
        return true;
    }

    private int largest(SendBuffer out) {
        return Math.min(maximumPacketSize, out.capacity() - RESERVE);
    }

    private int recordSize(int qos) {
        return Publish.size(
                level,
                qos,
                recordTopic(),
                record.properties,
                record.messageExpirySeconds != PublishProperties.NO_EXPIRY,
                record.length);
    }

    private TopicName recordTopic() {
        TopicName topic = record.topic;
        if (topic == null) {
            throw new IllegalStateException(
                    "the store gave record " + record.sequence + " no topic");
        }
        return topic;
    }

    private void encodeRecord(int flags, int qos, int identifier, int size, SendBuffer out) {
        encode(
                flags,
                qos,
                recordTopic(),
                identifier,
                record.payload,
                record.offset,
                record.length,
                record.retain,
                record.properties,
                record.messageExpirySeconds,
                size,
                out);
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
        if (!online) {
            return OFFLINE;
        }
        long expiry = properties.messageExpirySeconds();
        int size =
                Publish.size(
                        level, 0, topic, properties, expiry != PublishProperties.NO_EXPIRY, length);
        if (size > out.room() - RESERVE || size > maximumPacketSize) {
            return size > largest(out) ? TOO_LARGE : NO_ROOM;
        }
        encode(0, 0, topic, 0, payload, offset, length, retain, properties, expiry, size, out);
        return SENT;
    }

    private void encode(
            int flags,
            int qos,
            TopicName topic,
            int identifier,
            byte[] payload,
            int offset,
            int length,
            boolean retain,
            PublishProperties properties,
            long expiry,
            int size,
            SendBuffer out) {
        int allFlags = retain && retainAvailable ? flags | Publish.RETAIN : flags;
        boolean bare =
                properties == PublishProperties.NONE && expiry == PublishProperties.NO_EXPIRY;
        // A first alias makes the packet larger, by up to five bytes with the lengths.
        int alias =
                level == 5 && size <= maximumPacketSize - 5 ? outboundAliases.aliasOf(topic) : 0;
        byte[] bytes = out.reserve(size + 5);
        int end =
                level < 5 || (bare && alias == 0)
                        ? Publish.encode(
                                bytes,
                                out.length(),
                                level,
                                allFlags,
                                qos,
                                topic,
                                identifier,
                                payload,
                                offset,
                                length)
                        : Publish.encode(
                                bytes,
                                out.length(),
                                allFlags,
                                qos,
                                topic,
                                alias,
                                alias > 0 && outboundAliases.known(),
                                identifier,
                                properties,
                                expiry,
                                payload,
                                offset,
                                length);
        out.advance(end);
    }

    private void short5(SendBuffer out, int type, int identifier, int reasonCode) {
        byte[] bytes = out.reserve(ShortPackets.MAX_BYTES);
        out.advance(
                ShortPackets.acknowledgement(
                        bytes, out.length(), level, type, identifier, reasonCode));
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
        return level == 5 && inboundExactlyOnce.count() >= options.receiveMaximum()
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
                    short5(out, PacketType.PUBACK, identifier, message.acknowledgeWith());
            case EXACTLY_ONCE -> {
                int reasonCode = duplicate ? ReasonCode.SUCCESS : message.acknowledgeWith();
                if (!ReasonCode.failed(reasonCode) || level < 5) {
                    inboundExactlyOnce.add(identifier);
                }
                short5(out, PacketType.PUBREC, identifier, reasonCode);
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
            short5(
                    out,
                    PacketType.PUBCOMP,
                    identifier,
                    known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            return 0;
        }
        int slot = inFlight.find(identifier);
        if (slot < 0) {
            if (type == PacketType.PUBREC && !identifiers.isUsed(identifier)) {
                short5(out, PacketType.PUBREL, identifier, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            }
            return 0;
        }
        byte state = inFlight.state(slot);
        switch (type) {
            case PacketType.PUBACK -> {
                if (state != InFlight.SENT_QOS_1) {
                    return ReasonCode.PROTOCOL_ERROR;
                }
                settle(slot, reasonCode);
            }
            case PacketType.PUBREC -> {
                if (state == InFlight.SENT_QOS_1) {
                    return ReasonCode.PROTOCOL_ERROR;
                }
                if (ReasonCode.failed(reasonCode)) {
                    settle(slot, reasonCode);
                } else {
                    inFlight.change(slot, InFlight.RELEASED, identifier);
                    short5(out, PacketType.PUBREL, identifier, ReasonCode.SUCCESS);
                }
            }
            default -> {
                if (state != InFlight.RELEASED) {
                    return ReasonCode.PROTOCOL_ERROR;
                }
                // 0x92 answers a PUBREL that was sent again: the publish was completed before.
                settle(slot, ReasonCode.SUCCESS);
            }
        }
        return 0;
    }

    private void settle(int slot, int reasonCode) {
        if (inFlight.state(slot) != InFlight.QUEUED) {
            identifiers.free(inFlight.identifier(slot));
        }
        if (inFlight.counted(slot)) {
            quota++;
        }
        PublishStore store = stores.get(inFlight.store(slot));
        long sequence = inFlight.sequence(slot);
        inFlight.settle(slot);
        store.settled(sequence, reasonCode);
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
