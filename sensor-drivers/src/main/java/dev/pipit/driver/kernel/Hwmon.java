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
 * One input of a chip that a hwmon driver of the kernel reads: hundreds of chips (units as in
 * Documentation/hwmon/sysfs-interface.rst).
 */
public final class Hwmon implements SensorType {
    private final Path chips;

    public Hwmon() {
        this(KernelFiles.root());
    }

    Hwmon(Path root) {
        chips = root.resolve("sys/class/hwmon");
    }

    @Override
    public String name() {
        return "hwmon";
    }

    @Override
    public String summary() {
        return "an input of any chip that the kernel's hwmon knows";
    }

    @Override
    public Connection connection() {
        return new Connection.Kernel();
    }

    @Override
    public Duration usualInterval() {
        return Duration.ofSeconds(30);
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option(
                        "chip",
                        "the chip's name, as in its file 'name'",
                        new Option.Kind.Text("[A-Za-z0-9_.-]{1,64}", "a name such as rpi_volt"),
                        null),
                new Option(
                        "input",
                        "which of its inputs, without _input",
                        new Option.Kind.Text(
                                "(temp|in|curr|power|humidity|fan)\\d{1,2}",
                                "temp1, in0, curr1, power1, humidity1 or fan1"),
                        "temp1"));
    }

    @Override
    public SensorDriver create(Wiring wiring, Location location, Options options) {
        String chip = options.text("chip");
        String input = options.text("input");
        return new FileSensor(
                channel(input),
                () ->
                        KernelFiles.named(all(), "name", chip)
                                .flatMap(folder -> source(folder, input)),
                () ->
                        "no chip '%s' with an input %s in %s; %s"
                                .formatted(chip, input, chips, KernelFiles.names(all(), "name")));
    }

    private static Optional<FileSensor.Source> source(Path folder, String input) {
        Path file = folder.resolve(input + "_input");
        if (input.startsWith("power") && !Files.exists(file)) {
            file = folder.resolve(input + "_average");
        }
        return Files.exists(file)
                ? Optional.of(new FileSensor.Source(file, 0, 1))
                : Optional.empty();
    }

    private static Channel channel(String input) {
        return switch (input.replaceAll("\\d", "")) {
            case "temp" -> Channel.of("temperature", "Cel", "0.001", 4, 20_000);
            case "in" -> Channel.of("voltage", "V", "0.001", 4, 5_000);
            case "curr" -> Channel.of("current", "A", "0.001", 4, 0);
            case "power" -> Channel.of("power", "W", "0.000001", 8, 0);
            case "humidity" -> Channel.of("humidity", "%RH", "0.001", 4, 50_000);
            default -> Channel.of("speed", "1/min", "1", 4, 1_000);
        };
    }

    private List<Path> all() {
        return KernelFiles.folders(chips, "hwmon*");
    }
}
