package dev.pipit.command;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command in a signed envelope:
 *
 * <pre>
 * {"signed":"on for 5s","key":"ops","counter":1795370000000,"expires":"2026-11-22T18:00:00Z","sig":"base64url"}
 * </pre>
 *
 * @param payload the command, exactly as signed
 * @param key which key signed it
 * @param counter above every counter that this key used before; milliseconds since the epoch serve
 * @param expires as sent; the empty string where there is none
 */
// Never compared, and copied by nobody.
@SuppressWarnings("ArrayRecordComponent")
record SignedText(String payload, String key, long counter, String expires, byte[] signature) {
    private static final Set<String> KEYS = Set.of("signed", "key", "counter", "expires", "sig");

    /** The envelope, or {@code null} where a payload is none. */
    static @Nullable SignedText parseOrNull(String text) {
        if (!text.startsWith("{") || !text.contains("\"sig\"")) {
            return null;
        }
        try {
            Json.Obj object = Json.object(Json.parse(text, CommandText.MOST_BYTES), "payload");
            if (object.find("signed") == null) {
                return null;
            }
            for (String key : object.members().keySet()) {
                if (!KEYS.contains(key)) {
                    throw new JsonException(
                            "unknown key '"
                                    + key
                                    + "': expected signed, key, counter, expires or sig");
                }
            }
            return new SignedText(
                    object.string("signed"),
                    object.string("key"),
                    object.whole("counter", 0, Long.MAX_VALUE),
                    object.string("expires", ""),
                    Base64.getUrlDecoder().decode(object.string("sig")));
        } catch (JsonException | IllegalArgumentException e) {
            throw new IllegalArgumentException("signed command: " + e.getMessage(), e);
        }
    }

    String json() {
        JsonWriter json = new JsonWriter().object();
        json.key("signed").value(payload).key("key").value(key).key("counter").value(counter);
        if (!expires.isEmpty()) {
            json.key("expires").value(expires);
        }
        String sig = Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        return json.key("sig").value(sig).end().toString();
    }
}
