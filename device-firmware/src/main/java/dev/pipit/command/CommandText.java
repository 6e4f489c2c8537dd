package dev.pipit.command;

import dev.pipit.driver.Millis;
import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command's payload, read but not yet held against an actuator: {@code on}, {@code 45.5}, {@code
 * on for 500ms}, or a JSON object.
 *
 * @param value as written; {@code safe} asks for the safe value
 * @param forMs length of a pulse; 0: none
 * @param leaseMs 0: as configured
 * @param fadeMs how long the way to the value shall take; 0: as fast as allowed
 * @param ttlMs how long after its receipt the command may still be carried out; 0: no limit
 * @param expires when it ends to be valid, milliseconds since the epoch; {@code null}: never
 * @param id at most {@value #LONGEST_ID} characters; {@code null}: none
 */
public record CommandText(
        String value,
        long forMs,
        long leaseMs,
        long fadeMs,
        long ttlMs,
        @Nullable Long expires,
        @Nullable String id) {
    /** Bytes of a payload at most. */
    public static final int MOST_BYTES = 1024;

    static final int LONGEST_ID = 64;

    private static final Pattern PULSE = Pattern.compile("(\\S{1,40}) for (\\S{1,20})");
    private static final Set<String> KEYS =
            Set.of("value", "for", "lease", "fade", "ttl", "expires", "id");
    private static final long LONGEST_MS = 366L * 24 * 3_600_000;

    /** The same command with the expiry of its signed envelope, where that comes first. */
    CommandText expiringAt(String envelope) {
        if (envelope.isEmpty()) {
            return this;
        }
        long outer = instant(envelope);
        Long own = expires;
        return new CommandText(
                value,
                forMs,
                leaseMs,
                fadeMs,
                ttlMs,
                own == null ? outer : Math.min(own, outer),
                id);
    }

    /**
     * @throws IllegalArgumentException with words for the sender
     */
    public static CommandText parse(byte[] payload) {
        return parse(text(payload));
    }

    static String text(byte[] payload) {
        if (payload.length > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "payload of " + payload.length + " bytes: expected at most " + MOST_BYTES);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("payload is not UTF-8", e);
        }
    }

    static CommandText parse(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            throw new IllegalArgumentException("payload is empty: expected a value");
        }
        if (stripped.startsWith("{")) {
            try {
                return json(Json.object(Json.parse(stripped, MOST_BYTES), "payload"));
            } catch (JsonException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
        Matcher pulse = PULSE.matcher(stripped);
        if (pulse.matches()) {
            long forMs = millis("for", pulse.group(2));
            return new CommandText(pulse.group(1), forMs, 0, 0, 0, null, null);
        }
        if (stripped.length() > 40) {
            throw new IllegalArgumentException(
                    "payload of "
                            + stripped.length()
                            + " characters: expected a value or a JSON object");
        }
        return new CommandText(stripped, 0, 0, 0, 0, null, null);
    }

    private static CommandText json(Json.Obj object) throws JsonException {
        for (String key : object.members().keySet()) {
            if (!KEYS.contains(key)) {
                throw new JsonException(
                        "unknown key '"
                                + key
                                + "': expected value, for, lease, fade, ttl, expires or id");
            }
        }
        String id = object.find("id") == null ? null : object.string("id");
        if (id != null && (id.isEmpty() || id.length() > LONGEST_ID)) {
            throw new JsonException(
                    "'id' has " + id.length() + " characters: expected 1 to " + LONGEST_ID);
        }
        return new CommandText(
                value(object.get("value")),
                millis(object, "for"),
                millis(object, "lease"),
                millis(object, "fade"),
                millis(object, "ttl"),
                object.find("expires") == null ? null : instant(object.string("expires")),
                id);
    }

    private static String value(Json value) throws JsonException {
        return switch (value) {
            case Json.Str text -> text.value();
            case Json.Num number -> number.value().toPlainString();
            case Json.Bool flag -> flag.value() ? "on" : "off";
            default ->
                    throw new JsonException(
                            "'value' is " + value.kind() + ": expected a string or a number");
        };
    }

    private static long millis(Json.Obj object, String key) throws JsonException {
        return object.find(key) == null ? 0 : millis(key, object.string(key));
    }

    private static long millis(String key, String text) {
        long millis;
        try {
            millis = Millis.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + key + "' is " + e.getMessage(), e);
        }
        if (millis < 1 || millis > LONGEST_MS) {
            throw new IllegalArgumentException(
                    "'"
                            + key
                            + "' is '"
                            + text
                            + "': expected 1ms to "
                            + Millis.format(LONGEST_MS));
        }
        return millis;
    }

    private static long instant(String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return instant.toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'expires' is '" + text + "': expected a time such as 2026-11-22T18:00:00Z", e);
        }
    }
}
