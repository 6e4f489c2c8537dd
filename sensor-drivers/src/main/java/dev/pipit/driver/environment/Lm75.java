package dev.pipit.driver.environment;

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
 * The LM75 and its many relatives with the same registers: TMP105, TMP75, TMP175, DS75, LM75A/B,
 * MCP9800. Texas Instruments SBOS219 (TMP105), section "Register Map".
 *
 * <p>The chip converts all the time by itself; a reading takes the last result, at most 300 ms old.
 */
public final class Lm75 implements SensorType {
    private static final List<Channel> CHANNELS =
            List.of(Channel.of("temperature", "Cel", "0.0625", 2, 320));

    private static final List<Option> OPTIONS =
            List.of(
                    Option.choice(
                            "resolution",
                            "bits, where the chip lets one choose (TMP105, TMP75, DS75, MCP9800)",
                            "own",
                            "own",
                            "9",
                            "10",
                            "11",
                            "12"));

    @Override
    public String name() {
        return "lm75";
    }

    @Override
    public String summary() {
        return "LM75, TMP105, TMP75, DS75 and relatives: temperature (I2C)";
    }

    @Override
    public Connection connection() {
        return new Connection.I2c(List.of(0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f), 0x48);
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
        String bits = options.text("resolution");
        return new Driver(wiring, location, bits.equals("own") ? 0 : Integer.parseInt(bits));
    }

    private static final class Driver implements SensorDriver {
        private static final int TEMPERATURE = 0x00;
        private static final int CONFIGURATION = 0x01;

        /** R1 R0, bits 6 and 5: 9 to 12 bits. */
        private static final int RESOLUTION_SHIFT = 5;

        /** The longest conversion, 12 bits: 220 ms typical, 300 ms at most. */
        private static final int FIRST_CONVERSION_MS = 300;

        /** -55 °C and 125 °C (the widest of the family is 127.9375) in sixteenths of a degree. */
        private static final int LEAST = -55 * 16;

        private static final int MOST = 125 * 16;

        private final I2cChip chip;
        private final int bits;
        private final byte[] raw = new byte[2];
        private boolean ready;

        /**
         * @param bits 9 to 12, or 0 to leave the chip as it is
         */
        Driver(Wiring wiring, Location location, int bits) {
            chip = new I2cChip(wiring, location);
            this.bits = bits;
        }

        @Override
        public List<Channel> channels() {
            return CHANNELS;
        }

        @Override
        public int begin() {
            if (ready) {
                return 0;
            }
            // The family has no identity register: that it answers is all there is to know.
            int result =
                    bits == 0
                            ? chip.read(CONFIGURATION, raw, 0, 1)
                            : chip.write(CONFIGURATION, (bits - 9) << RESOLUTION_SHIFT);
            if (result < 0) {
                return result;
            }
            ready = true;
            return FIRST_CONVERSION_MS;
        }

        @Override
        public void read(SampleSink sink) {
            int result = chip.read(TEMPERATURE, raw, 0, 2);
            if (result < 0) {
                ready = false;
                sink.missing(0, Fault.ofResult(result));
                return;
            }
            // Left-justified: sixteenths of a degree in the upper 12 bits, whatever the resolution.
            int sixteenths = ((raw[0] << 8) | (raw[1] & 0xff)) >> 4;
            if (sixteenths < LEAST) {
                sink.missing(0, Fault.UNDER_RANGE);
            } else if (sixteenths > MOST) {
                sink.missing(0, Fault.OVER_RANGE);
            } else {
                sink.value(0, sixteenths);
            }
        }

        @Override
        public @Nullable String trouble() {
            return chip.trouble();
        }

        @Override
        public void close() {
            chip.close();
        }
    }
}
