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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * 1-Wire thermometers through the kernel's {@code w1_therm}: DS18B20, DS18S20, DS1822, MAX31820,
 * DS28EA00 (Documentation/w1/slaves/w1_therm.rst). Reading the file converts, which takes up to 750
 * ms: these sensors have a loop of their own.
 */
public final class Ds18b20 implements SensorType {
    private static final List<Channel> CHANNELS =
            List.of(Channel.of("temperature", "Cel", "0.0625", 2, 320));

    /** Family codes of the thermometers: 10, 22, 28, 3b, 42. */
    static final String GLOB = "{10,22,28,3b,42}-*";

    private final Path devices;

    public Ds18b20() {
        this(KernelFiles.root());
    }

    Ds18b20(Path root) {
        devices = root.resolve("sys/bus/w1/devices");
    }

    @Override
    public String name() {
        return "ds18b20";
    }

    @Override
    public String summary() {
        return "Maxim DS18B20, DS18S20, DS1822 and relatives: temperature (1-Wire)";
    }

    @Override
    public Connection connection() {
        return new Connection.Kernel("w1");
    }

    @Override
    public Duration usualInterval() {
        return Duration.ofSeconds(30);
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option(
                        "id",
                        "the device's folder in /sys/bus/w1/devices; any: the first",
                        new Option.Kind.Text(
                                "any|(10|22|28|3b|42)-[0-9a-f]{12}",
                                "an id such as 28-3c01d607a6f9, or any"),
                        "any"));
    }

    @Override
    public SensorDriver create(Wiring wiring, Location location, Options options) {
        return new Driver(devices, options.text("id"));
    }

    private static final class Driver implements SensorDriver {
        /** What the scratchpad holds after power came, until a conversion has run: 85 °C. */
        private static final int POWER_ON_SIXTEENTHS = 85 * 16;

        private static final int NEAR_SIXTEENTHS = 5 * 16;
        private static final int LEAST = -55 * 16;
        private static final int MOST = 125 * 16;
        private static final int SCRATCHPAD = 9;

        private final Path devices;
        private final String id;
        private final int[] scratchpad = new int[SCRATCHPAD];
        private @Nullable SmallFile file;
        private boolean withScratchpad;
        private long last = Long.MIN_VALUE;
        private @Nullable String trouble;

        Driver(Path devices, String id) {
            this.devices = devices;
            this.id = id;
        }

        @Override
        public List<Channel> channels() {
            return CHANNELS;
        }

        @Override
        public int begin() {
            return file != null || find() ? 0 : Fault.NO_ACCESS.asResult();
        }

        private boolean find() {
            List<Path> all = KernelFiles.folders(devices, id.equals("any") ? GLOB : id);
            if (all.isEmpty()) {
                trouble =
                        Files.isDirectory(devices)
                                ? "no device " + id + " in " + devices
                                : "no 1-Wire: add 'dtoverlay=w1-gpio' to config.txt and start the"
                                        + " Pi anew";
                return false;
            }
            Path folder = all.get(0);
            // The older file comes with the chip's bytes, so that the checksum can be checked here.
            withScratchpad = Files.exists(folder.resolve("w1_slave"));
            file = new SmallFile(folder.resolve(withScratchpad ? "w1_slave" : "temperature"), 128);
            return true;
        }

        @Override
        public void read(SampleSink sink) {
            SmallFile from = file;
            if (from == null) {
                sink.missing(0, Fault.NO_ACCESS);
                return;
            }
            trouble = null;
            int result = from.read();
            if (result < 0) {
                trouble = from.trouble();
                lose(from);
                sink.missing(0, Fault.ofResult(result));
                return;
            }
            int at = withScratchpad ? from.find("t=", 0) + 2 : 0;
            Fault fault = withScratchpad ? judge(from) : null;
            if (fault == null && (at < 0 || (withScratchpad && at < 2) || !from.hasNumber(at))) {
                fault = Fault.NO_ANSWER; // The kernel leaves the file empty where nobody answers.
            }
            if (fault != null) {
                sink.missing(0, fault);
                return;
            }
            report(sink, Math.round(from.number(at) * 16 / 1_000.0));
        }

        /** The nine bytes in hexadecimal, and what the kernel thinks of their checksum. */
        private @Nullable Fault judge(SmallFile from) {
            boolean zeros = true;
            for (int i = 0; i < SCRATCHPAD; i++) {
                scratchpad[i] = from.hexByte(i * 3);
                if (scratchpad[i] < 0) {
                    return Fault.NO_ANSWER;
                }
                zeros &= scratchpad[i] == 0;
            }
            if (zeros) {
                return Fault.NO_ANSWER; // A shorted line reads so, and its checksum is right.
            }
            boolean right =
                    from.find("YES", 0) >= 0 && crc8(scratchpad, 8) == scratchpad[SCRATCHPAD - 1];
            return right ? null : Fault.CHECKSUM;
        }

        private void report(SampleSink sink, long sixteenths) {
            boolean powerOn =
                    sixteenths == POWER_ON_SIXTEENTHS
                            && (last == Long.MIN_VALUE
                                    || Math.abs(last - sixteenths) > NEAR_SIXTEENTHS);
            if (powerOn) {
                trouble = "85 °C is its value at power-on: no conversion ran; is its supply weak?";
                sink.missing(0, Fault.OTHER);
                return;
            }
            if (sixteenths < LEAST) {
                sink.missing(0, Fault.UNDER_RANGE);
            } else if (sixteenths > MOST) {
                sink.missing(0, Fault.OVER_RANGE);
            } else {
                last = sixteenths;
                sink.value(0, sixteenths);
            }
        }

        private void lose(SmallFile from) {
            from.close();
            file = null;
        }

        @Override
        public @Nullable String trouble() {
            return trouble;
        }

        @Override
        public void close() {
            if (file != null) {
                lose(file);
            }
        }
    }

    /** Dallas/Maxim CRC-8, polynomial x^8 + x^5 + x^4 + 1, low bit first (application note 27). */
    static int crc8(int[] bytes, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= bytes[i];
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x8c : crc >> 1;
            }
        }
        return crc;
    }
}
