package dev.pipit.config;

import dev.pipit.config.YamlNode.Entry;
import dev.pipit.driver.Connection;
import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorType;
import dev.pipit.spool.Durability;
import dev.pipit.telemetry.format.Format;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sensors: which chip on which bus, how often it is read, how its readings are kept. */
final class SensorReader {
    private final Problems problems;
    private final Claims claims;
    private final DriverReader drivers;
    private final ChannelReader channels;
    private final Format format;

    /**
     * @param format of what is told, which has a say in how many readings share a message
     */
    SensorReader(
            Problems problems,
            Claims claims,
            DriverReader drivers,
            ChannelReader channels,
            Format format) {
        this.problems = problems;
        this.claims = claims;
        this.drivers = drivers;
        this.channels = channels;
        this.format = format;
    }

    /** A sensor, or {@code null} after a mistake was noted. */
    @Nullable SensorConfig sensor(Entry entry) {
        String name = entry.key().text();
        String path = "sensors." + name;
        SensorType type = drivers.sensor(path, entry);
        if (type == null) {
            // Without its driver nothing is known of its other keys, but this one all have.
            List<Key> common = List.of(SensorKeys.EVERY);
            Fields.read(problems, path, entry.key().place(), entry.value(), common, false);
            return null;
        }
        List<Key> keys = SensorKeys.of(type);
        Fields fields = Fields.read(problems, path, entry.key().place(), entry.value(), keys, true);
        Location location = location(type.connection(), fields);
        if (location != null) {
            String key = type.connection() instanceof Connection.Spi ? "chip-select" : "address";
            claims.chip(
                    path,
                    location,
                    fields.written(key) ? fields.placeOf(key) : entry.key().place());
        }
        Options options = drivers.options(fields, type.options());
        Duration every = fields.has("every") ? fields.duration("every") : type.usualInterval();
        ReportConfig report = channels.report(fields, every);
        if (!fields.complete() || location == null) {
            return null;
        }
        Live live = Live.valueOf(fields.text("live").toUpperCase(Locale.ROOT));
        return new SensorConfig(
                name, type, location, every, options, recording(fields), report, live);
    }

    private RecordingConfig recording(Fields fields) {
        Durability durability = Durability.valueOf(fields.text("keep").toUpperCase(Locale.ROOT));
        if (durability == Durability.SYNCED) {
            if (fields.written("batch") && fields.whole("batch") > 1) {
                fields.wrong(
                        "batch",
                        "stands beside 'keep: synced', where every reading is a record of its own:"
                                + " leave 'batch' out");
            }
            return new RecordingConfig(1, fields.duration("batch-age"), durability);
        }
        // These formats are read message by message, and lose their sense of time in batches.
        boolean single = format == Format.JSON || format == Format.SPARKPLUG_B;
        int batch = single && !fields.written("batch") ? 1 : (int) fields.whole("batch");
        return new RecordingConfig(batch, fields.duration("batch-age"), durability);
    }

    private static @Nullable Location location(Connection connection, Fields fields) {
        return switch (connection) {
            case Connection.I2c i2c -> {
                if (!fields.has("bus") || (!fields.complete() && !fields.has("address"))) {
                    yield null;
                }
                int address = fields.has("address") ? (int) fields.whole("address") : i2c.usual();
                if (!i2c.addresses().contains(address)) {
                    List<String> able =
                            i2c.addresses().stream().map(a -> String.format("0x%02X", a)).toList();
                    fields.wrong(
                            "address",
                            String.format("is 0x%02X", address)
                                    + ": expected an address that this chip can have: "
                                    + String.join(", ", able));
                    yield null;
                }
                yield Location.i2c(number(fields.text("bus")), address);
            }
            case Connection.Spi spi ->
                    fields.has("bus") && fields.has("chip-select")
                            ? Location.spi(
                                    number(fields.text("bus")), (int) fields.whole("chip-select"))
                            : null;
            case Connection.Kernel kernel -> Location.kernel(kernel.loop());
        };
    }

    private static int number(String bus) {
        return Integer.parseInt(bus.substring(bus.indexOf('-') + 1));
    }
}
