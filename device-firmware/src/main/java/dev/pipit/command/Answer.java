package dev.pipit.command;

import dev.pipit.json.JsonWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the sender of a command is told. As JSON, with only the keys that mean something:
 *
 * <pre>
 * {"answer":"ok","actuator":"relay","value":"on","left":59999,"until":"2026-11-22T18:00:59.999Z","id":"7f"}
 * {"answer":"too-soon","actuator":"pump","value":"off","reason":"...","left":1200,"id":"80"}
 * {"answer":"out-of-range","actuator":"fan","value":"40","value-left":31000,"reason":"...","id":"81"}
 * {"answer":"duplicate","first":"ok","actuator":"relay","value":"on","id":"7f"}
 * </pre>
 *
 * @param outcome the word under {@code answer}
 * @param first where {@code outcome} is {@link Outcome#DUPLICATE}: what the first one was told
 * @param target the actuator or verb
 * @param control whether {@code target} is a verb
 * @param value the value now in force, as text; {@code null}: there is no such actuator
 * @param valueLeftMs {@code value-left}, in a refusal: milliseconds until that value ends; -1: it
 *     does not, or {@code leftMs} says it
 * @param reason one sentence for people; empty where the outcome says all
 * @param leftMs {@code left}: milliseconds until the value ends, or until a refused command may
 *     pass; -1: no such time
 * @param untilEpochMs the same as a time of day; -1: no such time, or the clock is not synchronised
 * @param id the command's own
 */
public record Answer(
        Outcome outcome,
        @Nullable Outcome first,
        String target,
        boolean control,
        @Nullable String value,
        long valueLeftMs,
        String reason,
        long leftMs,
        long untilEpochMs,
        @Nullable String id) {
    /** The same answer to a command that came again. */
    Answer again() {
        return outcome == Outcome.DUPLICATE
                ? this
                : new Answer(
                        Outcome.DUPLICATE,
                        outcome,
                        target,
                        control,
                        value,
                        valueLeftMs,
                        reason,
                        leftMs,
                        untilEpochMs,
                        id);
    }

    /** The answer to a command that could not be judged; nothing will come of it. */
    public static Answer unheard(Incoming incoming, Outcome outcome, String reason) {
        String id;
        try {
            id = CommandText.parse(incoming.payload()).id();
        } catch (IllegalArgumentException unreadable) {
            id = null;
        }
        return new Answer(
                outcome,
                null,
                CommandGate.quoted(incoming.target()),
                incoming.control(),
                null,
                -1,
                reason,
                -1,
                -1,
                id);
    }

    public String json() {
        JsonWriter json = new JsonWriter().object().key("answer").value(outcome.word());
        if (first != null) {
            json.key("first").value(first.word());
        }
        json.key(control ? "verb" : "actuator").value(target);
        if (value != null) {
            json.key("value").value(value);
        }
        if (valueLeftMs >= 0) {
            json.key("value-left").value(valueLeftMs);
        }
        if (!reason.isEmpty()) {
            json.key("reason").value(reason);
        }
        if (leftMs >= 0) {
            json.key("left").value(leftMs);
        }
        if (untilEpochMs >= 0) {
            json.key("until").value(Instant.ofEpochMilli(untilEpochMs).toString());
        }
        if (id != null) {
            json.key("id").value(id);
        }
        return json.end().toString();
    }
}
