package dev.pipit.driver.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.driver.Allocation;
import dev.pipit.driver.Channel;
import dev.pipit.driver.Connection;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.Reading;
import dev.pipit.driver.ScriptedI2c;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.SensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On trees with the contents that Raspberry Pis show. */
class KernelSensorsTest {
    @TempDir Path root;
    private final Reading reading = new Reading();

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static SensorDriver create(SensorType type, String... options) {
        Options all = Options.usual(type.options());
        for (int i = 0; i < options.length; i += 2) {
            all = all.with(options[i], options[i + 1]);
        }
        assertThat(type.connection()).isInstanceOf(Connection.Kernel.class);
        return type.create(new ScriptedI2c(), Location.kernel(), all);
    }

    private void measure(SensorDriver driver) {
        assertThat(driver.begin()).isZero();
        driver.read(reading.clear());
        assertThat(reading.calls).isEqualTo(driver.channels().size());
    }

    private static final String ID = "28-3c01d607a6f9";
    private static final String SLAVE = "sys/bus/w1/devices/" + ID + "/w1_slave";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // data sheet 19-7487, table 1, and bytes as chips give them
                "50 01 4b 46 7f ff 0c 10 ec : crc=ec YES; t=21000     | 336  |",
                "91 01 55 05 7f a5 81 66 8f : crc=8f YES; t=25062     | 401  |",
                "6f fe 55 05 7f a5 81 66 b9 : crc=b9 YES; t=-25062    | -401 |",
                "91 01 55 05 7f a5 81 66 8e : crc=8f NO; t=25062      |      | CHECKSUM",
                "91 01 55 05 7f a5 81 66 8e : crc=8e YES; t=25062     |      | CHECKSUM",
                "00 00 00 00 00 00 00 00 00 : crc=00 YES; t=0         |      | NO_ANSWER",
                "50 05 4b 46 7f ff 0c 10 1c : crc=1c YES; t=85000     |      | OTHER",
                "ff ff ff ff ff ff ff ff ff : crc=c9 NO; t=-62        |      | CHECKSUM",
                "''                                                   |      | NO_ANSWER",
                "91 01 55                                             |      | NO_ANSWER",
            })
    void oneWireIsBelievedOnlyWithItsChecksum(String text, Long sixteenths, Fault fault)
            throws IOException {
        String bytes = text.substring(0, Math.max(0, text.indexOf(';')));
        String slave =
                text.contains(";") ? bytes + "\n" + text.substring(text.indexOf(';') + 2) : text;
        file(SLAVE, rightChecksum(slave) + "\n");
        SensorDriver driver = create(new Ds18b20(root));
        measure(driver);
        assertThat(reading.faults[0]).isEqualTo(fault);
        if (sixteenths != null) {
            assertThat(reading.values[0]).isEqualTo(sixteenths);
        }
        driver.close();
    }

    /** Where a line says YES and means it, its checksum is computed here, bit by bit. */
    private static String rightChecksum(String slave) {
        if (!slave.contains("YES") || slave.contains("crc=8e") || slave.contains("crc=00")) {
            return slave;
        }
        int register = 0;
        for (int i = 0; i < 8; i++) {
            int b = Integer.parseInt(slave.substring(i * 3, i * 3 + 2), 16);
            for (int bit = 0; bit < 8; bit++) {
                int mix = (register ^ (b >> bit)) & 1;
                register >>= 1;
                register ^= mix * 0x8c;
            }
        }
        return slave.substring(0, 24) + "%02x".formatted(register) + slave.substring(26);
    }

    @Test
    void newerKernelsFileIsReadWhereThereIsNoOther() throws IOException {
        String temperature = "sys/bus/w1/devices/" + ID + "/temperature";
        file(temperature, "23125\n");
        SensorDriver driver = create(new Ds18b20(root), "id", ID);
        measure(driver);
        assertThat(reading.values[0]).isEqualTo(370);
        file(temperature, "");
        measure(driver);
        assertThat(reading.faults[0]).isEqualTo(Fault.NO_ANSWER);
    }

    @Test
    void eightyFiveDegreesIsBelievedWhereItWasNearlySoBefore() throws IOException {
        String temperature = "sys/bus/w1/devices/" + ID + "/temperature";
        file(temperature, "85000\n");
        SensorDriver driver = create(new Ds18b20(root));
        measure(driver);
        assertThat(reading.faults[0]).isEqualTo(Fault.OTHER);
        assertThat(driver.trouble()).contains("power-on");
        file(temperature, "84500\n");
        measure(driver);
        file(temperature, "85000\n");
        measure(driver);
        assertThat(reading.values[0]).isEqualTo(85 * 16);
    }

    @Test
    void aMissingBusSaysWhatToEnableAndAMissingDeviceComesBack() throws IOException {
        SensorDriver driver = create(new Ds18b20(root));
        assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.NO_ACCESS);
        assertThat(driver.trouble()).contains("dtoverlay=w1-gpio");
        Files.createDirectories(root.resolve("sys/bus/w1/devices/w1_bus_master1"));
        assertThat(Fault.ofResult(driver.begin())).isEqualTo(Fault.NO_ACCESS);
        assertThat(driver.trouble()).contains("no device any");
        file("sys/bus/w1/devices/" + ID + "/temperature", "1000\n");
        measure(driver);
        assertThat(reading.values[0]).isEqualTo(16);
    }

    @Test
    void aThermalZoneIsFoundByItsType() throws IOException {
        file("sys/class/thermal/thermal_zone0/type", "gpu-thermal\n");
        file("sys/class/thermal/thermal_zone0/temp", "40000\n");
        file("sys/class/thermal/thermal_zone1/type", "cpu-thermal\n");
        file("sys/class/thermal/thermal_zone1/temp", "48312\n");
        measure(create(new ThermalZone(root), "zone", "cpu-thermal"));
        assertThat(reading.values[0]).isEqualTo(483);
        measure(create(new ThermalZone(root)));
        assertThat(reading.values[0]).isEqualTo(400);
        SensorDriver none = create(new ThermalZone(root), "zone", "soc");
        assertThat(Fault.ofResult(none.begin())).isEqualTo(Fault.NO_ACCESS);
        assertThat(none.trouble()).contains("there are: gpu-thermal, cpu-thermal");
    }

    @Test
    void hwmonInputsHaveTheUnitsOfTheirKind() throws IOException {
        file("sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
        file("sys/class/hwmon/hwmon1/name", "ina226\n");
        file("sys/class/hwmon/hwmon1/in1_input", "5012\n");
        file("sys/class/hwmon/hwmon1/power1_input", "3125000\n");
        SensorDriver voltage = create(new Hwmon(root), "chip", "ina226", "input", "in1");
        measure(voltage);
        assertThat(reading.values[0]).isEqualTo(5_012);
        Channel channel = voltage.channels().get(0);
        assertThat(channel.unit() + " " + channel.resolution()).isEqualTo("V 0.001");
        SensorDriver power = create(new Hwmon(root), "chip", "ina226", "input", "power1");
        measure(power);
        assertThat(reading.values[0]).isEqualTo(3_125_000);
        file("sys/class/hwmon/hwmon1/in1_input", "n/a\n");
        measure(voltage);
        assertThat(reading.faults[0]).isEqualTo(Fault.OTHER);
    }

    @Test
    void iioIsScaledAsTheKernelSays() throws IOException {
        String device = "sys/bus/iio/devices/iio:device0/";
        file(device + "name", "mcp3208\n");
        file(device + "in_voltage0_raw", "2048\n");
        file(device + "in_voltage_scale", "0.805664062\n");
        measure(create(new Iio(root), "device", "mcp3208", "channel", "voltage0"));
        assertThat(reading.values[0]).isEqualTo(1_650_000); // µV
        file("sys/bus/iio/devices/iio:device1/name", "bmp280\n");
        file("sys/bus/iio/devices/iio:device1/in_pressure_input", "100\n");
        file("sys/bus/iio/devices/iio:device1/in_temp_raw", "500\n");
        file("sys/bus/iio/devices/iio:device1/in_temp_offset", "-20\n");
        file("sys/bus/iio/devices/iio:device1/in_temp_scale", "10\n");
        measure(create(new Iio(root), "device", "bmp280", "channel", "pressure"));
        assertThat(reading.values[0]).isEqualTo(1_000_000); // tenths of a pascal
        measure(create(new Iio(root), "device", "bmp280"));
        assertThat(reading.values[0]).isEqualTo(4_800);
    }

    @Test
    void anIioValueKeepsItsFraction() throws IOException {
        file("sys/bus/iio/devices/iio:device1/name", "bmp280\n");
        file("sys/bus/iio/devices/iio:device1/in_pressure_input", "101.325\n");
        measure(create(new Iio(root), "device", "bmp280", "channel", "pressure"));
        assertThat(reading.values[0]).isEqualTo(1_013_250);
    }

    @Test
    void healthReportsWhatThereIsAndNothingElse() throws IOException {
        file("sys/class/thermal/thermal_zone0/temp", "48312\n");
        file("sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n");
        file(
                "proc/net/wireless",
                """
                Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
                 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
                 wlan0: 0000   58.  -52.  -256        0      0      0      0      0        0
                """);
        file(
                "proc/meminfo",
                "MemTotal:         931112 kB\nMemFree:           99000 kB\nMemAvailable:     612340 kB\n");
        file("proc/loadavg", "0.52 0.41 0.30 1/123 4567\n");
        file("proc/uptime", "123456.78 400000.00\n");
        SensorDriver health = create(new Health(root));
        measure(health);
        assertThat(reading.values).startsWith(483, 0x50005, -52);
        assertThat(reading.values[3]).isPositive();
        assertThat(reading.values[4]).isEqualTo(612_340);
        assertThat(reading.values[5]).isEqualTo(52);
        assertThat(reading.values[6]).isEqualTo(123_456);

        Files.delete(root.resolve("proc/net/wireless"));
        health.close();
        measure(health);
        assertThat(reading.faults[2]).isEqualTo(Fault.NO_ACCESS);
        assertThat(reading.faults[6]).isNull();
        health.close();
    }

    /**
     * Recorded on the emulated Raspberry Pi 3B under Debian's 6.12 ({@code deploy/emulate
     * --scenarios record}): a tmp105 at 21.5 °C behind hwmon, a magnetometer behind IIO, no Wi-Fi.
     */
    private static final Path RECORDED = Path.of("src/test/resources/recorded/raspi3b");

    @Test
    void healthReadsWhatARealKernelShows() {
        SensorDriver health = create(new Health(RECORDED));
        measure(health);
        assertThat(reading.values[0]).isEqualTo(252);
        assertThat(reading.faults[2]).isNotNull();
        assertThat(reading.values[4]).isEqualTo(804_436);
        assertThat(reading.values[5]).isEqualTo(207);
        assertThat(reading.values[6]).isEqualTo(510);
        health.close();
    }

    @Test
    void hwmonIioAndThermalZoneReadWhatARealKernelShows() {
        measure(create(new Hwmon(RECORDED), "chip", "tmp105"));
        assertThat(reading.values[0]).isEqualTo(21_500);
        measure(create(new Hwmon(RECORDED), "chip", "cpu_thermal"));
        assertThat(reading.values[0]).isEqualTo(25_178);
        measure(create(new ThermalZone(RECORDED), "zone", "cpu-thermal"));
        assertThat(reading.values[0]).isEqualTo(252);
        // The emulated magnetometer stands in no field.
        measure(create(new Iio(RECORDED), "device", "lsm303dlhc_magn", "channel", "magn_z"));
        assertThat(reading.faults[0]).isNull();
        assertThat(reading.values[0]).isZero();
    }

    @Test
    void readingAFileAllocatesNothing() throws IOException {
        file("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
        file("sys/class/thermal/thermal_zone0/temp", "48312\n");
        file("proc/uptime", "123456.78 400000.00\n");
        file(SLAVE, rightChecksum("50 01 4b 46 7f ff 0c 10 ec : crc=ec YES\n t=21000\n"));
        SensorDriver zone = create(new ThermalZone(root));
        SensorDriver oneWire = create(new Ds18b20(root));
        measure(zone);
        measure(oneWire);
        assertThat(reading.faults[0]).isNull();
        long allocated =
                Allocation.ofRounds(
                        2_000,
                        () -> {
                            zone.read(reading);
                            oneWire.read(reading);
                        });
        assertThat(allocated).isZero();
        zone.close();
        oneWire.close();
    }
}
