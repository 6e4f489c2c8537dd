package dev.pipit.driver;

import java.util.List;

/** What a sensor hangs on. */
public sealed interface Connection {
    /**
     * An I2C bus.
     *
     * @param addresses the 7-bit addresses that the chip can have, ascending
     * @param usual the one it has as sold
     */
    record I2c(List<Integer> addresses, int usual) implements Connection {
        public I2c {
            addresses = List.copyOf(addresses);
            if (!addresses.contains(usual)) {
                throw new IllegalArgumentException(
                        "usual address " + usual + " not in " + addresses);
            }
        }
    }

    /** An SPI bus, chip select chosen by the user. */
    record Spi() implements Connection {}

    /**
     * A file of the kernel ({@code /sys}, {@code /proc}): no bus and no address of ours.
     *
     * @param loop what shares a sampling loop: {@code kernel} for files that answer at once, a name
     *     of its own for what may block, such as {@code w1}
     */
    record Kernel(String loop) implements Connection {
        /** Files that answer at once. */
        public Kernel() {
            this("kernel");
        }
    }
}
