package dev.pipit.board.simulated;

import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The chips that can be simulated, by the name of the driver that reads them. A new chip is one
 * class and one line here.
 */
final class ChipModels {
    private static final Map<String, BiFunction<World, String, SimulatedChip>> MODELS =
            Map.of(
                    "bme280", SimulatedBme280::new,
                    "ds1338", SimulatedDs1338::new,
                    "lm75", SimulatedLm75::new);

    private ChipModels() {}

    /**
     * @param sensor the sensor's name: its quantities are called {@code <sensor>.<channel>}
     */
    static Optional<SimulatedChip> create(String driver, World world, String sensor) {
        return Optional.ofNullable(MODELS.get(driver)).map(model -> model.apply(world, sensor));
    }
}
