package dev.pipit.board.simulated;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a {@link SimulatedBoard}: named quantities that its chips measure, the chips
 * themselves and what is wrong with them, fingers on its buttons, and eyes on its outputs.
 *
 * <p>Deterministic for a seed and a clock. Thread-safe.
 */
public final class World {
    private final LongSupplier clock;
    private final long seed;
    private final boolean drifting;
    private final Pins pins;
    private final Map<Integer, SimulatedBus> buses = new ConcurrentHashMap<>();

    // guarded by itself
    private final SortedMap<String, Quantity> quantities = new TreeMap<>();

    /**
     * @param clock monotonic nanoseconds, such as {@code System::nanoTime}
     * @param seed decides the weather
     * @param drifting whether quantities that nobody has set drift, or stand at their usual value
     */
    public World(LongSupplier clock, long seed, boolean drifting) {
        this.clock = clock;
        this.seed = seed;
        this.drifting = drifting;
        this.pins = new Pins(clock);
    }

    /** A world in which nothing moves unless it is moved, on the machine's clock. */
    public static World still() {
        return new World(System::nanoTime, 1, false);
    }

    LongSupplier clock() {
        return clock;
    }

    Pins pins() {
        return pins;
    }

    SimulatedBus bus(int number) {
        return buses.computeIfAbsent(number, n -> new SimulatedBus());
    }

    SortedMap<Integer, SimulatedBus> buses() {
        return new TreeMap<>(buses);
    }

    /**
     * Gets every output's changes as lines, {@code pin 27 = 1 at 123456} ({@code pin 18 = 45.5% at
     * ...}), time in milliseconds of the world's clock. Called on the thread that writes the
     * output.
     */
    public void onOutput(Consumer<String> listener) {
        pins.onChange(listener);
    }

    /**
     * The quantity of this name, made where it does not exist yet.
     *
     * @param usual the value that it has until it is set, or around which it drifts
     * @param swing how far it drifts to either side
     */
    public Quantity quantity(String name, double usual, double swing, double least, double most) {
        synchronized (quantities) {
            return quantities.computeIfAbsent(
                    name,
                    n ->
                            new Quantity(
                                    n,
                                    usual,
                                    swing,
                                    least,
                                    most,
                                    Quantity.phases(new Random(seed * 31 + n.hashCode())),
                                    drifting));
        }
    }

    /** The value of a quantity now; empty where there is none of this name. */
    public OptionalDouble value(String name) {
        Quantity quantity = find(name);
        return quantity == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(quantity.at(clock.getAsLong()));
    }

    /**
     * Makes a quantity stand at a value.
     *
     * @throws IllegalArgumentException where there is none of this name, or the value is beyond it
     */
    public void set(String name, double value) {
        Quantity quantity = find(name);
        if (quantity == null) {
            throw new IllegalArgumentException("no quantity '" + name + "' among " + names());
        }
        if (!(value >= quantity.least() && value <= quantity.most())) {
            throw new IllegalArgumentException(
                    name
                            + " "
                            + value
                            + ": expected "
                            + quantity.least()
                            + " to "
                            + quantity.most());
        }
        quantity.stand(value);
    }

    @Nullable Quantity find(String name) {
        synchronized (quantities) {
            return quantities.get(name);
        }
    }

    /** The names of all quantities, ascending. */
    public List<String> names() {
        synchronized (quantities) {
            return List.copyOf(quantities.keySet());
        }
    }

    /**
     * The level of a claimed input or output, or whether a PWM output is above 0.
     *
     * @throws IllegalArgumentException where nobody has the pin
     */
    public boolean high(int pin) {
        SimulatedPin claimed = claimed(pin);
        return claimed.kind == SimulatedPin.Kind.PWM
                ? pins.permille(claimed) > 0
                : pins.high(claimed);
    }

    /** The duty of a PWM output, 0..1000. */
    public int permille(int pin) {
        return pins.permille(claimed(pin));
    }

    /** The length of a PWM output's pulses. */
    public long dutyNanos(int pin) {
        return pins.dutyNanos(claimed(pin));
    }

    /** Makes an output keep what it has, whatever it is told: a welded relay, a short. */
    public void stick(int pin, boolean stuck) {
        pins.stick(claimed(pin), stuck);
    }

    /** Drives an input to the level that means active. */
    public void press(int pin) {
        SimulatedPin input = claimed(pin);
        pins.drive(input, input.pressedLevel);
    }

    /** Lets an input go back to the level that means inactive. */
    public void release(int pin) {
        SimulatedPin input = claimed(pin);
        pins.drive(input, !input.pressedLevel);
    }

    private SimulatedPin claimed(int pin) {
        SimulatedPin claimed = pins.pin(pin);
        if (claimed == null) {
            throw new IllegalArgumentException("nobody has claimed pin " + pin);
        }
        return claimed;
    }

    /**
     * Puts a chip on a bus.
     *
     * @param driver the name of the driver that will read it
     * @param sensor the sensor's name: its quantities are called {@code <sensor>.<channel>}
     * @return false where no chip for this driver can be simulated
     */
    public boolean attach(int bus, int address, String driver, String sensor) {
        return ChipModels.create(driver, this, sensor)
                .map(chip -> {
                    bus(bus).attach(address, new SimulatedBus.Socket(driver, sensor, chip));
                    return true;
                })
                .orElse(false);
    }
}
