package dev.pipit.config;

import dev.pipit.config.YamlNode.Place;
import dev.pipit.driver.Location;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Who has what: names, pins and I2C addresses, each of which can be given away once. */
final class Claims {
    private static final Map<String, Map<Integer, String>> BUS_PINS =
            Map.of(
                    "i2c-0", Map.of(0, "SDA", 1, "SCL"),
                    "i2c-1", Map.of(2, "SDA", 3, "SCL"),
                    "spi-0", Map.of(7, "CE1", 8, "CE0", 9, "MISO", 10, "MOSI", 11, "SCLK"),
                    "spi-1",
                            Map.of(
                                    16, "CE2", 17, "CE1", 18, "CE0", 19, "MISO", 20, "MOSI", 21,
                                    "SCLK"));

    private record Owner(String path, Place place) {}

    private final Problems problems;
    private final Map<String, Owner> names = new HashMap<>();
    private final Map<Integer, Owner> pins = new TreeMap<>();
    private final Map<String, Owner> chips = new HashMap<>();
    private final Map<String, Owner> buses = new TreeMap<>();

    Claims(Problems problems) {
        this.problems = problems;
    }

    /** Sensors, inputs and actuators share their names: topics, rules and alarms use them. */
    void name(String path, String name, Place place) {
        Owner first = names.putIfAbsent(name, new Owner(path, place));
        if (first != null) {
            problems.at(
                    place,
                    "'"
                            + name
                            + "' is taken by "
                            + first.path()
                            + " ("
                            + first.place()
                            + "): names are shared by"
                            + " sensors, inputs and actuators; choose another");
        }
    }

    void pin(String path, int pin, Place place) {
        Owner first = pins.putIfAbsent(pin, new Owner(path, place));
        if (first != null) {
            problems.at(
                    place,
                    path
                            + " is pin "
                            + pin
                            + ", which is taken by "
                            + first.path()
                            + " ("
                            + first.place()
                            + "): one pin serves one purpose");
        }
    }

    void chip(String path, Location location, Place place) {
        boolean ours = location.bus().startsWith("i2c-") || location.bus().startsWith("spi-");
        if (!ours) {
            return;
        }
        buses.putIfAbsent(location.bus(), new Owner(path, place));
        String chip = location.bus() + " " + location.address();
        Owner first = chips.putIfAbsent(chip, new Owner(path, place));
        if (first == null) {
            return;
        }
        String what =
                location.bus().startsWith("i2c")
                        ? String.format("address 0x%02X", location.address())
                        : "chip select " + location.address();
        problems.at(
                place,
                path
                        + " is at "
                        + what
                        + " of "
                        + location.bus()
                        + ", which is taken by "
                        + first.path()
                        + " ("
                        + first.place()
                        + "): give each chip its own");
    }

    /** Whether a pin is also wanted by a bus; called once everything is claimed. */
    void checkBusPins() {
        buses.forEach((bus, owner) ->
                BUS_PINS.getOrDefault(bus, Map.of())
                        .forEach((pin, line) -> {
                            Owner other = pins.get(pin);
                            if (other != null
                                    && (bus.startsWith("i2c") || !line.startsWith("CE"))) {
                                problems.at(
                                        other.place(),
                                        other.path()
                                                + " is pin "
                                                + pin
                                                + ", which is "
                                                + line
                                                + " of "
                                                + bus
                                                + ", used by "
                                                + owner.path()
                                                + " ("
                                                + owner.place()
                                                + "): choose another pin");
                            }
                        }));
    }
}
