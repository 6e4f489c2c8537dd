package dev.pipit.uplink;

import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.FormatException;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.format.Format;
import dev.pipit.telemetry.format.JsonReadings;
import dev.pipit.telemetry.format.PayloadBuffer;
import dev.pipit.telemetry.format.ReadingsEncoder;
import dev.pipit.telemetry.format.SenmlCbor;
import dev.pipit.telemetry.format.SenmlJson;
import dev.pipit.time.TimeSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code json}, {@code senml-json} and {@code senml-cbor}: each frame becomes one message on {@code
 * data/<sensor>}. Nothing has to be said before.
 */
final class PlainTranslation implements FrameTranslation {
    private final Format format;
    private final String device;
    private final Topics topics;
    private final IntFunction<@Nullable Schema> schemas;
    private final IntFunction<@Nullable String> sensors;
    private final TimeSource time;
    private final Map<Integer, Stream> streams = new HashMap<>();
    private final PayloadBuffer payload = new PayloadBuffer();
    private TopicName topic;

    private record Stream(FrameRows rows, ReadingsEncoder encoder, TopicName topic) {}

    /**
     * @param schemas any schema by its id
     * @param sensors the sensor that a schema is of
     */
    PlainTranslation(
            Format format,
            String device,
            Topics topics,
            IntFunction<@Nullable Schema> schemas,
            IntFunction<@Nullable String> sensors,
            TimeSource time) {
        this.format = format;
        this.device = device;
        this.topics = topics;
        this.schemas = schemas;
        this.sensors = sensors;
        this.time = time;
        this.topic = topics.data();
    }

    static ReadingsEncoder encoder(Format format, String device, String sensor, Schema schema) {
        return switch (format) {
            case JSON -> new JsonReadings(sensor, schema);
            case SENML_JSON -> new SenmlJson(device, sensor, schema);
            case SENML_CBOR -> new SenmlCbor(device, sensor, schema);
            case COMPACT, SPARKPLUG_B ->
                    throw new IllegalArgumentException(format + " has a way of its own");
        };
    }

    @Override
    public void connected() {}

    @Override
    public @Nullable Announcement announcement() {
        return null;
    }

    @Override
    public int verdict(int schema, byte[] frame, int offset, int length) {
        return stream(schema) == null ? DROP : SEND;
    }

    private @Nullable Stream stream(int id) {
        Stream known = streams.get(id);
        if (known != null) {
            return known;
        }
        Schema schema = schemas.apply(id);
        String sensor = sensors.apply(id);
        if (schema == null || sensor == null) {
            return null;
        }
        Stream made =
                new Stream(
                        new FrameRows(schema),
                        encoder(format, device, sensor, schema),
                        topics.data(sensor));
        streams.put(id, made);
        return made;
    }

    @Override
    public int number() {
        return 0;
    }

    @Override
    public void translate(int schema, int number, byte[] frame, int offset, int length)
            throws FormatException {
        Stream stream = stream(schema);
        if (stream == null) {
            throw new FormatException("schema " + schema + " is not known any more");
        }
        Batch rows = stream.rows().read(frame, offset, length);
        topic = stream.topic();
        payload.clear();
        stream.encoder()
                .encode(rows, 0, rows.size(), stream.rows().flags(), time.sinceBootMs(), payload);
    }

    @Override
    public PayloadBuffer payload() {
        return payload;
    }

    @Override
    public TopicName topic() {
        return topic;
    }

    @Override
    public Qos qos() {
        return Qos.AT_LEAST_ONCE;
    }

    /** What a sensor's live topic gets. */
    Live live(String sensor, Schema schema) {
        return new Live(encoder(format, device, sensor, schema), schema, time);
    }

    /** The newest reading of one sensor for its live topic; on its sampler's thread. */
    static final class Live {
        private final ReadingsEncoder encoder;
        private final Batch row;
        private final TimeSource time;
        final PayloadBuffer payload = new PayloadBuffer();

        private Live(ReadingsEncoder encoder, Schema schema, TimeSource time) {
            this.encoder = encoder;
            this.row = new Batch(schema, 1);
            this.time = time;
        }

        void encode(Reading reading, boolean synchronised) {
            row.clear();
            row.add(reading);
            payload.clear();
            int flags = synchronised ? 0 : FrameFlags.SINCE_BOOT;
            encoder.encode(row, 0, 1, flags, time.sinceBootMs(), payload);
        }
    }
}
