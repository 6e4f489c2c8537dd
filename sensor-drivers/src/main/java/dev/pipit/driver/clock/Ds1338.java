package dev.pipit.driver.clock;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Connection;
import dev.pipit.driver.Fault;
import dev.pipit.driver.I2cChip;
import dev.pipit.driver.Location;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.SampleSink;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.SensorType;
import dev.pipit.driver.Wiring;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maxim DS1338 and DS1307: the time that a battery-backed clock shows, for watching its drift. Read
 * only; setting the system's clock from it is the kernel's business (overlay {@code i2c-rtc}). Data
 * sheet 19-5831, table 3:
 *
 * <pre>
 *  00 CH|seconds  01 minutes  02 0|12|PM/20|10|hours  03 day  04 date  05 month  06 year
 *  07 OUT 0 OSF SQWE 0 0 RS1 RS0          all BCD; OSF: the oscillator has stopped
 * </pre>
 */
public final class Ds1338 implements SensorType {
    private static final List<Channel> CHANNELS =
            List.of(Channel.of("time", "s", "1", 8, 1_800_000_000L));

    @Override
    public String name() {
        return "ds1338";
    }

    @Override
    public String summary() {
        return "Maxim DS1338, DS1307: the time of a battery-backed clock (I2C)";
    }

    @Override
    public Connection connection() {
        return new Connection.I2c(List.of(0x68), 0x68);
    }

    @Override
    public Duration usualInterval() {
        return Duration.ofMinutes(1);
    }

    @Override
    public List<Option> options() {
        return List.of();
    }

    @Override
    public SensorDriver create(Wiring wiring, Location location, Options options) {
        return new Driver(wiring, location);
    }

    /**
     * Seconds since 1970 of a date in the Gregorian calendar, UTC, without making objects: days by
     * counting years from March on, so that the leap day comes last.
     */
    static long epochSeconds(int year, int month, int day, int hour, int minute, int second) {
        int y = month <= 2 ? year - 1 : year;
        int m = month <= 2 ? month + 9 : month - 3;
        long days = 365L * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
        return ((days * 24 + hour) * 60 + minute) * 60 + second;
    }

    private static final class Driver implements SensorDriver {
        private static final int CLOCK_HALT = 0x80;
        private static final int OSCILLATOR_STOPPED = 0x20;
        private static final int TWELVE_HOURS = 0x40;
        private static final int AFTERNOON = 0x20;

        private final I2cChip chip;
        private final byte[] registers = new byte[8];
        private @Nullable String trouble;

        Driver(Wiring wiring, Location location) {
            chip = new I2cChip(wiring, location);
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
            trouble = null;
            int result = chip.read(0, registers, 0, registers.length);
            if (result < 0) {
                sink.missing(0, Fault.ofResult(result));
                return;
            }
            if ((registers[0] & CLOCK_HALT) != 0 || (registers[7] & OSCILLATOR_STOPPED) != 0) {
                trouble = "its oscillator has stopped: set the time, check the battery";
                sink.missing(0, Fault.OTHER);
                return;
            }
            int second = bcd(0, 0x7f);
            int minute = bcd(1, 0x7f);
            int hour = hour();
            int day = bcd(4, 0x3f);
            int month = bcd(5, 0x1f);
            int year = bcd(6, 0xff);
            boolean sane =
                    second >= 0
                            && second < 60
                            && minute >= 0
                            && minute < 60
                            && hour >= 0
                            && hour < 24
                            && day >= 1
                            && day <= 31
                            && month >= 1
                            && month <= 12
                            && year >= 0;
            if (!sane) {
                trouble = "its registers hold no date";
                sink.missing(0, Fault.WRONG_DEVICE);
                return;
            }
            sink.value(0, epochSeconds(2000 + year, month, day, hour, minute, second));
        }

        private int hour() {
            if ((registers[2] & TWELVE_HOURS) == 0) {
                return bcd(2, 0x3f);
            }
            int hour = bcd(2, 0x1f) % 12;
            return (registers[2] & AFTERNOON) != 0 ? hour + 12 : hour;
        }

        /**
         * @return -1 where a digit is none
         */
        private int bcd(int register, int mask) {
            int value = registers[register] & mask;
            int tens = value >> 4;
            int ones = value & 0x0f;
            return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
        }

        @Override
        public @Nullable String trouble() {
            return trouble != null ? trouble : chip.trouble();
        }

        @Override
        public void close() {
            chip.close();
        }
    }
}
