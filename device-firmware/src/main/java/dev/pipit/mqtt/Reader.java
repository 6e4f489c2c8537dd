package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.Auth;
import dev.pipit.mqtt.packet.Connack;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PacketDecoder;
import dev.pipit.mqtt.packet.PacketHandler;
import dev.pipit.mqtt.packet.PacketType;
import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.mqtt.packet.ServerDisconnect;
import dev.pipit.mqtt.session.Session;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The reader thread: connects, reads, decodes, calls the listener, sends what that caused, and
 * begins again when the connection ends. It alone calls the listener.
 */
final class Reader implements Runnable, PacketHandler {
    private static final int FIRST_BYTES = 4_096;

    /** For how long acknowledgements gather while the window is full. */
    private static final long GATHER_NS = 50_000;

    private static final int FEW_BYTES = 256;

    /** A connection that held this long was a good one: the next pause is the shortest again. */
    private static final long STABLE_MS = 5_000;

    private final MqttClient client;
    private final Link link;
    private final MqttListener listener;
    private final Connector connector;
    private final BackOff backOff;
    private final int maximumPacketSize;
    private final MqttVersion version;
    private final boolean followServerReference;

    // For the whole life.
    private int level;
    private int closedBeforeConnack;

    // Valid for the connection.
    private URI url;
    private byte[] buffer = new byte[FIRST_BYTES];
    private boolean accepted;
    private long acceptedMs;
    private String refusal = "";

    Reader(MqttClient client, MqttClientBuilder from, Link link, Connector connector) {
        this.client = client;
        this.link = link;
        this.connector = connector;
        this.listener = from.listener;
        this.version = from.version;
        this.followServerReference = from.followServerReference;
        this.level = from.version.level();
        this.maximumPacketSize = from.maximumPacketSize;
        this.url = from.urls.get(0);
        this.backOff =
                new BackOff(from.backOffMinMs, from.backOffMaxMs, RandomGenerator.getDefault());
    }

    @Override
    public void run() {
        while (!client.isStopping()) {
            accepted = false;
            refusal = "";
            int code = -1;
            String reason;
            try {
                url = connector.next();
                Transport transport = connector.open(url);
                link.begin(transport, level);
                client.connecting();
                link.flush();
                read(transport);
                reason = ended("the server closed the connection");
                code = link.endCode();
            } catch (IOException e) {
                reason = ended(words(e));
                code = link.endCode();
            } catch (InterruptedException e) {
                reason = "interrupted";
            } catch (RuntimeException e) {
                Logger.error(e, "the MQTT client failed; it connects again");
                reason = "failed: " + e;
            }
            link.lost();
            client.disconnected();
            pause(reason, code);
        }
    }

    private String ended(String otherwise) {
        String reason = link.endReason();
        return reason != null ? reason : otherwise;
    }

