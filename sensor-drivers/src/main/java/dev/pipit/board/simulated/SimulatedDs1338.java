package dev.pipit.board.simulated;

import java.util.function.LongSupplier;

/** A DS1338: shows {@code <sensor>.time}, seconds since 1970, and goes on from there. */
final class SimulatedDs1338 extends RegisterChip {
    private static final double USUAL = 1_798_761_600; // 2027-01-01T00:00:00Z

    private final Quantity time;
    private final LongSupplier clock;
    private final int[] registers = new int[64];
    private double shown = Double.NaN;
    private long sinceNanos;

    SimulatedDs1338(World world, String sensor) {
        time = world.quantity(sensor + ".time", USUAL, 0, 946_684_800, 4_102_444_799.0);
        clock = world.clock();
        power();
    }

    @Override
    protected void power() {
        sinceNanos = clock.getAsLong();
    }

    @Override
    protected int register(int number) {
        if (number == 0 && !stuck()) {
            // The chip copies its counters when a read begins at the first register.
            latch();
        }
        return registers[number & 63];
    }

    private void latch() {
        long now = clock.getAsLong();
        double set = time.at(now);
        if (set != shown) {
            shown = set;
            sinceNanos = now;
        }
        long seconds = (long) set + (now - sinceNanos) / 1_000_000_000L;
        registers[0] = bcd((int) (seconds % 60));
        registers[1] = bcd((int) (seconds / 60 % 60));
        registers[2] = bcd((int) (seconds / 3_600 % 24));
        long days = seconds / 86_400;
        registers[3] = (int) (days % 7) + 1;
        date(days);
    }

    private void date(long days) {
        int year = 1970;
        while (days >= (leap(year) ? 366 : 365)) {
            days -= leap(year) ? 366 : 365;
            year++;
        }
        int month = 1;
        while (days >= length(month, year)) {
            days -= length(month, year);
            month++;
        }
        registers[4] = bcd((int) days + 1);
        registers[5] = bcd(month);
        registers[6] = bcd(year % 100);
    }

    private static int length(int month, int year) {
        return switch (month) {
            case 2 -> leap(year) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    private static boolean leap(int year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    private static int bcd(int value) {
        return ((value / 10) << 4) | value % 10;
    }

    @Override
    protected void register(int number, int value) {
        registers[number & 63] = value;
    }
}
