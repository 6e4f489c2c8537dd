package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.Auth;
import dev.pipit.mqtt.packet.Connack;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.mqtt.packet.ShortPackets;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.packet.Will;
import dev.pipit.mqtt.session.SendBuffer;
import dev.pipit.mqtt.session.Session;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * What the threads of a client share: the session, the packets that wait for the socket, and who is
 * writing. Its monitor is the session lock: held for encoding and bookkeeping, never over a read, a
 * write, or a call of the listener.
 *
 * <p>One thread at a time is the writer: whoever has something to send and finds nobody writing. It
 * swaps the waiting packets for an empty buffer, writes them in one go outside the lock, and looks
 * again; what others add meanwhile leaves with its next write. So nobody waits to send, and a burst
 * becomes few writes.
 */
final class Link {
    private final Session session;

    // Guarded by this.
    private SendBuffer pending;
    private SendBuffer spare;
    private @Nullable Transport transport;
    private boolean writing;
    private int waitingForRoom;
    private @Nullable String endReason;
    private int endCode = -1;
    private boolean closedByServer;
    private boolean left;

    private final @Nullable Supplier<Will> wills;

    /** When the write under way began, in ms; 0: none. */
    private volatile long writeBeganMs;

    Link(Session session, int sendBuffer, @Nullable Supplier<Will> wills) {
        this.session = session;
        this.wills = wills;
        this.pending = new SendBuffer(sendBuffer);
        this.spare = new SendBuffer(sendBuffer);
    }

    static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    // ---- a connection's life ----

    /** A transport stands: CONNECT is the first packet on it. Waits for an old write to end. */
    synchronized void begin(Transport value, int level) throws InterruptedException {
        while (writing) {
            wait();
        }
        pending.clear();
        endReason = null;
        endCode = -1;
        closedByServer = false;
        left = false;
        transport = value;
        if (wills != null) {
            session.will(wills.get());
        }
        pending.add(session.begin(level));
    }

    /** Ends the connection, if there is one; the first reason is the one that counts. */
    synchronized void end(String reason, int reasonCode) {
        if (endReason == null) {
            endReason = reason;
            endCode = reasonCode;
        }
        session.lost();
        Transport current = transport;
        if (current != null) {
            current.close();
        }
        notifyAll();
    }

    /**
     * Tells the server why before the end, as far as the version can and without waiting for a
     * stuck write (called on the reader thread).
     */
    void endWith(String reason, int reasonCode) {
        synchronized (this) {
            if (endReason == null) {
                endReason = reason;
                endCode = reasonCode;
            }
            // Before MQTT 5 a DISCONNECT would only keep the will from being published.
            if (session.isOnline() && session.level() == 5 && pending.room() >= 3) {
                addDisconnect(reasonCode);
            }
            session.lost();
        }
        flush();
        end(reason, reasonCode);
    }

    /** Adds DISCONNECT, behind which nothing is sent any more ([MQTT-3.14.4-2]). */
    synchronized boolean leave() {
        if (!session.isOnline()) {
            return false;
        }
        addDisconnect(ReasonCode.SUCCESS);
        session.lost();
        left = true;
        return true;
    }

    /** DISCONNECT was sent, or the connection was ended: what still arrives means nothing. */
    synchronized boolean isOver() {
        return left || endReason != null;
    }

    private void addDisconnect(int reasonCode) {
        byte[] packet = new byte[3];
        int length = ShortPackets.disconnect(packet, 0, session.level(), reasonCode);
        pending.add(java.util.Arrays.copyOf(packet, length));
    }

    /** Waits until everything was written, at most until the deadline. */
    synchronized void awaitWritten(long deadlineMs) throws InterruptedException {
        long left = deadlineMs - nowMs();
        while ((writing || !pending.isEmpty()) && transport != null && left > 0) {
            wait(Math.min(left, 20));
            left = deadlineMs - nowMs();
        }
    }

    /** The reader is through with the transport. */
    synchronized void lost() {
        session.lost();
        Transport current = transport;
        if (current != null) {
            current.close();
        }
        transport = null;
        notifyAll();
    }

    /** The stream ended at the server's side, without a word. */
    synchronized void closedByServer() {
        closedByServer = true;
    }

    synchronized boolean wasClosedByServer() {
        return closedByServer;
    }

    synchronized void shutdownOutput() {
        Transport current = transport;
        if (current != null) {
            current.shutdownOutput();
        }
    }

    synchronized @Nullable String endReason() {
        return endReason;
    }

    synchronized int endCode() {
        return endCode;
    }

    synchronized boolean isOnline() {
        return session.isOnline();
    }

    synchronized boolean isSettled() {
        return session.isSettled();
    }

    // ---- writing ----

