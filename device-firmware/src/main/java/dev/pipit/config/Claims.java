package dev.pipit.config;

import dev.pipit.config.YamlNode.Place;
import dev.pipit.driver.Location;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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

    private static final Set<String> RESERVED = Set.of("security", "spool");

    private record Owner(String path, Place place) {}

    private record Pin(String words, Owner owner, boolean mayCarryPwm) {}

    private final Problems problems;
    private final Map<String, Owner> names = new HashMap<>();
    private final Map<Integer, Pin> pins = new TreeMap<>();
    private final Map<String, Owner> chips = new HashMap<>();
    private final Map<String, Owner> buses = new TreeMap<>();

    Claims(Problems problems) {
        this.problems = problems;
    }

    /** Sensors, inputs and actuators share their names: topics, rules and alarms use them. */
    void name(String path, String name, Place place) {
        if (RESERVED.contains(name)) {
            problems.at(
                    place,
                    "'"
                            + name
                            + "' is the device's own name for its alarms and events: choose"
                            + " another");
        }
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

    /**
     * @param words {@code pin 17}
     * @param mayCarryPwm whether it is there to carry a PWM
     */
    void pin(String path, int pin, String words, Place place, boolean mayCarryPwm) {
        Pin first = pins.putIfAbsent(pin, new Pin(words, new Owner(path, place), mayCarryPwm));
        if (first != null) {
            problems.at(
                    place,
                    path
                            + " is "
                            + words
                            + ", which is taken by "
                            + first.owner().path()
                            + " ("
                            + first.owner().place()
                            + "): one pin serves one purpose");
        }
    }

    /**
     * Whether a pin carries a bus of the machine that this is for.
     *
     * @param carriers by BCM number: {@code i2c1}
     */
    void checkCarriers(Map<Integer, String> carriers) {
        carriers.forEach((number, carrier) -> {
            Pin pin = pins.get(number);
            if (pin != null && !(pin.mayCarryPwm() && carrier.startsWith("pwm"))) {
                problems.at(
                        pin.owner().place(),
                        pin.owner().path()
                                + " is "
                                + pin.words()
                                + ", which carries "
                                + carrier
                                + " on this machine: choose another pin, or disable that in"
                                + " config.txt");
            }
        });
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
                            Pin taken = pins.get(pin);
                            Owner other = taken == null ? null : taken.owner();
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
