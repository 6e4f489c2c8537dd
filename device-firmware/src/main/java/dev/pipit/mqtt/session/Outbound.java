package dev.pipit.mqtt.session;

import dev.pipit.mqtt.packet.Connack;
import dev.pipit.mqtt.packet.PacketType;
import dev.pipit.mqtt.packet.Publish;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.mqtt.packet.ShortPackets;
import dev.pipit.mqtt.packet.TopicName;
import java.util.Arrays;
import java.util.List;

/**
 * The sending half of a session: pulls publishes from the stores as the window allows, resends
 * after a reconnect, takes the acknowledgements, and keeps to what the server announced.
 */
final class Outbound {
    private static final int RESERVE = Session.RESERVE;

    // For the whole life.
    private final List<PublishStore> stores;
    private final int receiveMaximum;
    private final int exactlyOnceMaximum;
    private final OutboundPublish record = new OutboundPublish();
    private final OutboundAliases outboundAliases = new OutboundAliases();

    // Valid for the session.
    private final PacketIdentifiers identifiers;
    private final InFlight inFlight;
    private final long[] cursors;

    // Valid for the connection.
    private int level;
    private boolean resending;
    private int resendSlot;
    private int quota;
    private int exactlyOnceQuota;

    /** The window was full and not much of it is free yet: new publishes wait to leave together. */
    private boolean holding;

    private boolean holdingExactlyOnce;
    private int releaseAt;
    private int releaseExactlyOnceAt;
    private int maximumQos;
    private boolean retainAvailable;
    private int maximumPacketSize = Integer.MAX_VALUE;

    Outbound(PacketIdentifiers identifiers, SessionOptions options, List<PublishStore> stores) {
        this.identifiers = identifiers;
        this.receiveMaximum = options.receiveMaximum();
        this.exactlyOnceMaximum = options.exactlyOnceMaximum();
        this.stores = List.copyOf(stores);
        this.inFlight = new InFlight(receiveMaximum);
        this.cursors = new long[stores.size()];
        Arrays.fill(cursors, PublishStore.BEFORE_FIRST);
    }

    /** A connection was accepted. */
    void begin(int protocolLevel, boolean resumes, Connack connack) {
        level = protocolLevel;
        if (!resumes) {
            forget();
        }
        quota = Math.min(receiveMaximum, connack.receiveMaximum());
        holding = false;
        holdingExactlyOnce = false;
        releaseAt = eighth(quota);
        maximumQos = connack.maximumQos();
        retainAvailable = connack.retainAvailable();
        maximumPacketSize = connack.maximumPacketSize();
        outboundAliases.begin(level == 5 ? connack.topicAliasMaximum() : 0);
        resending = true;
        resendSlot = inFlight.first();
        exactlyOnceQuota = level == 5 ? Integer.MAX_VALUE / 2 : Math.min(quota, exactlyOnceMaximum);
        releaseExactlyOnceAt = eighth(exactlyOnceQuota);
        for (int slot = inFlight.first(); slot < inFlight.end(); slot++) {
            inFlight.count(slot, false);
            if (inFlight.state(slot) == InFlight.RELEASED) {
                exactlyOnceQuota--;
            }
        }
    }

    /** The server has no session: the publishes that it knew become new ones ([MQTT-3.2.2-5]). */
    private void forget() {
        for (int slot = inFlight.first(); slot < inFlight.end(); slot++) {
            byte state = inFlight.state(slot);
            if (state != InFlight.SETTLED && state != InFlight.QUEUED) {
                identifiers.free(inFlight.identifier(slot));
                inFlight.change(slot, InFlight.QUEUED, 0);
            }
        }
    }

    int inFlightCount() {
        return inFlight.count();
    }

    /** Largest packet the server takes, in bytes. */
    int maximumPacketSize() {
        return maximumPacketSize;
    }

    private static int eighth(int quota) {
        return Math.max(1, quota / 8);
    }

    private static boolean holds(boolean held, int room, int releaseAt) {
        return room <= 0 || (held && room < releaseAt);
    }

    /**
     * Whether another publish of this QoS, 1 or 2, may be sent. Once the window was full, an eighth
     * of it has to be free first: a server acknowledges one by one, and a write for each would cost
     * more than the publishes (RFC 9293, 3.8.6.2, has the same rule for TCP). What is in flight
     * meanwhile keeps the server busy, and its acknowledgements end the wait.
     */
    boolean windowHasRoom(int qos) {
        holding = holds(holding, Math.min(quota, inFlight.room()), releaseAt);
        if (qos == 2) {
            holdingExactlyOnce = holds(holdingExactlyOnce, exactlyOnceQuota, releaseExactlyOnceAt);
            return !holding && !holdingExactlyOnce;
        }
        return !holding;
    }