    /**
     * Writes what waits, and what the stores have for the window, unless another thread is at it.
     * Returns when nothing is left.
     */
    void flush() {
        Transport to;
        SendBuffer full;
        synchronized (this) {
            if (writing) {
                return;
            }
            to = transport;
            full = to == null ? null : takePending();
            if (full == null || to == null) {
                return;
            }
            writing = true;
        }
        while (full != null) {
            try {
                to.out().write(full.bytes(), 0, full.length());
            } catch (IOException e) {
                end("writing failed: " + e.getMessage(), -1);
            }
            synchronized (this) {
                writeBeganMs = 0;
                full.clear();
                session.sent(nowMs());
                full = to == transport && endReason == null ? takePending() : null;
                if (full == null) {
                    writing = false;
                    notifyAll();
                } else if (waitingForRoom > 0) {
                    notifyAll();
                }
            }
        }
    }

    /** The packets to write next, swapped for an empty buffer; {@code null}: none. */
    private @Nullable SendBuffer takePending() {
        pump();
        if (pending.isEmpty()) {
            return null;
        }
        SendBuffer full = pending;
        pending = spare;
        spare = full;
        writeBeganMs = nowMs();
        return full;
    }

    private void pump() {
        try {
            session.pump(pending);
        } catch (RuntimeException e) {
            Logger.error(e, "the store of publishes failed; what it holds is tried again later");
        }
    }

    /** Makes sure that an answer fits; waits where the socket is slow. Reader thread only. */
    void awaitRoom() throws InterruptedException {
        synchronized (this) {
            if (pending.room() >= Session.RESERVE) {
                return;
            }
        }
        flush();
        synchronized (this) {
            waitingForRoom++;
            while (pending.room() < Session.RESERVE && writing && endReason == null) {
                wait();
            }
            waitingForRoom--;
        }
    }

    /** For how long the write under way has been stuck, in ms; 0: none is. */
    long stuckMs(long nowMs) {
        long began = writeBeganMs;
        return began == 0 ? 0 : nowMs - began;
    }

    // ---- what the session is told, under its lock ----

    synchronized int publishNow(
            TopicName topic,
            byte[] payload,
            int offset,
            int length,
            boolean retain,
            PublishProperties properties) {
        return session.publishNow(topic, payload, offset, length, retain, properties, pending);
    }

    synchronized void subscribe(String filter, int options, int subscriptionIdentifier) {
        session.subscribe(filter, options, subscriptionIdentifier);
    }

    synchronized void unsubscribe(String filter) {
        session.unsubscribe(filter);
    }

    synchronized boolean windowHasRoom(int qos) {
        return session.windowHasRoom(qos);
    }

    synchronized boolean isGathering() {
        return session.isGathering();
    }

    synchronized void heard(long nowMs) {
        session.heard(nowMs);
    }

    synchronized int connack(Connack connack) {
        return session.connack(connack, nowMs());
    }

    synchronized int received(InboundPublish message) {
        return session.received(message);
    }

    /**
     * The application is through with a message. What it published meanwhile stands before the
     * acknowledgement: a server that takes one packet at a time has the answer sooner.
     */
    synchronized void acknowledge(InboundPublish message, boolean duplicate) {
        if (message.packetIdentifier() > 0) {
            pump();
        }
        session.acknowledge(message, duplicate, pending);
    }

    synchronized int acknowledgement(int type, int identifier, int reasonCode) {
        return session.acknowledgement(type, identifier, reasonCode, pending);
    }

    synchronized int subscriptionAnswer(
            int type, int identifier, byte[] codes, int offset, int count) {
        return session.subscriptionAnswer(type, identifier, codes, offset, count);
    }

    synchronized int auth(Auth auth) {
        return session.auth(auth, pending);
    }

    synchronized boolean reauthenticate() {
        return session.reauthenticate(pending);
    }

    /** {@link #tick}: nothing to do. */
    static final int QUIET = 0;

    /** {@link #tick}: PINGREQ waits to be written. */
    static final int PINGED = 1;

    /** {@link #tick}: the server counts as dead. */
    static final int DEAD = 2;

    /** Keep alive. */
    synchronized int tick(long nowMs) {
        int before = pending.length();
        if (session.tick(nowMs, pending)) {
            return DEAD;
        }
        return pending.length() == before ? QUIET : PINGED;
    }

    /** Whether packets wait and nobody is writing them. */
    synchronized boolean needsWriter() {
        return !writing && !pending.isEmpty() && transport != null;
    }

    synchronized long deadline() {
        return session.deadline();
    }

    synchronized String clientIdentifier() {
        return session.clientIdentifier();
    }

    synchronized int keepAliveSeconds() {
        return session.keepAliveSeconds();
    }
}
