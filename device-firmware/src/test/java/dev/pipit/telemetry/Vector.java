package dev.pipit.telemetry;

import dev.pipit.json.Json;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** One of the format's published vectors: a frame, and the rows it decodes to. */
record Vector(String name, String schemaText, String frameHex, List<Json> rows, int flags) {
    static List<Vector> all() {
        try (InputStream in =
                Objects.requireNonNull(Vector.class.getResourceAsStream("compact.json"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<Vector> vectors = new ArrayList<>();
            for (Json item : Json.array(Json.parse(text), "vectors")) {
                Json.Obj json = Json.object(item, "vector");
                vectors.add(
                        new Vector(
                                json.string("name"),
                                json.string("schema"),
                                json.string("frame"),
                                json.array("rows"),
                                (int) json.whole("flags", 0, 15)));
            }
            return vectors;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static List<Vector> flat() {
        return all().stream().filter(v -> (v.flags & FrameFlags.DENSE) == 0).toList();
    }

    static List<Vector> dense() {
        return all().stream().filter(v -> (v.flags & FrameFlags.DENSE) != 0).toList();
    }

    byte[] frame() {
        return HexFormat.of().parseHex(frameHex);
    }

    Schema schema() {
        try {
            return Schema.parse(schemaText);
        } catch (FormatException e) {
            throw new AssertionError(e);
        }
    }

    /** Fills a reading with row {@code i}. */
    void row(int i, Reading into) {
        try {
            List<Json> row = Json.array(rows.get(i), "row");
            into.timeMs(Json.whole(row.get(0), "time", 0, Schema.MAX_TIME_MS));
            List<Json> values = Json.array(row.get(1), "values");
            for (int c = 0; c < values.size(); c++) {
                if (values.get(c) instanceof Json.Obj missing) {
                    into.missing(c, (int) missing.whole("missing", 0, 7));
                } else {
                    into.value(
                            c, Json.whole(values.get(c), "value", Long.MIN_VALUE, Long.MAX_VALUE));
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
