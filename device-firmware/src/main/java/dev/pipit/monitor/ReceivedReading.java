package dev.pipit.monitor;

import dev.pipit.driver.Channel;
import dev.pipit.json.JsonWriter;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reading as it came back from a broker.
 *
 * @param sensor as the device's birth message names it; {@code schema-<id>} before that is known
 * @param live whether it came on the live topic; else it is part of the record
 * @param backfilled sent later than it was due
 * @param sinceBoot {@code timeMs} counts from the device's boot, not from the epoch
 * @param values in the schema's order, each with its unit or with the reason why it is missing
 */
public record ReceivedReading(
        String device,
        String sensor,
        boolean live,
        boolean backfilled,
        boolean sinceBoot,
        long timeMs,
        List<Value> values) {
    private static final String[] REASONS = {
        "not sampled",
        "read error",
        "checksum error",
        "under range",
        "over range",
        "stale",
        "warming up",
        "other fault"
    };

    public ReceivedReading {
        values = List.copyOf(values);
    }

    /**
     * One channel's value.
     *
     * @param unit SenML unit
     * @param number in that unit; {@code null} where missing
     * @param missing why there is none; {@code null} where there is one
     */
    public record Value(
            String channel, String unit, @Nullable BigDecimal number, @Nullable String missing) {}

    static ReceivedReading of(
            String device, String sensor, boolean live, int flags, Schema schema, Reading reading) {
        List<Value> values = new ArrayList<>();
        List<Channel> channels = schema.channels();
        for (int i = 0; i < channels.size(); i++) {
            Channel channel = channels.get(i);
            values.add(
                    reading.present(i)
                            ? new Value(
                                    channel.name(),
                                    channel.unit(),
                                    schema.inUnits(i, reading.value(i)),
                                    null)
                            : new Value(
                                    channel.name(),
                                    channel.unit(),
                                    null,
                                    REASONS[reading.reason(i)]));
        }
        return new ReceivedReading(
                device,
                sensor,
                live,
                (flags & FrameFlags.BACKFILLED) != 0,
                (flags & FrameFlags.SINCE_BOOT) != 0,
                reading.timeMs(),
                values);
    }

    /** The time for people: ISO 8601 in UTC, or seconds since the device's boot. */
    public String time() {
        return sinceBoot
                ? "boot+" + BigDecimal.valueOf(timeMs, 3).toPlainString() + "s"
                : Instant.ofEpochMilli(timeMs).toString();
    }

    /** One line for machines. */
    public String toJson() {
        JsonWriter json = new JsonWriter().object();
        json.key("device").value(device).key("sensor").value(sensor);
        json.key("topic").value(live ? "live" : "data");
        json.key("t").value(timeMs).key("time").value(time());
        json.key("backfilled").value(backfilled).key("since_boot").value(sinceBoot);
        json.key("values").object();
        for (Value value : values) {
            json.key(value.channel()).object();
            if (value.number() != null) {
                json.key("value").value(value.number());
            } else {
                json.key("missing").value(value.missing() == null ? "" : value.missing());
            }
            json.key("unit").value(value.unit()).end();
        }
        return json.end().end().toString();
    }
}
