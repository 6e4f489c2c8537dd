package dev.pipit.driver;

/**
 * Where a configured sensor hangs.
 *
 * @param bus as written in the configuration: {@code i2c-1}, {@code spi-0}; {@code kernel} or
 *     {@code w1} where the kernel does the reading. One sampling loop serves each distinct bus.
 * @param number the bus number; 0 where the kernel does the reading
 * @param address 7-bit I2C address or SPI chip select; 0 where the kernel does the reading
 */
public record Location(String bus, int number, int address) {
    /** A device on I2C bus {@code number}. */
    public static Location i2c(int number, int address) {
        return new Location("i2c-" + number, number, address);
    }

    /** A device on SPI bus {@code number}. */
    public static Location spi(int number, int chipSelect) {
        return new Location("spi-" + number, number, chipSelect);
    }

    /** Something that the kernel reads for us, and that answers at once. */
    public static Location kernel() {
        return kernel("kernel");
    }

    /**
     * Something that the kernel reads for us.
     *
     * @param loop see {@link Connection.Kernel}
     */
    public static Location kernel(String loop) {
        return new Location(loop, 0, 0);
    }
}
