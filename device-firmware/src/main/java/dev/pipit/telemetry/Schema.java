package dev.pipit.telemetry;

import dev.pipit.driver.Channel;
import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the integers of a sensor's frames mean. Immutable. Published retained, so that whoever holds
 * a frame can read it.
 *
 * <p>Two schemas are equal if they say the same, whatever the text they were read from.
 */
public final class Schema {
    /** Channels of a schema at most. */
    public static final int MAX_CHANNELS = 64;

    /** Rows of a dense frame at most. */
    public static final int MAX_ROWS = 1024;

    /** The latest time that a frame carries, milliseconds since its epoch: the year 10889. */
    public static final long MAX_TIME_MS = (1L << 48) - 1;

    /** The largest magnitude of a value in a dense frame. */
    public static final long MAX_VALUE = (1L << 53) - 1;

    private static final long MAX_INTERVAL_MS = 1L << 31;
    private static final int MAX_LENGTH = 64 * 1024;

    private final int id;
    private final long intervalMs;
    private final long timeQuantumMs;
    private final int batch;
    private final List<Channel> channels;
    private final int crc;
    private final int[] widths;
    private final long[] references;
    private final int flatLength;

    /**
     * @param id 0..255
     * @param intervalMs nominal time between readings, 0..2^31, a multiple of the quantum
     * @param timeQuantumMs every time is a multiple of it, 1..2^31
     * @param batch the usual number of readings in a dense frame, 1..1024
     * @param channels 1..64
     * @throws IllegalArgumentException naming the field that is outside its range
     */
    public Schema(int id, long intervalMs, long timeQuantumMs, int batch, List<Channel> channels) {
        this(id, intervalMs, timeQuantumMs, batch, channels, null);
    }

    private Schema(
            int id,
            long intervalMs,
            long timeQuantumMs,
            int batch,
            List<Channel> channels,
            @Nullable String text) {
        within("id", id, 0, 255);
        within("tq", timeQuantumMs, 1, MAX_INTERVAL_MS);
        within("iv", intervalMs, 0, MAX_INTERVAL_MS);
        within("batch", batch, 1, MAX_ROWS);
        within("number of channels", channels.size(), 1, MAX_CHANNELS);
        if (intervalMs % timeQuantumMs != 0) {
            throw new IllegalArgumentException(
                    "iv is " + intervalMs + ": expected a multiple of tq, " + timeQuantumMs);
        }
        this.id = id;
        this.intervalMs = intervalMs;
        this.timeQuantumMs = timeQuantumMs;
        this.batch = batch;
        this.channels = List.copyOf(channels);
        widths = this.channels.stream().mapToInt(Channel::width).toArray();
        references = this.channels.stream().mapToLong(Channel::reference).toArray();
        int length = FlatFrame.CHANNELS_AT;
        for (int width : widths) {
            length += width;
        }
        flatLength = length;
        byte[] bytes = (text == null ? toJson() : text).getBytes(StandardCharsets.UTF_8);
        crc = Crc16.update(Crc16.START, bytes, 0, bytes.length);
    }

    private static void within(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + " is " + value + ": expected " + least + " to " + most);
        }
    }

    /** This schema under another id. */
    public Schema withId(int newId) {
        return new Schema(newId, intervalMs, timeQuantumMs, batch, channels);
    }

    /** The second byte of every frame, 0..255. */
    public int id() {
        return id;
    }

    /** Nominal time between readings, ms. */
    public long intervalMs() {
        return intervalMs;
    }

    /** Every time in a frame is a multiple of it, ms. */
    public long timeQuantumMs() {
        return timeQuantumMs;
    }

    /** The usual number of readings in a dense frame. */
    public int batch() {
        return batch;
    }

    public List<Channel> channels() {
        return channels;
    }

    /** The checksum of the schema message's exact bytes: where a frame's CRC starts. */
    public int crc() {
        return crc;
    }

    /** Bytes of a flat frame without a CRC. */
    public int flatLength() {
        return flatLength;
    }

    int channelCount() {
        return widths.length;
    }

    int width(int channel) {
        return widths[channel];
    }

    long reference(int channel) {
        return references[channel];
    }

    /** A time rounded down to the quantum: a frame holds no other. */
    public long onQuantum(long timeMs) {
        return timeMs - Math.floorMod(timeMs, timeQuantumMs);
    }

    /** The message as it is published: compact, keys in the specification's order. */
    public String toJson() {
        JsonWriter json = new JsonWriter().object().key("v").value(1);
        json.key("id").value(id).key("iv").value(intervalMs).key("tq").value(timeQuantumMs);
        json.key("batch").value(batch).key("ch").array();
        for (Channel channel : channels) {
            json.object().key("n").value(channel.name()).key("u").value(channel.unit());
            json.key("q").value(channel.resolution().stripTrailingZeros());
            json.key("w").value(channel.width()).key("ref").value(channel.reference()).end();
        }
        return json.end().end().toString();
    }

    /**
     * Reads a schema message; keys it does not know are passed over.
     *
     * @param text at most 64 KiB
     * @throws FormatException naming the key, what it holds and what was expected
     */
    public static Schema parse(String text) throws FormatException {
        try {
            Json.Obj json = Json.object(Json.parse(text, MAX_LENGTH), "schema");
            long version = json.whole("v", 0, Integer.MAX_VALUE);
            if (version != 1) {
                throw new FormatException("schema of version " + version + ": expected 1");
            }
            List<Json> items = json.array("ch");
            within("number of channels", items.size(), 1, MAX_CHANNELS);
            List<Channel> channels = new ArrayList<>(items.size());
            for (Json item : items) {
                channels.add(channel(item, channels.size()));
            }
            return new Schema(
                    (int) json.whole("id", 0, 255),
                    json.whole("iv", 0, MAX_INTERVAL_MS),
                    json.whole("tq", 1, MAX_INTERVAL_MS),
                    (int) json.whole("batch", 1, MAX_ROWS),
                    channels,
                    text);
        } catch (JsonException | IllegalArgumentException e) {
            throw new FormatException("schema: " + e.getMessage(), e);
        }
    }

    private static Channel channel(Json item, int index) throws JsonException {
        String where = "ch[" + index + "]";
        try {
            Json.Obj json = Json.object(item, "it");
            if (!(json.get("q") instanceof Json.Num resolution)) {
                throw new JsonException("'q' is " + json.get("q").kind() + ": expected a number");
            }
            return new Channel(
                    json.string("n"),
                    json.string("u"),
                    resolution.value(),
                    (int) json.whole("w", 1, 8),
                    json.whole("ref", -MAX_VALUE, MAX_VALUE));
        } catch (JsonException | IllegalArgumentException e) {
            throw new JsonException(where + ": " + e.getMessage());
        }
    }

    /** Whether both say the same of a frame, their ids apart. */
    public boolean describesAs(Schema other) {
        return withId(other.id).equals(other);
    }

    /** {@code value * q} of a channel, exactly. */
    public BigDecimal inUnits(int channel, long value) {
        return channels.get(channel).resolution().multiply(BigDecimal.valueOf(value));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Schema schema && toJson().equals(schema.toJson());
    }

    @Override
    public int hashCode() {
        return toJson().hashCode();
    }

    @Override
    public String toString() {
        return toJson();
    }
}
