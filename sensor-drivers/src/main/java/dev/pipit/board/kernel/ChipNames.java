package dev.pipit.board.kernel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which chips are usually found at an I2C address: a guess for people, from data sheets. */
final class ChipNames {
    private static final Map<Integer, List<String>> USUAL = new TreeMap<>();

    static {
        range(0x18, 0x1f, "MCP9808");
        range(0x18, 0x19, "LIS3DH");
        range(0x20, 0x27, "MCP23017", "PCF8574");
        range(0x23, 0x23, "BH1750");
        range(0x29, 0x29, "VL53L0X", "TSL2591");
        range(0x38, 0x38, "AHT20", "VEML6075");
        range(0x39, 0x39, "TSL2561", "APDS-9960");
        range(0x3c, 0x3d, "SSD1306 display");
        range(0x40, 0x4f, "INA219");
        range(0x40, 0x40, "Si7021", "HTU21D");
        range(0x44, 0x45, "SHT3x", "SHT4x");
        range(0x48, 0x4b, "ADS1115");
        range(0x48, 0x4f, "LM75", "TMP105");
        range(0x50, 0x57, "EEPROM 24Cxx");
        range(0x58, 0x58, "SGP30");
        range(0x59, 0x59, "SGP40");
        range(0x5a, 0x5b, "CCS811");
        range(0x5a, 0x5a, "MLX90614");
        range(0x5c, 0x5c, "BH1750");
        range(0x60, 0x61, "MCP4725");
        range(0x61, 0x61, "SCD30");
        range(0x62, 0x62, "SCD4x");
        range(0x68, 0x68, "DS1338", "DS3231");
        range(0x68, 0x69, "MPU-6050");
        range(0x70, 0x77, "TCA9548A");
        range(0x76, 0x77, "BME280", "BMP280", "MS5611");
    }

    private ChipNames() {}

    private static void range(int first, int last, String... names) {
        for (int address = first; address <= last; address++) {
            USUAL.merge(
                    address,
                    List.of(names),
                    (a, b) -> java.util.stream.Stream.concat(a.stream(), b.stream()).toList());
        }
    }

    /** The likeliest first; empty where nothing usual has the address. */
    static List<String> at(int address) {
        return USUAL.getOrDefault(address, List.of());
    }
}
