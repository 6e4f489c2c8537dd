package dev.pipit.telemetry;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which id stands for which sensor's schema, for ever: a table that the agent keeps in a file, so
 * that an id means the same after a restart. A changed schema gets another id. An id is used again
 * only when all 256 are taken and it has not been in use for a year: until then frames may be
 * about, and a retained schema that would explain them wrongly.
 *
 * <p>Cold path, one thread. Write {@link #toJson()} to disk before the first frame with a new id.
 */
public final class SchemaIds {
    private static final int IDS = 256;
    private static final long KEEP_MS = 366L * 24 * 3600 * 1000;

    private record Entry(String sensor, Schema schema, long lastUsedMs) {}

    private final List<Entry> entries = new ArrayList<>();

    /** An empty table, for a device that never sent anything. */
    public SchemaIds() {}

    /**
     * Reads what {@link #toJson()} wrote.
     *
     * @throws FormatException if it is anything else; the caller keeps the file and starts none,
     *     for a new table would give old ids new meanings
     */
    public static SchemaIds parse(String text) throws FormatException {
        SchemaIds ids = new SchemaIds();
        try {
            for (Json item : Json.object(Json.parse(text), "schema ids").array("ids")) {
                Json.Obj entry = Json.object(item, "entry");
                ids.entries.add(
                        new Entry(
                                entry.string("sensor"),
                                Schema.parse(entry.string("schema")),
                                entry.whole("used", 0, Long.MAX_VALUE)));
            }
        } catch (JsonException e) {
            throw new FormatException("schema ids: " + e.getMessage(), e);
        }
        long distinct = ids.entries.stream().map(entry -> entry.schema.id()).distinct().count();
        if (distinct != ids.entries.size()) {
            throw new FormatException("schema ids: an id stands twice");
        }
        return ids;
    }

    public String toJson() {
        JsonWriter json = new JsonWriter().object().key("ids").array();
        for (Entry entry : entries) {
            json.object().key("sensor").value(entry.sensor).key("used").value(entry.lastUsedMs);
            json.key("schema").value(entry.schema.toJson()).end();
        }
        return json.end().end().toString();
    }

    /**
     * The sensor's schema with its id: the one it had before, or a new one.
     *
     * @param schema its own id does not matter
     * @param nowMs since the epoch; while the clock is not set, 0
     * @throws IllegalStateException if all ids are taken by schemas of the last year
     */
    public Schema assign(String sensor, Schema schema, long nowMs) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.sensor.equals(sensor) && entry.schema.describesAs(schema)) {
                entries.set(i, new Entry(sensor, entry.schema, Math.max(nowMs, entry.lastUsedMs)));
                return entry.schema;
            }
        }
        Schema numbered = schema.withId(freeId(nowMs));
        entries.add(new Entry(sensor, numbered, nowMs));
        return numbered;
    }

    /** The schema that an id stands for; {@code null}: none. */
    public @Nullable Schema byId(int id) {
        for (Entry entry : entries) {
            if (entry.schema.id() == id) {
                return entry.schema;
            }
        }
        return null;
    }

    /** The sensor that an id's schema is of; {@code null}: none. */
    public @Nullable String sensorOf(int id) {
        for (Entry entry : entries) {
            if (entry.schema.id() == id) {
                return entry.sensor;
            }
        }
        return null;
    }

    private int freeId(long nowMs) {
        if (entries.size() < IDS) {
            boolean[] taken = new boolean[IDS];
            entries.forEach(entry -> taken[entry.schema.id()] = true);
            int id = 0;
            while (taken[id]) {
                id++;
            }
            return id;
        }
        Optional<Entry> oldest =
                entries.stream()
                        .filter(entry -> nowMs - entry.lastUsedMs > KEEP_MS)
                        .min(Comparator.comparingLong(Entry::lastUsedMs));
        Entry retired =
                oldest.orElseThrow(() ->
                        new IllegalStateException(
                                "all 256 schema ids were used within the last year: a new"
                                        + " one would give frames that are still about"
                                        + " another meaning; give the device a new id"));
        entries.remove(retired);
        return retired.schema.id();
    }
}