    private static String words(IOException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    private void pause(String reason, int code) {
        if (client.isStopping()) {
            tell(() ->
                    listener.disconnected(
                            new Disconnected("closed by this client", code, accepted, null)));
            return;
        }
        if (accepted && Link.nowMs() - acceptedMs >= STABLE_MS) {
            backOff.reset();
        }
        if (code == ReasonCode.SESSION_TAKEN_OVER) {
            backOff.stepBack();
        }
        boolean atOnce = !accepted && chooseVersion(code);
        long pauseMs = atOnce ? 0 : backOff.next();
        Logger.info("MQTT {}: {}; next attempt in {} ms", url, reason, pauseMs);
        boolean was = accepted;
        tell(() ->
                listener.disconnected(
                        new Disconnected(reason, code, was, Duration.ofMillis(pauseMs))));
        long until = Link.nowMs() + pauseMs;
        for (long left = pauseMs; left > 0 && !client.isStopping(); left = until - Link.nowMs()) {
            LockSupport.parkNanos(this, left * 1_000_000);
        }
    }

    /** Where else the server wants us: followed only if that was allowed. */
    private void noteServerReference(int code, @Nullable String reference) {
        boolean redirects =
                code == ReasonCode.USE_ANOTHER_SERVER || code == ReasonCode.SERVER_MOVED;
        if (!redirects || reference == null) {
            return;
        }
        refusal += ", which is '" + reference + "'";
        if (!followServerReference) {
            refusal += " (not followed: followServerReference is off)";
        } else if (!connector.redirect(url, reference, code == ReasonCode.SERVER_MOVED)) {
            refusal += " (not followed: expected host or host:port, separated by spaces)";
        }
    }

    /** With {@code auto}: the other version, if this one was refused. Whether to try it at once. */
    private boolean chooseVersion(int code) {
        if (version != MqttVersion.AUTO) {
            return false;
        }
        // Some servers answer a version they do not know by closing; so does one that restarts.
        boolean refused = code == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
        if (!refused && (code != -1 || !link.wasClosedByServer() || ++closedBeforeConnack < 2)) {
            return false;
        }
        closedBeforeConnack = 0;
        level = level == 5 ? 4 : 5;
        connector.stay();
        return level == 4;
    }

    private void read(Transport transport) throws IOException, InterruptedException {
        PacketDecoder decoder = new PacketDecoder(level, maximumPacketSize);
        int from = 0;
        int to = 0;
        while (true) {
            int count = transport.in().read(buffer, to, buffer.length - to);
            if (count < 0) {
                link.closedByServer();
                return;
            }
            link.heard(Link.nowMs());
            to += count;
            if (link.isOver()) {
                // Read on to the end: closing with bytes unread would reset the connection, and the
                // reset could overtake our DISCONNECT.
                from = 0;
                to = 0;
                continue;
            }
            while (true) {
                link.awaitRoom();
                int result = decoder.decode(buffer, from, to, this);
                if (result < 0) {
                    if (link.isOver()) {
                        break;
                    }
                    refuse(decoder, -result);
                    return;
                }
                if (result == 0) {
                    break;
                }
                from += result;
            }
            client.deliverEvents();
            link.flush();
            if (count < FEW_BYTES && link.isGathering()) {
                // Acknowledgements come one by one as fast as they are read: a nap, and they come
                // in one read, which costs both sides less than a wake-up for each.
                LockSupport.parkNanos(this, GATHER_NS);
            }
            if (client.isLeaving()) {
                link.leave();
                link.flush();
                link.shutdownOutput();
                return;
            }
            if (from == to) {
                from = 0;
                to = 0;
            } else if (to == buffer.length) {
                if (from == 0) {
                    buffer = Arrays.copyOf(buffer, Math.min(2 * to, maximumPacketSize + 16));
                } else {
                    System.arraycopy(buffer, from, buffer, 0, to - from);
                    to -= from;
                    from = 0;
                }
            }
        }
    }

    private void refuse(PacketDecoder decoder, int reasonCode) {
        if (decoder.rejection().reasonCode() != 0) {
            Logger.warn(
                    "MQTT {} sent a packet that cannot be accepted: {}", url, decoder.rejection());
            link.endWith(decoder.rejection().toString(), reasonCode);
        } else if (!refusal.isEmpty()) {
            link.end(refusal, reasonCode);
        } else {
            String words =
                    PacketType.name(decoder.rejection().type())
                            + " at this point: "
                            + ReasonCode.words(reasonCode);
            Logger.warn("MQTT {}: {}", url, words);
            link.endWith(words, reasonCode);
        }
    }

    /** Calls the listener; what it throws is its own affair. */
    void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            Logger.error(e, "the MQTT listener failed");
        }
    }

    // ---- packets ----

    @Override
    public int connack(Connack connack) {
        int code = connack.reasonCode();
        if (code != ReasonCode.SUCCESS) {
            String text = connack.reasonString();
            refusal =
                    "the server refused the connection: "
                            + ReasonCode.words(code)
                            + (text == null ? "" : ": " + text);
            noteServerReference(code, connack.serverReference());
            return code;
        }
        int problem = link.connack(connack);
        if (problem != 0) {
            return problem;
        }
        accepted = true;
        acceptedMs = Link.nowMs();
        closedBeforeConnack = 0;
        client.connected(connack);
        Connected connected =
                new Connected(
                        connack.sessionPresent(),
                        level == 5
                                ? MqttVersion.V5
                                : level == 4 ? MqttVersion.V3_1_1 : MqttVersion.V3_1,
                        url,
                        link.clientIdentifier(),
                        Duration.ofSeconds(link.keepAliveSeconds()),
                        connack.receiveMaximum(),
                        connack.maximumPacketSize());
        Logger.info("MQTT {}: connected, {}", url, connected.version().words());
        tell(() -> listener.connected(connected));
        return 0;
    }

    @Override
    public int publish(InboundPublish message) {
        int verdict = link.received(message);
        if (verdict > 0) {
            return verdict;
        }
        boolean duplicate = verdict == Session.DUPLICATE;
        if (!duplicate) {
            try {
                listener.message(message);
            } catch (RuntimeException e) {
                Logger.error(e, "the MQTT listener failed on a message on {}", message.topic());
            }
        }
        link.acknowledge(message, duplicate);
        return 0;
    }

    @Override
    public int acknowledgement(int type, int packetIdentifier, int reasonCode) {
        return link.acknowledgement(type, packetIdentifier, reasonCode);
    }

    @Override
    public int subscriptionAnswer(
            int type, int packetIdentifier, byte[] codes, int offset, int count) {
        int problem = link.subscriptionAnswer(type, packetIdentifier, codes, offset, count);
        // Before a message that follows in the same read: who subscribed knows what is new.
        client.deliverEvents();
        return problem;
    }

    @Override
    public int pingresp() {
        return link.isOnline() ? 0 : ReasonCode.PROTOCOL_ERROR;
    }

    @Override
    public int disconnect(ServerDisconnect disconnect) {
        @Nullable String text = disconnect.reasonString();
        refusal =
                "the server ended the connection: "
                        + ReasonCode.words(disconnect.reasonCode())
                        + (text == null ? "" : ": " + text);
        noteServerReference(disconnect.reasonCode(), disconnect.serverReference());
        return disconnect.reasonCode() == 0
                ? ReasonCode.UNSPECIFIED_ERROR
                : disconnect.reasonCode();
    }

    @Override
    public int auth(Auth auth) {
        return link.auth(auth);
    }
}
