package dev.pipit.command;

import dev.pipit.driver.ValueKind;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final String TOO_MANY = "too many ";

    /** Hears of every decision, for the audit log and for security events. */
    @FunctionalInterface
    public interface Listener {
        void decided(Incoming incoming, Answer answer, Moment now);
    }

    private final Outputs outputs;
    private final Map<String, Access> access;
    private final Map<String, Verb> verbs;
    private final Signing signing;
    private final Listener listener;

    /** Checking a signature takes milliseconds on a small Pi: a forger must not get them all. */
    private final TokenBucket signatures = new TokenBucket(20, 10);

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
     * @param signing whose signatures count; where there are keys, every verb but {@code safe}
     *     needs one
     */
    public CommandGate(
            Outputs outputs,
            Map<String, Access> access,
            Map<String, Verb> verbs,
            Signing signing,
            Listener listener) {
        this.outputs = outputs;
        this.access = Map.copyOf(access);
        this.verbs = Map.copyOf(verbs);
        this.signing = signing;
        this.listener = listener;
        this.allRates = new TokenBucket(100, 50);
        access.forEach((name, rules) ->
                rates.put(name, new TokenBucket(rules.burst(), rules.perSecond())));
        verbs.keySet().forEach(name -> rates.put("control/" + name, new TokenBucket(10, 2)));
    }

    /** Whether an answer refuses a message because there are too many, not for what it says. */
    public static boolean flooded(Answer answer) {
        return answer.outcome() == Outcome.TOO_SOON && answer.reason().startsWith(TOO_MANY);
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
        SignedText signed = envelope(incoming);
        CommandText text = read(incoming, signed);
        refuseExpired(incoming, text, now);
        refuseFromBefore(incoming, text, now);
        Object key = replayKey(incoming, text);
        Answer before = key == null ? null : answered.get(key);
        if (before != null) {
            return before.again();
        }
        refuseNotEntitled(incoming, text, signed, now);
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

    private static @Nullable SignedText envelope(Incoming incoming) {
        try {
            return SignedText.parseOrNull(CommandText.text(incoming.payload()).strip());
        } catch (IllegalArgumentException e) {
            throw new Refusal(Outcome.BAD_PAYLOAD, String.valueOf(e.getMessage()));
        }
    }

    private static CommandText read(Incoming incoming, @Nullable SignedText signed) {
        try {
            String text =
                    signed == null
                            ? CommandText.text(incoming.payload()).strip()
                            : signed.payload().strip();
            CommandText read =
                    incoming.control() && !text.startsWith("{")
                            ? new CommandText(text, 0, 0, 0, 0, null, null)
                            : CommandText.parse(text);
            return signed == null ? read : read.expiringAt(signed.expires());
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
                    "the clock is not synchronised, so 'expires' cannot be judged; use 'ttl' or"
                            + " wait");
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
                    "it was queued while this device was away; give it a Message Expiry Interval or"
                            + " 'expires'");
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

    private void refuseNotEntitled(
            Incoming incoming, CommandText text, @Nullable SignedText signed, Moment now) {
        String target = incoming.target();
        Set<String> roles;
        boolean needed;
        if (incoming.control()) {
            if (!verbs.containsKey(target)) {
                throw new Refusal(
                        text,
                        Outcome.UNAUTHORISED,
                        "no verb '"
                                + quoted(target)
                                + "': expected one of "
                                + String.join(", ", verbs.keySet().stream().sorted().toList()));
            }
            roles = signing.verbRoles().getOrDefault(target, Set.of());
            needed = !roles.isEmpty() || (!signing.keys().isEmpty() && !target.equals("safe"));
        } else {
            Access rules = access.get(target);
            if (rules == null || !outputs.names().contains(target)) {
                throw new Refusal(
                        text,
                        Outcome.UNAUTHORISED,
                        "no actuator '"
                                + quoted(target)
                                + "': expected one of "
                                + String.join(", ", outputs.names()));
            }
            roles = rules.roles();
            needed = !roles.isEmpty();
        }
        if (signed != null) {
            refuseForged(incoming, text, signed, roles, now);
        } else if (needed) {
            throw new Refusal(text, Outcome.UNAUTHORISED, "this command must be signed");
        }
    }

    private void refuseForged(
            Incoming incoming, CommandText text, SignedText signed, Set<String> roles, Moment now) {
        TrustedKey key = signing.keys().get(signed.key());
        if (key == null) {
            throw new Refusal(text, Outcome.UNAUTHORISED, "no key '" + quoted(signed.key()) + "'");
        }
        if (!roles.isEmpty() && Collections.disjoint(roles, key.roles())) {
            throw new Refusal(
                    text,
                    Outcome.UNAUTHORISED,
                    "key '" + key.id() + "' has none of the roles that this needs");
        }
        if (!signatures.take(now.monotonicNs())) {
            throw new Refusal(
                    text,
                    Decision.refused(
                            Outcome.TOO_SOON, TOO_MANY + "signed commands", signatures.nextNs()));
        }
        byte[] covered =
                SigningKey.covered(
                        signing.device(),
                        incoming.topic(),
                        signed.counter(),
                        signed.expires(),
                        signed.payload());
        if (!key.algorithm().verify(key.key(), covered, signed.signature())) {
            throw new Refusal(text, Outcome.UNAUTHORISED, "the signature does not fit");
        }
        long highest = signing.counters().highest(key.id());
        if (signed.counter() <= highest) {
            throw new Refusal(
                    text,
                    Outcome.REPLAYED,
                    "counter "
                            + signed.counter()
                            + " of key '"
                            + key.id()
                            + "' was used: expected above "
                            + highest);
        }
        if (!signing.counters().raise(key.id(), signed.counter())) {
            throw new Refusal(
                    text, Outcome.NOT_READY, "the counter cannot be kept: is the disk full?");
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
                            TOO_MANY + "commands for '" + incoming.target() + "'",
                            rate == null ? Decision.NEVER : rate.nextNs()));
        }
        if (!allRates.take(now.monotonicNs())) {
            throw new Refusal(
                    text,
                    Decision.refused(
                            Outcome.TOO_SOON, TOO_MANY + "commands in all", allRates.nextNs()));
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
        if (text.fadeMs() > 0 && !(outputs.values(incoming.target()) instanceof ValueKind.Level)) {
            return Decision.refused(
                    Outcome.BAD_PAYLOAD,
                    "'fade' means nothing for " + outputs.values(incoming.target()).expected());
        }
        Order order =
                new Order(
                        false,
                        value,
                        text.forMs() * NS_PER_MS,
                        text.leaseMs() * NS_PER_MS,
                        text.fadeMs() * NS_PER_MS);
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
        long valueLeftMs = -1;
        if (!incoming.control() && known(incoming.target())) {
            value = outputs.shown(incoming.target());
            if (decision.outcome() != Outcome.OK) {
                valueLeftMs = leftMs(outputs.untilNs(incoming.target()), now);
            }
        }
        long leftMs = leftMs(decision.untilNs(), now);
        long untilEpochMs = leftMs >= 0 && now.synchronised() ? now.epochMs() + leftMs : -1;
        return new Answer(
                decision.outcome(),
                null,
                quoted(incoming.target()),
                incoming.control(),
                value,
                valueLeftMs,
                decision.reason(),
                leftMs,
                untilEpochMs,
                id);
    }

    /** How far away a time is, in milliseconds; -1: it does not come. */
    private static long leftMs(long untilNs, Moment now) {
        return untilNs == Decision.NEVER
                ? -1
                : Math.max(0, (untilNs - now.monotonicNs()) / NS_PER_MS);
    }

    /** A topic level of a stranger's, fit for a message. */
    static String quoted(String text) {
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
