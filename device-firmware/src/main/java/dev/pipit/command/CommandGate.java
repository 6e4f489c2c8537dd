package dev.pipit.command;

import dev.pipit.driver.ValueKind;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides on every message from a command topic, in the order of the specification: retained,
 * expired, queued from before, replayed, not entitled, too many. What passes is applied at once,
 * and every message is answered. Called on the actuation thread only; never blocks, never throws
 * for what a message says.
 */
public final class CommandGate {
    private static final int REMEMBERED = 256;
    private static final int MOST_CORRELATION_BYTES = 256;
    private static final long NS_PER_MS = 1_000_000;

    /** Hears of every decision, for the audit log and for security events. */
    @FunctionalInterface
    public interface Listener {
        void decided(Incoming incoming, Answer answer, Moment now);
    }

    private final Outputs outputs;
    private final Map<String, Access> access;
    private final Map<String, Verb> verbs;
    private final Listener listener;
    private final Map<String, TokenBucket> rates = new HashMap<>();
    private final TokenBucket allRates;
    private final Map<Object, Answer> answered =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Object, Answer> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /**
     * @param access by actuator; who is not in it gets no command through
     * @param verbs what {@code control/} understands
     */
    public CommandGate(
            Outputs outputs,
            Map<String, Access> access,
            Map<String, Verb> verbs,
            Listener listener) {
        this.outputs = outputs;
        this.access = Map.copyOf(access);
        this.verbs = Map.copyOf(verbs);
        this.listener = listener;
        this.allRates = new TokenBucket(100, 50);
        access.forEach((name, rules) ->
                rates.put(name, new TokenBucket(rules.burst(), rules.perSecond())));
        verbs.keySet().forEach(name -> rates.put("control/" + name, new TokenBucket(10, 2)));
    }

    /** Decides on one message and answers it. */
    public Answer decide(Incoming incoming, Moment now) {
        Answer answer;
        try {
            answer = pass(incoming, now);
        } catch (Refusal refusal) {
            answer = answer(incoming, refusal.decision, refusal.id, now);
        }
        listener.decided(incoming, answer, now);
        return answer;
    }

    private Answer pass(Incoming incoming, Moment now) {
        if (incoming.retained()) {
            throw new Refusal(
                    Outcome.RETAINED,
                    "the broker kept this message; send commands without the RETAIN flag");
        }
        refuseExpiredMessage(incoming, now);
        CommandText text = read(incoming);
        refuseExpired(incoming, text, now);
        refuseFromBefore(incoming, text, now);
        Object key = replayKey(incoming, text);
        Answer before = key == null ? null : answered.get(key);
        if (before != null) {
            return before.again();
        }
        refuseNotEntitled(incoming, text);
        refuseFlood(incoming, text, now);
        Answer answer = answer(incoming, apply(incoming, text, now), text.id(), now);
        if (key != null) {
            answered.put(key, answer);
        }
        return answer;
    }

    private static void refuseExpiredMessage(Incoming incoming, Moment now) {
        Long seconds = incoming.expirySeconds();
        if (seconds == null) {
            return;
        }
        long waitedNs = now.monotonicNs() - incoming.receivedNs();
        if (waitedNs / NS_PER_MS >= seconds * 1000) {
            throw new Refusal(Outcome.EXPIRED, "its Message Expiry Interval has passed");
        }
    }

    private static CommandText read(Incoming incoming) {
        try {
            if (incoming.control()) {
                String argument = CommandText.text(incoming.payload()).strip();
                return argument.startsWith("{")
                        ? CommandText.parse(argument)
                        : new CommandText(argument, 0, 0, 0, null, null);
            }
            return CommandText.parse(incoming.payload());
        } catch (IllegalArgumentException e) {
            throw new Refusal(Outcome.BAD_PAYLOAD, String.valueOf(e.getMessage()));
        }
    }

    private void refuseExpired(Incoming incoming, CommandText text, Moment now) {
        long waitedMs = (now.monotonicNs() - incoming.receivedNs()) / NS_PER_MS;
        if (text.ttlMs() > 0 && waitedMs >= text.ttlMs()) {
            throw new Refusal(
                    text, Outcome.EXPIRED, "it waited " + waitedMs + " ms, longer than its ttl");
        }
        Long expires = text.expires();
        if (expires == null) {
            return;
        }
        if (now.synchronised()) {
            if (now.epochMs() >= expires) {
                throw new Refusal(
                        text,
                        Outcome.EXPIRED,
                        "it expired "
                                + (now.epochMs() - expires)
                                + " ms ago by this device's clock");
            }
            return;
        }
        Access rules = access.get(incoming.target());
        if (incoming.control() || rules == null || rules.critical()) {
            throw new Refusal(
                    text,
                    Outcome.NOT_READY,
                    "the clock is not synchronised, so 'expires' cannot be judged; use 'ttl' or wait");
        }
    }

