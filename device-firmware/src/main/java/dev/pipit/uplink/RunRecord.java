package dev.pipit.uplink;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import dev.pipit.time.TimeSource;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

    /** A card wears: a new error is written at most so often, */
    private static final long NEW_NS = Duration.ofMinutes(1).toNanos();

    /** and one that comes again in the same words so often. */
    private static final long AGAIN_NS = Duration.ofHours(1).toNanos();

    private final @Nullable StateFile file;
    private final String boot;
    private final TimeSource time;
    private final String reset;
    private @Nullable Told before;
    private @Nullable LastError saved;
    private long savedNs;

    /**
     * An error as it is told.
     *
     * @param at {@code null}: the clock was not set
     */
    private record Told(@Nullable Instant at, String what) {
        void write(JsonWriter json, String key) {
            json.key(key).object();
            if (at != null) {
                json.key("at").value(at.toString());
            }
            json.key("what").value(what).end();
        }
    }

    /**
     * @param file {@code null}: nothing is kept
     * @param boot the kernel's identifier of this boot
     */
    RunRecord(@Nullable StateFile file, String boot, TimeSource time) {
        this.file = file;
        this.boot = boot;
        this.time = time;
        String text = file == null ? null : file.read();
        this.reset = file == null ? "unknown" : text == null ? "first-start" : read(text, file);
        save(false);
        savedNs -= NEW_NS;
    }

    private String read(String text, StateFile from) {
        try {
            Json.Obj json = Json.object(Json.parse(text, MAX_LENGTH), "the record of the last run");
            if (json.find("error") != null) {
                Json.Obj error = Json.object(json.get("error"), "error");
                Instant at = error.find("at") == null ? null : Instant.parse(error.string("at"));
                before = new Told(at, error.string("what"));
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
    private @Nullable Told error() {
        LastError now = LastError.last();
        if (now == null) {
            return before;
        }
        if (!time.synchronised()) {
            return new Told(null, now.what());
        }
        long agoMs = (time.monotonicNs() - now.atNs()) / 1_000_000;
        Instant at = Instant.ofEpochMilli(time.wallMs() - agoMs);
        return new Told(at.truncatedTo(ChronoUnit.SECONDS), now.what());
    }

    /** Members {@code reset} and {@code last-error} of an open object. */
    void write(JsonWriter json) {
        json.key("reset").value(reset);
        Told error = error();
        if (error != null) {
            error.write(json, "last-error");
        }
    }

    /**
     * Each second: an error that is new goes to the card. The first one at once, for it may be what
     * this process is killed for; that this very file cannot be written comes again in the same
     * words.
     */
    synchronized void keep() {
        LastError now = LastError.last();
        if (now == null || now.equals(saved)) {
            return;
        }
        boolean again = saved != null && saved.what().equals(now.what());
        if (time.monotonicNs() - savedNs >= (again ? AGAIN_NS : NEW_NS)) {
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
        saved = LastError.last();
        savedNs = time.monotonicNs();
        JsonWriter json = new JsonWriter().object().key("boot").value(boot);
        json.key("ended").value(ended ? "yes" : "no");
        Told error = error();
        if (error != null) {
            error.write(json, "error");
        }
        file.write(json.end().toString());
    }
}
