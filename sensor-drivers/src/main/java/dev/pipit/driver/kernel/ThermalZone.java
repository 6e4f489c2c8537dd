package dev.pipit.driver.kernel;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Connection;
import dev.pipit.driver.Location;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.SensorType;
import dev.pipit.driver.Wiring;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A thermal zone, such as the processor's (Documentation/driver-api/thermal/sysfs-api.rst). */
public final class ThermalZone implements SensorType {
    private final Path zones;

    public ThermalZone() {
        this(KernelFiles.root());
    }

    ThermalZone(Path root) {
        zones = root.resolve("sys/class/thermal");
    }

    @Override
    public String name() {
        return "thermal";
    }

    @Override
    public String summary() {
        return "a thermal zone of the kernel: the processor's temperature";
    }

    @Override
    public Connection connection() {
        return new Connection.Kernel();
    }

    @Override
    public Duration usualInterval() {
        return Duration.ofSeconds(60);
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option(
                        "zone",
                        "the zone's type, as in its file 'type'; any: the first",
                        new Option.Kind.Text("[A-Za-z0-9_-]{1,64}", "a type such as cpu-thermal"),
                        "any"));
    }

    @Override
    public SensorDriver create(Wiring wiring, Location location, Options options) {
        String wanted = options.text("zone");
        return new FileSensor(
                Channel.of("temperature", "Cel", "0.1", 2, 450),
                () ->
                        KernelFiles.named(all(), "type", wanted)
                                .map(z -> new FileSensor.Source(z.resolve("temp"), 0, 0.01)),
                () ->
                        "no thermal zone '%s' in %s; %s"
                                .formatted(wanted, zones, KernelFiles.names(all(), "type")));
    }

    private List<Path> all() {
        return KernelFiles.folders(zones, "thermal_zone*");
    }
}