    private static void refuseFromBefore(Incoming incoming, CommandText text, Moment now) {
        if (!incoming.early()) {
            return;
        }
        boolean fresh =
                incoming.expirySeconds() != null || (text.expires() != null && now.synchronised());
        if (!fresh) {
            throw new Refusal(
                    text,
                    Outcome.EXPIRED,
                    "it was queued while this device was away; give it a Message Expiry Interval or 'expires'");
        }
    }

    /** What tells a command from any other: {@code null} where it says nothing of the kind. */
    private static @Nullable Object replayKey(Incoming incoming, CommandText text) {
        if (text.id() != null) {
            return List.of(incoming.topic(), text.id());
        }
        byte[] correlation = incoming.correlation();
        if (correlation == null || correlation.length == 0) {
            return null;
        }
        if (correlation.length > MOST_CORRELATION_BYTES) {
            throw new Refusal(
                    text,
                    Outcome.BAD_PAYLOAD,
                    "Correlation Data of "
                            + correlation.length
                            + " bytes: expected at most "
                            + MOST_CORRELATION_BYTES);
        }
        return List.of(incoming.topic(), ByteBuffer.wrap(correlation.clone()));
    }

    private void refuseNotEntitled(Incoming incoming, CommandText text) {
        if (incoming.control()) {
            if (!verbs.containsKey(incoming.target())) {
                throw new Refusal(
                        text,
                        Outcome.UNAUTHORISED,
                        "no verb '"
                                + quoted(incoming.target())
                                + "': expected one of "
                                + String.join(", ", verbs.keySet().stream().sorted().toList()));
            }
        } else if (!known(incoming.target())) {
            throw new Refusal(
                    text,
                    Outcome.UNAUTHORISED,
                    "no actuator '"
                            + quoted(incoming.target())
                            + "': expected one of "
                            + String.join(", ", outputs.names()));
        }
    }

    private void refuseFlood(Incoming incoming, CommandText text, Moment now) {
        // Asking for the safe value is never too much.
        if (!incoming.control() && isSafe(text)) {
            return;
        }
        String key = incoming.control() ? incoming.topic() : incoming.target();
        TokenBucket rate = rates.get(key);
        if (rate == null || !rate.take(now.monotonicNs())) {
            throw new Refusal(
                    text,
                    Decision.refused(
                            Outcome.TOO_SOON,
                            "too many commands for '" + incoming.target() + "'",
                            rate == null ? Decision.NEVER : rate.nextNs()));
        }
        if (!allRates.take(now.monotonicNs())) {
            throw new Refusal(
                    text,
                    Decision.refused(
                            Outcome.TOO_SOON, "too many commands in all", allRates.nextNs()));
        }
    }

    private Decision apply(Incoming incoming, CommandText text, Moment now) {
        if (incoming.control()) {
            Verb verb = verbs.get(incoming.target());
            return verb == null
                    ? Decision.refused(Outcome.UNAUTHORISED, "no such verb")
                    : verb.apply(text.value(), now.monotonicNs());
        }
        if (isSafe(text)) {
            return outputs.apply(incoming.target(), Order.SAFE, now.monotonicNs());
        }
        long value;
        try {
            value = outputs.values(incoming.target()).parse(text.value());
        } catch (ValueKind.OutOfRange e) {
            return Decision.refused(Outcome.OUT_OF_RANGE, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Decision.refused(Outcome.BAD_PAYLOAD, String.valueOf(e.getMessage()));
        }
        Order order = new Order(false, value, text.forMs() * NS_PER_MS, text.leaseMs() * NS_PER_MS);
        return outputs.apply(incoming.target(), order, now.monotonicNs());
    }

    private static boolean isSafe(CommandText text) {
        return text.value().equals("safe");
    }

    private boolean known(String actuator) {
        return access.containsKey(actuator) && outputs.names().contains(actuator);
    }

    private Answer answer(Incoming incoming, Decision decision, @Nullable String id, Moment now) {
        String value = null;
        if (!incoming.control() && known(incoming.target())) {
            value = outputs.values(incoming.target()).format(outputs.value(incoming.target()));
        }
        long leftMs = -1;
        long untilEpochMs = -1;
        if (decision.untilNs() != Decision.NEVER) {
            leftMs = Math.max(0, (decision.untilNs() - now.monotonicNs()) / NS_PER_MS);
            untilEpochMs = now.synchronised() ? now.epochMs() + leftMs : -1;
        }
        return new Answer(
                decision.outcome(),
                null,
                quoted(incoming.target()),
                incoming.control(),
                value,
                decision.reason(),
                leftMs,
                untilEpochMs,
                id);
    }

    /** A topic level of a stranger's, fit for a message. */
    private static String quoted(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }

    /** Ends the way through the gate. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Decision decision;
        private final @Nullable String id;

        Refusal(Outcome outcome, String reason) {
            this(null, Decision.refused(outcome, reason));
        }

        Refusal(CommandText text, Outcome outcome, String reason) {
            this(text, Decision.refused(outcome, reason));
        }

        Refusal(@Nullable CommandText text, Decision decision) {
            super(decision.reason(), null, false, false);
            this.decision = decision;
            this.id = text == null ? null : text.id();
        }
    }
}
