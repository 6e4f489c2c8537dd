package dev.pipit.agent;

import dev.pipit.actuation.GuardedOutput;
import dev.pipit.board.Board;
import dev.pipit.config.ActuatorConfig;
import dev.pipit.config.AgentConfig;
import dev.pipit.driver.ActuatorDriver;
import java.util.ArrayList;
import java.util.List;

/** Every output of a configuration to its safe value, without an agent. */
public final class SafeValues {
    private SafeValues() {}

    /**
     * One output.
     *
     * @param safe the value it should have, as text
     * @param reads what it reads back, as text; empty where the hardware cannot tell
     * @param taken whether the hardware took it, as far as can be told
     */
    public record Result(String output, String safe, String reads, boolean taken) {}

    /**
     * Claims each output with its safe value, reads it back and lets it go. One that fails does not
     * keep the next from being set.
     *
     * @param board stays open
     */
    public static List<Result> drive(AgentConfig config, Board board) {
        List<Result> results = new ArrayList<>();
        for (ActuatorConfig actuator : config.actuators()) {
            GuardedOutput output = DeviceOutputs.guarded(actuator, board);
            String safe = actuator.values().format(actuator.safe());
            try (ActuatorDriver driver = output.driver()) {
                // Claimed with its safe value in force: nothing is left to write.
                boolean taken = !(driver instanceof UnavailableActuator);
                long reads = driver.readBack();
                boolean known = reads != ActuatorDriver.UNKNOWN;
                results.add(
                        new Result(
                                actuator.name(),
                                safe,
                                known ? actuator.values().format(reads) : "",
                                taken && (!known || reads == actuator.safe())));
            }
        }
        return results;
    }
}
