package dev.pipit.telemetry;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames as lines of JSON, for other programs and for people at a shell.
 *
 * <pre>
 * {"schema":"{\"v\":1,...}","frame":"d107..."}  to  {"rows":[[1767225600000,[2149,{"missing":1}]]]}
 * {"schema":"{\"v\":1,...}","rows":[[...]]}     to  {"frame":"d107..."}
 * </pre>
 *
 * A line that cannot be read becomes {@code {"error":"..."}}; the next one is read all the same.
 */
public final class FrameLines {
    private static final int MAX_LINE = 16 << 20;
    private static final HexFormat HEX = HexFormat.of();

    private final DenseDecoder decoder = new DenseDecoder();
    private @Nullable String schemaText;
    private @Nullable Batch batch;
    private boolean failed;

    /** Whether any line so far became an error. */
    public boolean failed() {
        return failed;
    }

    /** A frame, flat or dense, to rows of integers. */
    public String decode(String line) {
        try {
            Json.Obj json = Json.object(Json.parse(line, MAX_LINE), "line");
            Batch rows = batch(json.string("schema"));
            byte[] frame = bytes(json.string("frame"));
            if ((FrameFlags.of(frame, 0, frame.length) & FrameFlags.DENSE) != 0) {
                decoder.decode(frame, 0, frame.length, rows);
            } else {
                Reading reading = new Reading(rows.schema().channelCount());
                FlatFrame.decode(rows.schema(), frame, 0, frame.length, reading);
                return new JsonWriter()
                        .object()
                        .key("rows")
                        .array()
                        .value(row(reading))
                        .end()
                        .end()
                        .toString();
            }
            return rows(rows);
        } catch (JsonException | FormatException | IllegalArgumentException e) {
            return error(e);
        }
    }

    /**
     * Rows to a frame: a dense one, unless {@code "flags"} (0..15 as in the first byte) say
     * otherwise. Rows that need more than one frame become {@code {"frames":["...","..."]}}.
     */
    public String encode(String line) {
        try {
            Json.Obj json = Json.object(Json.parse(line, MAX_LINE), "line");
            Batch rows = batch(json.string("schema"));
            Schema schema = rows.schema();
            int flags =
                    json.find("flags") == null
                            ? FrameFlags.DENSE
                            : (int) json.whole("flags", 0, 15);
            List<Json> items = json.array("rows");
            if (items.isEmpty() || items.size() > Schema.MAX_ROWS) {
                throw new FormatException(items.size() + " rows: expected 1 to " + Schema.MAX_ROWS);
            }
            Reading reading = new Reading(schema.channelCount());
            if ((flags & FrameFlags.DENSE) == 0) {
                if (items.size() > 1) {
                    throw new FormatException(
                            items.size() + " rows: expected 1, which is what a flat frame holds");
                }
                reading(schema, items.get(0), 0, reading);
                byte[] out = new byte[FlatFrame.length(schema, flags)];
                FlatFrame.encode(schema, flags, reading, out, 0);
                return frames(List.of(HEX.formatHex(out)));
            }
            for (int i = 0; i < items.size(); i++) {
                reading(schema, items.get(i), i, reading);
                rows.add(reading);
            }
            return frames(encode(rows, flags & ~FrameFlags.DENSE));
        } catch (JsonException | FormatException | IllegalArgumentException e) {
            return error(e);
        }
    }

    private static List<String> encode(Batch rows, int flags) {
        FrameEncoder encoder =
                new FrameEncoder(rows.schema(), rows.size(), DenseEncoder.Effort.FULL);
        byte[] out = new byte[FrameEncoder.maxLength(rows.schema(), rows.size())];
        List<String> frames = new ArrayList<>();
        for (int row = 0; row < rows.size(); row += encoder.rowsTaken()) {
            int length = encoder.encode(rows, row, flags, out, 0);
            frames.add(HEX.formatHex(out, 0, length));
        }
        return frames;
    }

    private static String frames(List<String> frames) {
        JsonWriter json = new JsonWriter().object();
        if (frames.size() == 1) {
            return json.key("frame").value(frames.get(0)).end().toString();
        }
        json.key("frames").array();
        frames.forEach(json::value);
        return json.end().end().toString();
    }

    /** An empty batch of the schema; the last schema is kept, as lines of one sensor follow. */
    private Batch batch(String text) throws FormatException {
        Batch kept = batch;
        if (kept == null || !text.equals(schemaText)) {
            kept = new Batch(Schema.parse(text), Schema.MAX_ROWS);
            batch = kept;
            schemaText = text;
        }
        kept.clear();
        return kept;
    }

    private static byte[] bytes(String hex) throws FormatException {
        try {
            return HEX.parseHex(hex);
        } catch (IllegalArgumentException e) {
            throw new FormatException("'frame' is no hexadecimal: " + e.getMessage(), e);
        }
    }

    private static String rows(Batch rows) {
        Reading reading = new Reading(rows.schema().channelCount());
        JsonWriter json = new JsonWriter().object().key("rows").array();
        for (int i = 0; i < rows.size(); i++) {
            rows.row(i, reading);
            json.value(row(reading));
        }
        return json.end().end().toString();
    }

    private static Json row(Reading reading) {
        List<Json> values = new ArrayList<>();
        for (int c = 0; c < reading.channels(); c++) {
            values.add(
                    reading.present(c)
                            ? Json.Num.of(reading.value(c))
                            : new Json.Obj(
                                    java.util.Map.of("missing", Json.Num.of(reading.reason(c)))));
        }
        return new Json.Arr(List.of(Json.Num.of(reading.timeMs()), new Json.Arr(values)));
    }

    private static void reading(Schema schema, Json item, int index, Reading into)
            throws JsonException, FormatException {
        String where = "rows[" + index + "]";
        List<Json> row = Json.array(item, where);
        if (row.size() != 2) {
            throw new FormatException(where + ": expected [time,[value,...]]");
        }
        long timeMs = Json.whole(row.get(0), where + " time", 0, Schema.MAX_TIME_MS);
        if (timeMs % schema.timeQuantumMs() != 0) {
            throw new FormatException(
                    where
                            + " time is "
                            + timeMs
                            + ": expected a multiple of tq, "
                            + schema.timeQuantumMs());
        }
        into.timeMs(timeMs);
        List<Json> values = Json.array(row.get(1), where + " values");
        if (values.size() != into.channels()) {
            throw new FormatException(
                    where + " has " + values.size() + " values: expected " + into.channels());
        }
        for (int c = 0; c < values.size(); c++) {
            if (values.get(c) instanceof Json.Obj missing) {
                into.missing(c, (int) missing.whole("missing", 0, 7));
            } else {
                into.value(
                        c,
                        Json.whole(
                                values.get(c),
                                where + " value " + c,
                                Long.MIN_VALUE,
                                Long.MAX_VALUE));
            }
        }
    }

    private String error(Exception e) {
        failed = true;
        return new JsonWriter()
                .object()
                .key("error")
                .value(String.valueOf(e.getMessage()))
                .end()
                .toString();
    }
}
