package dev.pipit.config;

import dev.pipit.config.YamlNode.Entry;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorType;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which driver an entry names, and what it says to that driver. */
final class DriverReader {
    private final Problems problems;
    private final Drivers drivers;
    private final BoardReader boards;

    DriverReader(Problems problems, Drivers drivers, BoardReader boards) {
        this.problems = problems;
        this.drivers = drivers;
        this.boards = boards;
    }

    /** The driver that a sensor names, or {@code null} after a mistake was noted. */
    @Nullable SensorType sensor(String path, Entry entry) {
        return named(path, entry, drivers.sensors(), "sensor");
    }

    /** The driver that an actuator names, or {@code null} after a mistake was noted. */
    @Nullable ActuatorType actuator(String path, Entry entry) {
        return named(path, entry, drivers.actuators(), "actuator");
    }

    /** The values of a driver's own keys; pins are numbers that the board knows. */
    Options options(Fields fields, List<Option> options) {
        Map<String, Object> values = new HashMap<>();
        for (Option option : options) {
            if (fields.has(option.name())) {
                boolean pin = option.kind() instanceof Option.Kind.Pin;
                values.put(
                        option.name(),
                        pin
                                ? Long.valueOf(boards.pin(fields, option.name()))
                                : fields.value(option.name()));
            }
        }
        return new Options(values);
    }

    private <T> @Nullable T named(String path, Entry entry, Map<String, T> known, String what) {
        Fields fields =
                Fields.read(
                        problems,
                        path,
                        entry.key().place(),
                        entry.value(),
                        List.of(FileKeys.DRIVER),
                        false);
        if (!fields.has("driver")) {
            return null;
        }
        String name = fields.text("driver");
        T type = known.get(name);
        if (type == null) {
            Collection<String> names = known.keySet();
            fields.wrong(
                    "driver",
                    "is '"
                            + Messages.shortened(name)
                            + "': expected a "
                            + what
                            + " driver: "
                            + Messages.oneOf(names)
                            + Messages.didYouMean(name, names)
                            + elsewhere(name, what));
        }
        return type;
    }

    private String elsewhere(String name, String what) {
        if (what.equals("sensor") && drivers.actuators().containsKey(name)) {
            return "; '" + name + "' belongs under 'actuators'";
        }
        if (what.equals("actuator") && drivers.sensors().containsKey(name)) {
            return "; '" + name + "' belongs under 'sensors'";
        }
        return "";
    }
}
