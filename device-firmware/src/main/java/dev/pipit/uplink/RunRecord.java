package dev.pipit.uplink;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why this process runs, and the last error of it or of the one before: what somebody far away
 * wants to know first. Kept in a small file that says of every run in which boot it was and whether
 * it has ended.
 *
 * <pre>
 *                    ended in order    did not
 * in this boot       restart           crash         killed, failed or frozen
 * in another one     power-on          power-lost    or the whole machine froze
 * nothing is known   first-start       unknown       where nothing can be kept
 * </pre>
 */
public final class RunRecord {
    private static final int MAX_LENGTH = 4_096;

    private final @Nullable StateFile file;
    private final String boot;
    private final String reset;
    private @Nullable LastError before;
    private @Nullable LastError saved;

    /**
     * @param file {@code null}: nothing is kept
     * @param boot the kernel's identifier of this boot
     */
    RunRecord(@Nullable StateFile file, String boot) {
        this.file = file;
        this.boot = boot;
        String text = file == null ? null : file.read();
        this.reset = file == null ? "unknown" : text == null ? "first-start" : read(text, file);
        save(false);
    }

    private String read(String text, StateFile from) {
        try {
            Json.Obj json = Json.object(Json.parse(text, MAX_LENGTH), "the record of the last run");
            if (json.find("error") != null) {
                Json.Obj error = Json.object(json.get("error"), "error");
                before = new LastError(Instant.parse(error.string("at")), error.string("what"));
            }
            boolean sameBoot = json.string("boot").equals(boot);
            boolean ended = json.string("ended").equals("yes");
            return sameBoot ? (ended ? "restart" : "crash") : ended ? "power-on" : "power-lost";
        } catch (JsonException | DateTimeException damaged) {
            from.setAside(String.valueOf(damaged.getMessage()));
            return "unknown";
        }
    }

    /** Why this process was started. */
    String reset() {
        return reset;
    }

    /** The newest error known, of this run or of an earlier one; {@code null}: none. */
    private @Nullable LastError error() {
        LastError now = LastError.last();
        return now == null ? before : now;
    }

    /** Members {@code reset} and {@code last-error} of an open object. */
    void write(JsonWriter json) {
        json.key("reset").value(reset);
        writeError(json, "last-error");
    }

    private void writeError(JsonWriter json, String key) {
        LastError error = error();
        if (error != null) {
            json.key(key).object().key("at").value(error.at().toString());
            json.key("what").value(error.what()).end();
        }
    }

    /** Once a minute: an error that is new goes to the card. */
    synchronized void keep() {
        if (!Objects.equals(error(), saved)) {
            save(false);
        }
    }

    /** The process ends in order. */
    synchronized void ended() {
        save(true);
    }

    private void save(boolean ended) {
        if (file == null) {
            return;
        }
        saved = error();
        JsonWriter json = new JsonWriter().object().key("boot").value(boot);
        json.key("ended").value(ended ? "yes" : "no");
        writeError(json, "error");
        file.write(json.end().toString());
    }
}
