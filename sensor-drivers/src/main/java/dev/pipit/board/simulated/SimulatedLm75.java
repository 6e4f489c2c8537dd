package dev.pipit.board.simulated;

import java.util.function.LongSupplier;

/** An LM75 or TMP105: a pointer, a temperature of 9 to 12 bits, a configuration. */
final class SimulatedLm75 extends SimulatedChip {
    private final Quantity temperature;
    private final LongSupplier clock;
    private int pointer;
    private int configuration;
    private int last;

    SimulatedLm75(World world, String sensor) {
        temperature = world.quantity(sensor + ".temperature", 21, 4, -60, 130);
        clock = world.clock();
        power();
    }

    @Override
    protected void power() {
        pointer = 0;
        configuration = 0;
        last = 0;
    }

    @Override
    protected void write(byte[] bytes, int offset, int length) {
        if (length > 0) {
            pointer = bytes[offset] & 3;
        }
        if (length > 1 && pointer == 1) {
            configuration = bytes[offset + 1] & 0x7f;
        }
    }

    @Override
    protected void read(byte[] into, int offset, int length) {
        int value = pointer == 1 ? configuration << 8 : measured();
        for (int i = 0; i < length; i++) {
            into[offset + i] = (byte) (i % 2 == 0 ? value >> 8 : value);
        }
    }

    private int measured() {
        if (!stuck()) {
            int bits = 9 + ((configuration >> 5) & 3);
            int steps = (int) Math.floor(temperature.at(clock.getAsLong()) * (1 << (bits - 8)));
            last = steps << (16 - bits);
        }
        return last;
    }
}
