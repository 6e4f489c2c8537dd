package dev.pipit.mqtt.session;

import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.mqtt.packet.Subscribe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions that the application wants, and how far the server knows of them. Rarely used,
 * so plainly written.
 */
final class Subscriptions {
    private static final class Request {
        final String filter;
        final int options;
        final int subscriptionIdentifier;
        final boolean unsubscribe;

        /** Packet Identifier while the answer is awaited, otherwise 0. */
        int identifier;

        boolean answered;

        Request(String filter, int options, int subscriptionIdentifier, boolean unsubscribe) {
            this.filter = filter;
            this.options = options;
            this.subscriptionIdentifier = subscriptionIdentifier;
            this.unsubscribe = unsubscribe;
        }
    }

    private final PacketIdentifiers identifiers;

    /** By filter: the last word on it. */
    private final Map<String, Request> wanted = new LinkedHashMap<>();

    /** Sent but replaced since by a new word on the same filter. */
    private final List<Request> outdated = new ArrayList<>();

    private boolean anyToSend;

    Subscriptions(PacketIdentifiers identifiers) {
        this.identifiers = identifiers;
    }

    void subscribe(String filter, int options, int subscriptionIdentifier) {
        replace(new Request(filter, options, subscriptionIdentifier, false));
    }

    void unsubscribe(String filter) {
        replace(new Request(filter, 0, 0, true));
    }

    private void replace(Request request) {
        Request before = wanted.remove(request.filter);
        if (before != null && before.identifier != 0) {
            outdated.add(before);
        }
        wanted.put(request.filter, request);
        anyToSend = true;
    }

    /**
     * A connection begins: unanswered requests are sent again, and without a session all of them.
     *
     * @param mayKnow the server may know a subscription that is to be given up
     * @param knows the server is known to have what it answered
     */
    void begin(boolean mayKnow, boolean knows) {
        for (Request request : outdated) {
            identifiers.free(request.identifier);
        }
        outdated.clear();
        if (!mayKnow) {
            wanted.values().removeIf(request -> request.unsubscribe && release(request));
        }
        for (Request request : wanted.values()) {
            release(request);
            if (!knows) {
                request.answered = false;
            }
        }
        anyToSend = true;
    }

    private boolean release(Request request) {
        if (request.identifier != 0) {
            identifiers.free(request.identifier);
            request.identifier = 0;
        }
        return true;
    }

    /** Whether {@link #send} has something to do. */
    boolean anyToSend() {
        return anyToSend;
    }

    /** Whether an answer is awaited, or a request waits to be sent. */
    boolean anyUnanswered() {
        for (Request request : wanted.values()) {
            if (!request.answered) {
                return true;
            }
        }
        return false;
    }

    /** Adds what is to be sent and fits; packets above the server's maximum are given up. */
    void send(int level, int maximumPacketSize, SendBuffer out, Answers answers) {
        boolean left = false;
        for (Request request : wanted.values()) {
            if (request.answered || request.identifier != 0) {
                continue;
            }
            if (left) {
                break;
            }
            int identifier = identifiers.take();
            byte[] packet =
                    request.unsubscribe
                            ? Subscribe.encodeUnsubscribe(level, identifier, request.filter)
                            : Subscribe.encode(
                                    level,
                                    identifier,
                                    request.filter,
                                    request.options,
                                    request.subscriptionIdentifier);
            if (packet.length > Math.min(maximumPacketSize, out.capacity())) {
                identifiers.free(identifier);
                request.answered = true;
                answers.subscribed(request.filter, ReasonCode.PACKET_TOO_LARGE);
            } else if (packet.length > out.room()) {
                identifiers.free(identifier);
                left = true;
            } else {
                request.identifier = identifier;
                out.add(packet);
            }
        }
        anyToSend = left;
    }

    /** Takes the answers to SUBSCRIBE that the application wants to hear. */
    interface Answers {
        void subscribed(String filter, int reasonCode);
    }

    /**
     * SUBACK or UNSUBACK.
     *
     * @param count of Reason Codes: each request names one filter, so 1, or 0 for an UNSUBACK
     *     before MQTT 5
     * @return 0, or the Reason Code with which the connection has to end
     */
    int answered(
            boolean unsuback,
            int identifier,
            byte[] codes,
            int offset,
            int count,
            Answers answers) {
        Request request = find(identifier);
        if (request == null || request.unsubscribe != unsuback || count > 1) {
            return ReasonCode.PROTOCOL_ERROR;
        }
        release(request);
        if (outdated.remove(request)) {
            return 0;
        }
        request.answered = true;
        if (unsuback) {
            wanted.remove(request.filter);
        } else {
            answers.subscribed(request.filter, codes[offset] & 0xFF);
        }
        return 0;
    }

    private @Nullable Request find(int identifier) {
        for (Request request : wanted.values()) {
            if (request.identifier == identifier) {
                return request;
            }
        }
        for (Request request : outdated) {
            if (request.identifier == identifier) {
                return request;
            }
        }
        return null;
    }
}