    /** Whether several acknowledgements have to come before another publish is sent. */
    boolean isGathering() {
        return releaseAt > 1 && !windowHasRoom(2);
    }

    /** Whether nothing is in flight and no store has more. */
    boolean isSettled() {
        if (inFlight.count() > 0) {
            return false;
        }
        for (int i = 0; i < cursors.length; i++) {
            if (stores.get(i).next(cursors[i], record)) {
                return false;
            }
        }
        return true;
    }

    /** Sends what may be sent and fits: resends in order, then new publishes. */
    void pump(SendBuffer out) {
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
        while (windowHasRoom(1) && out.room() > RESERVE) {
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
            if (size > out.room() - RESERVE || (qos == 2 && !windowHasRoom(2))) {
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
            if (qos == 2) {
                exactlyOnceQuota--;
            }
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
                if (state == InFlight.RELEASED) {
                    pubrel(slot, out);
                } else if (!resendPublish(slot, state, out)) {
                    return;
                }
            }
            // Settling the last one moves the end back.
            resendSlot++;
        }
        resending = false;
    }

    private void pubrel(int slot, SendBuffer out) {
        acknowledge(out, PacketType.PUBREL, inFlight.identifier(slot), ReasonCode.SUCCESS);
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
                exactlyOnceQuota--;
                pubrel(slot, out);
            } else {
                settle(slot, ReasonCode.PACKET_TOO_LARGE);
            }
            return true;
        }
        if (size > out.room() - RESERVE || (qos == 2 && exactlyOnceQuota <= 0)) {
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
        if (qos == 2) {
            exactlyOnceQuota--;
        }
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

    /** {@link Session#publishNow}, with a connection. */
    int publishNow(
            TopicName topic,
            byte[] payload,
            int offset,
            int length,
            boolean retain,
            PublishProperties properties,
            SendBuffer out) {
        long expiry = properties.messageExpirySeconds();
        int size =
                Publish.size(
                        level, 0, topic, properties, expiry != PublishProperties.NO_EXPIRY, length);
        if (size > out.room() - RESERVE || size > maximumPacketSize) {
            return size > largest(out) ? Session.TOO_LARGE : Session.NO_ROOM;
        }
        encode(0, 0, topic, 0, payload, offset, length, retain, properties, expiry, size, out);
        return Session.SENT;
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
        int allFlags = flags | Publish.qos(qos) | (retain && retainAvailable ? Publish.RETAIN : 0);
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
                                topic,
                                identifier,
                                payload,
                                offset,
                                length)
                        : Publish.encode(
                                bytes,
                                out.length(),
                                allFlags,
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

    /** Adds PUBACK, PUBREC, PUBREL or PUBCOMP; there is room ({@link Session#RESERVE}). */
    void acknowledge(SendBuffer out, int type, int identifier, int reasonCode) {
        byte[] bytes = out.reserve(ShortPackets.MAX_BYTES);
        out.advance(
                ShortPackets.acknowledgement(
                        bytes, out.length(), level, type, identifier, reasonCode));
    }

    /**
     * PUBACK, PUBREC or PUBCOMP arrived.
     *
     * @return 0, or the Reason Code with which the connection has to end
     */
    int acknowledged(int type, int identifier, int reasonCode, SendBuffer out) {
        int slot = inFlight.find(identifier);
        if (slot < 0) {
            if (type == PacketType.PUBREC && !identifiers.isUsed(identifier)) {
                acknowledge(
                        out, PacketType.PUBREL, identifier, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
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
                    acknowledge(out, PacketType.PUBREL, identifier, ReasonCode.SUCCESS);
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
        byte state = inFlight.state(slot);
        if (state != InFlight.QUEUED) {
            identifiers.free(inFlight.identifier(slot));
        }
        boolean counted = inFlight.counted(slot);
        if (counted) {
            quota++;
        }
        if (state == InFlight.RELEASED || (state == InFlight.SENT_QOS_2 && counted)) {
            exactlyOnceQuota++;
        }
        PublishStore store = stores.get(inFlight.store(slot));
        long sequence = inFlight.sequence(slot);
        inFlight.settle(slot);
        store.settled(sequence, reasonCode);
    }
}
