package dev.pipit.driver.environment;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Connection;
import dev.pipit.driver.Location;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.SensorType;
import dev.pipit.driver.Wiring;
import java.time.Duration;
import java.util.List;

/** Bosch BME280: temperature, relative humidity and pressure of the air. */
public final class Bme280 implements SensorType {
    static final List<Channel> CHANNELS =
            List.of(
                    Channel.of("temperature", "Cel", "0.01", 2, 2_000),
                    Channel.of("humidity", "%RH", "0.01", 2, 5_000),
                    Channel.of("pressure", "Pa", "1", 4, 101_325));

    private static final List<Option> OPTIONS =
            List.of(
                    Option.choice(
                            "oversampling",
                            "samples averaged per reading: more is quieter and slower",
                            "4",
                            "1",
                            "2",
                            "4",
                            "8",
                            "16"),
                    ofOneQuantity("temperature"),
                    ofOneQuantity("humidity"),
                    ofOneQuantity("pressure"),
                    Option.choice(
                            "filter",
                            "the chip's low-pass filter over readings, for temperature and pressure",
                            "off",
                            "off",
                            "2",
                            "4",
                            "8",
                            "16"));

    private static Option ofOneQuantity(String quantity) {
        return Option.choice(
                quantity + "-oversampling",
                "oversampling of " + quantity + " alone",
                "same",
                "same",
                "1",
                "2",
                "4",
                "8",
                "16");
    }

    @Override
    public String name() {
        return "bme280";
    }

    @Override
    public String summary() {
        return "Bosch BME280: air temperature, humidity and pressure (I2C)";
    }

    @Override
    public Connection connection() {
        return new Connection.I2c(List.of(0x76, 0x77), 0x76);
    }

    @Override
    public Duration usualInterval() {
        return Duration.ofSeconds(10);
    }

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public SensorDriver create(Wiring wiring, Location location, Options options) {
        return new Bme280Driver(
                wiring,
                location,
                oversampling(options, "temperature"),
                oversampling(options, "humidity"),
                oversampling(options, "pressure"),
                code(options.text("filter")));
    }

    private static int oversampling(Options options, String quantity) {
        String own = options.text(quantity + "-oversampling");
        return code(own.equals("same") ? options.text("oversampling") : own) + 1;
    }

    /** Data sheet tables 20 to 28: off or 1 is 0, 2 is 1, 4 is 2, 8 is 3, 16 is 4. */
    private static int code(String written) {
        return switch (written) {
            case "off", "1" -> 0;
            case "2" -> 1;
            case "4" -> 2;
            case "8" -> 3;
            default -> 4;
        };
    }
}
