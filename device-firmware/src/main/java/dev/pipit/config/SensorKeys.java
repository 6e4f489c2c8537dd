package dev.pipit.config;

import dev.pipit.config.Form.Choice;
import dev.pipit.config.Form.Duration;
import dev.pipit.config.Form.Text;
import dev.pipit.config.Form.Whole;
import dev.pipit.driver.Connection;
import dev.pipit.driver.SensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The keys that sensors have, beside {@link ChannelKeys#SENSOR} and their drivers' own. */
final class SensorKeys {
    static final Key EVERY =
            Key.optional(
                    "every",
                    new Duration(10, 7L * 24 * 3_600_000),
                    "how often it is read; where nothing is written, as usual for the driver",
                    "10s");

    static final Key BATCH =
            Key.usually(
                    "batch",
                    new Whole(1, 1024, false),
                    "60",
                    "readings in a message at most (with the formats json and sparkplug-b, 1 where nothing is"
                            + " written); more cost fewer bytes, and arrive later (the newest one"
                            + " always goes to the live topic at once)",
                    "60");

    static final Key BATCH_AGE =
            Key.usually(
                    "batch-age",
                    new Duration(0, 24L * 3_600_000),
                    "60s",
                    "longest time that a reading waits for others to share its message",
                    "5m");

    static final Key KEEP =
            Key.usually(
                    "keep",
                    new Choice(List.of("volatile", "durable", "synced")),
                    "durable",
                    "what a reading survives: nothing; the end of the process, and a power cut once it is on the"
                            + " card; a power cut at once (then every reading is a message of its own)",
                    "synced");

    static final Key LIVE =
            Key.usually(
                    "live",
                    new Choice(List.of("on", "off", "retained")),
                    "on",
                    "whether the newest reading also goes to the live topic at once, and whether the broker keeps"
                            + " it for whoever comes later; off saves most of the bytes where they are paid, and"
                            + " Home Assistant sees nothing of the sensor then; what the broker has kept stays there"
                            + " until somebody clears it; the format sparkplug-b has no live topic",
                    "off");

    static final Key I2C_BUS =
            Key.usually(
                    "bus",
                    new Text(Pattern.compile("i2c-\\d{1,3}"), "an I2C bus: i2c-N"),
                    "i2c-1",
                    "I2C bus, as in /dev/i2c-N",
                    "i2c-1");

    static final Key I2C_ADDRESS =
            Key.optional(
                    "address",
                    new Whole(0x03, 0x77, true),
                    "7-bit address; where nothing is written, the one that the chip has as sold",
                    "0x76");

    static final Key SPI_BUS =
            Key.usually(
                    "bus",
                    new Text(Pattern.compile("spi-\\d{1,3}"), "an SPI bus: spi-N"),
                    "spi-0",
                    "SPI bus, as in /dev/spidevN.*",
                    "spi-0");

    static final Key SPI_SELECT =
            Key.usually(
                    "chip-select",
                    new Whole(0, 7, false),
                    "0",
                    "chip select, as in /dev/spidev*.N",
                    "0");

    private SensorKeys() {}

    /** Every key that a sensor of one type may have. */
    static List<Key> of(SensorType type) {
        List<Key> keys = new ArrayList<>();
        keys.add(FileKeys.DRIVER);
        switch (type.connection()) {
            case Connection.I2c i2c -> {
                keys.add(I2C_BUS);
                keys.add(I2C_ADDRESS);
            }
            case Connection.Spi spi -> {
                keys.add(SPI_BUS);
                keys.add(SPI_SELECT);
            }
            case Connection.Kernel kernel -> {}
        }
        keys.add(EVERY);
        keys.add(BATCH);
        keys.add(BATCH_AGE);
        keys.add(KEEP);
        keys.add(LIVE);
        keys.addAll(ChannelKeys.SENSOR);
        type.options().forEach(option -> keys.add(Key.of(option)));
        return keys;
    }
}
