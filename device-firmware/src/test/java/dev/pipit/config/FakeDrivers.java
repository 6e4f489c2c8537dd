package dev.pipit.config;

import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Connection;
import dev.pipit.driver.Location;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.SensorType;
import dev.pipit.driver.ValueKind;
import dev.pipit.driver.Wiring;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Drivers that exist in tests only, one for each shape of connection and of value. */
public final class FakeDrivers {
    /** An I2C chip at 0x76 or 0x77. */
    public static final SensorType WEATHER =
            new Sensor(
                    "weather",
                    new Connection.I2c(List.of(0x76, 0x77), 0x77),
                    Duration.ofSeconds(10),
                    List.of(
                            Option.choice("filter", "smoothing", "off", "off", "2", "4"),
                            Option.whole("oversampling", "samples per reading", 1, 1, 16),
                            Option.flag("heater", "whether it is heated", false),
                            Option.millis("warm-up", "time to settle", "1s", 0, 60_000)));

    /** An SPI chip. */
    public static final SensorType CONVERTER =
            new Sensor("converter", new Connection.Spi(), Duration.ofSeconds(1), List.of());

    /** A file of the kernel. */
    public static final SensorType CPU =
            new Sensor("cpu", new Connection.Kernel(), Duration.ofSeconds(60), List.of());

    /** On or off. */
    public static final ActuatorType SWITCH =
            new Actuator(
                    "switch",
                    new ValueKind.Switch(),
                    List.of(Option.choice("active", "level when on", "high", "high", "low")));

    /** 0 to 100 % in tenths. */
    public static final ActuatorType DIMMER =
            new Actuator(
                    "dimmer",
                    new ValueKind.Level("%", new BigDecimal("0.1"), 0, 1000),
                    List.of(Option.whole("frequency", "in hertz", 1000, 1, 20_000)));

    public static final Drivers ALL =
            new Drivers(
                    new TreeMap<>(Map.of("weather", WEATHER, "converter", CONVERTER, "cpu", CPU)),
                    new TreeMap<>(Map.of("switch", SWITCH, "dimmer", DIMMER)));

    private FakeDrivers() {}

    private record Sensor(
            String name, Connection connection, Duration usualInterval, List<Option> options)
            implements SensorType {
        @Override
        public String summary() {
            return "a sensor for tests";
        }

        @Override
        public SensorDriver create(Wiring wiring, Location location, Options options) {
            throw new UnsupportedOperationException("only described");
        }
    }

    private record Actuator(String name, ValueKind kind, List<Option> options)
            implements ActuatorType {
        @Override
        public String summary() {
            return "an output for tests";
        }

        @Override
        public ValueKind values(Options options) {
            return kind;
        }

        @Override
        public ActuatorDriver create(
                Wiring wiring, String id, int pin, Options options, long initial) {
            throw new UnsupportedOperationException("only described");
        }
    }
}
