package dev.pipit.driver.kernel;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Connection;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Location;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.SampleSink;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.SensorType;
import dev.pipit.driver.Wiring;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The machine itself: processor temperature, throttling, Wi-Fi signal, disk, memory, load, uptime.
 * What a machine does not have is a missing channel.
 */
public final class Health implements SensorType {
    private static final List<Channel> CHANNELS =
            List.of(
                    Channel.of("cpu_temperature", "Cel", "0.1", 2, 450),
                    // Bits as of vcgencmd get_throttled: 0 under-voltage, 1 capped, 2 throttled, 3
                    // hot; 16 to 19 the same since boot.
                    Channel.of("throttled", "", "1", 4, 0),
                    Channel.of("wifi_signal", "dBm", "1", 2, -60),
                    Channel.of("disk_free", "B", "1048576", 4, 10_000),
                    Channel.of("memory_available", "B", "1024", 4, 500_000),
                    Channel.of("load", "", "0.01", 4, 0),
                    Channel.of("uptime", "s", "1", 8, 0));

    private final Path root;

    public Health() {
        this(KernelFiles.root());
    }

    Health(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "health";
    }

    @Override
    public String summary() {
        return "the machine itself: temperature, throttling, Wi-Fi, disk, memory, load, uptime";
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
        return List.of();
    }

    @Override
    public SensorDriver create(Wiring wiring, Location location, Options options) {
        return new Driver(root);
    }

    private static final class Driver implements SensorDriver {
        private final SmallFile temperature;
        private final SmallFile throttled;
        private final SmallFile wireless;
        private final SmallFile memory;
        private final SmallFile load;
        private final SmallFile uptime;
        private final File disk;

        Driver(Path root) {
            temperature = new SmallFile(root.resolve("sys/class/thermal/thermal_zone0/temp"), 32);
            throttled =
                    new SmallFile(
                            root.resolve("sys/devices/platform/soc/soc:firmware/get_throttled"),
                            32);
            wireless = new SmallFile(root.resolve("proc/net/wireless"), 1_024);
            memory = new SmallFile(root.resolve("proc/meminfo"), 512);
            load = new SmallFile(root.resolve("proc/loadavg"), 64);
            uptime = new SmallFile(root.resolve("proc/uptime"), 64);
            disk = root.toFile();
        }

        @Override
        public List<Channel> channels() {
            return CHANNELS;
        }

        @Override
        public int begin() {
            return 0;
        }

        @Override
        public void read(SampleSink sink) {
            if (usable(temperature, sink, 0)) {
                sink.value(0, Math.floorDiv(temperature.number(0) + 50, 100L));
            }
            throttled(sink);
            wireless(sink);
            long free = disk.getUsableSpace();
            if (free > 0) {
                sink.value(3, free >> 20);
            } else {
                sink.missing(3, Fault.NO_ACCESS);
            }
            int result = memory.read();
            int at = result < 0 ? -1 : memory.find("MemAvailable:", 0);
            if (at >= 0) {
                sink.value(4, memory.number(at + "MemAvailable:".length()));
            } else {
                sink.missing(4, Fault.NO_ACCESS);
            }
            if (usable(load, sink, 5)) {
                sink.value(5, Math.round(load.decimal(0) * 100));
            }
            if (usable(uptime, sink, 6)) {
                sink.value(6, uptime.number(0));
            }
        }

        private static boolean usable(SmallFile file, SampleSink sink, int channel) {
            int result = file.read();
            if (result < 0) {
                sink.missing(channel, Fault.ofResult(result));
                return false;
            }
            if (!file.hasNumber(0)) {
                sink.missing(channel, Fault.OTHER);
                return false;
            }
            return true;
        }

        /** Hexadecimal, without 0x. */
        private void throttled(SampleSink sink) {
            int result = throttled.read();
            if (result <= 0) {
                sink.missing(1, Fault.NO_ACCESS);
                return;
            }
            int bits = 0;
            for (int i = 0; Character.digit(throttled.at(i), 16) >= 0; i++) {
                bits = (bits << 4) | Character.digit(throttled.at(i), 16);
            }
            sink.value(1, bits);
        }

        /** {@code wlan0: 0000 58. -52. -256 ...}: status, link, level in dBm, noise. */
        private void wireless(SampleSink sink) {
            int at = wireless.read() < 0 ? -1 : wireless.find(": ", wireless.find("\n", 0) + 1);
            // The second line of the heading has no colon: the first one belongs to an interface.
            if (at < 0) {
                sink.missing(2, Fault.NO_ACCESS);
                return;
            }
            at = nextWord(nextWord(at + 1));
            at = nextWord(at);
            if (wireless.hasNumber(at)) {
                sink.value(2, wireless.number(at));
            } else {
                sink.missing(2, Fault.OTHER);
            }
        }

        private int nextWord(int from) {
            int i = from;
            while (wireless.at(i) > ' ') {
                i++;
            }
            while (wireless.at(i) == ' ') {
                i++;
            }
            return i;
        }

        @Override
        public void close() {
            temperature.close();
            throttled.close();
            wireless.close();
            memory.close();
            load.close();
            uptime.close();
        }
    }
}
