package dev.pipit.driver.kernel;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Connection;
import dev.pipit.driver.Location;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.SensorType;
import dev.pipit.driver.Wiring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One channel of a device that a driver of the kernel's Industrial I/O reads: several hundred chips
 * (units as in Documentation/ABI/testing/sysfs-bus-iio). Either {@code in_X_input}, or {@code (raw
 * + offset) * scale}. Some drivers convert while the file is read: a loop of their own.
 */
public final class Iio implements SensorType {
    private static final String NAMES =
            "(temp|humidityrelative|pressure|illuminance|voltage|current|power|resistance|distance"
                    + "|accel_[xyz]|anglvel_[xyz]|magn_[xyz])\\d{0,2}";

    private final Path devices;

    public Iio() {
        this(KernelFiles.root());
    }

    Iio(Path root) {
        devices = root.resolve("sys/bus/iio/devices");
    }

    @Override
    public String name() {
        return "iio";
    }

    @Override
    public String summary() {
        return "a channel of any chip that the kernel's Industrial I/O knows";
    }

    @Override
    public Connection connection() {
        return new Connection.Kernel("iio");
    }

    @Override
    public Duration usualInterval() {
        return Duration.ofSeconds(10);
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option(
                        "device",
                        "the device's name, as in its file 'name'",
                        new Option.Kind.Text("[A-Za-z0-9_.,@-]{1,64}", "a name such as dht11@4"),
                        null),
                new Option(
                        "channel",
                        "which of its channels, without in_ and _raw or _input",
                        new Option.Kind.Text(NAMES, "temp, humidityrelative, voltage0, accel_x"),
                        "temp"));
    }

    @Override
    public SensorDriver create(Wiring wiring, Location location, Options options) {
        String device = options.text("device");
        String channel = options.text("channel");
        Quantity quantity = Quantity.of(channel);
        return new FileSensor(
                quantity.channel,
                () ->
                        KernelFiles.named(all(), "name", device)
                                .flatMap(folder -> source(folder, channel, quantity.perUnit)),
                () ->
                        "no device '%s' with a channel %s in %s; %s"
                                .formatted(
                                        device,
                                        channel,
                                        devices,
                                        KernelFiles.names(all(), "name")));
    }

    private static Optional<FileSensor.Source> source(Path folder, String channel, double unit) {
        Path input = folder.resolve("in_" + channel + "_input");
        if (Files.exists(input)) {
            return Optional.of(new FileSensor.Source(input, 0, unit));
        }
        Path raw = folder.resolve("in_" + channel + "_raw");
        if (!Files.exists(raw)) {
            return Optional.empty();
        }
        return Optional.of(
                new FileSensor.Source(
                        raw,
                        shared(folder, channel, "_offset", 0),
                        shared(folder, channel, "_scale", 1) * unit));
    }

    /** A property of the channel, else of all of its kind: in_voltage0_scale, in_voltage_scale. */
    private static double shared(Path folder, String channel, String property, double usual) {
        String kind = channel.replaceAll("(_[xyz])?\\d*$", "");
        for (String name : new String[] {channel, kind}) {
            String text = KernelFiles.content(folder.resolve("in_" + name + property));
            if (text.matches("[+-]?\\d{1,12}(\\.\\d{1,12})?")) {
                return Double.parseDouble(text);
            }
        }
        return usual;
    }

    private List<Path> all() {
        return KernelFiles.folders(devices, "iio:device*");
    }

    /**
     * @param perUnit the channel's integers per unit of the kernel
     */
    private record Quantity(Channel channel, double perUnit) {
        static Quantity of(String channel) {
            return switch (channel.replaceAll("(_[xyz])?\\d*$", "")) {
                case "temp" -> of("temperature", "Cel", "0.001", 20_000, 1);
                case "humidityrelative" -> of("humidity", "%RH", "0.001", 50_000, 1);
                case "pressure" -> of("pressure", "Pa", "0.1", 1_013_250, 10_000);
                case "illuminance" -> of("illuminance", "lx", "0.001", 0, 1_000);
                case "voltage" -> of("voltage", "V", "0.000001", 0, 1_000);
                case "current" -> of("current", "A", "0.000001", 0, 1_000);
                case "power" -> of("power", "W", "0.000001", 0, 1_000);
                case "resistance" -> of("resistance", "Ohm", "0.01", 0, 100);
                case "distance" -> of("distance", "m", "0.001", 0, 1_000);
                case "accel" -> of("acceleration", "m/s2", "0.0001", 0, 10_000);
                case "anglvel" -> of("rate", "rad/s", "0.00001", 0, 100_000);
                default -> of("field", "T", "0.000000001", 0, 100_000); // from gauss
            };
        }

        private static Quantity of(
                String name, String unit, String resolution, long reference, double perUnit) {
            return new Quantity(Channel.of(name, unit, resolution, 4, reference), perUnit);
        }
    }
}
