package dev.pipit.cli;

import dev.pipit.agent.Boards;
import dev.pipit.agent.SensorPlans;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.config.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pipit check FILE}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        header = "Checks a configuration and prints every mistake in it.",
        description = {
            "Each mistake is one line: FILE:LINE:COLUMN: what is wrong, what was expected.",
            "On a Pi, a pin that an enabled bus uses is one.",
            "Ends with 0 where there is none, else with 78."
        })
final class CheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The configuration, YAML.")
    Path file;

    @Spec CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        AgentConfig config = load(file, Boards.carriers(Path.of("/")), out).config();
        out.printf(
                "%s is right: device %s, %d sensors, %d inputs, %d actuators, broker %s%n",
                file,
                config.device().id(),
                config.sensors().size(),
                config.inputs().size(),
                config.actuators().size(),
                config.broker().urls().getFirst());
        SensorPlans.check(config).notes().forEach(line -> out.println("  " + line));
        return ExitCode.DONE;
    }

    /**
     * Loads a configuration or ends the command.
     *
     * @param out where the mistakes go
     */
    static AgentConfig load(Path file, PrintWriter out) {
        return loadWithHash(file, out).config();
    }

    static ConfigFile.Result.Valid loadWithHash(Path file, PrintWriter out) {
        return load(file, Map.of(), out);
    }

    private static ConfigFile.Result.Valid load(
            Path file, Map<Integer, String> carriers, PrintWriter out) {
        return switch (ConfigFile.load(file, Drivers.installed(), carriers)) {
            case ConfigFile.Result.Valid valid -> {
                refuse(file, SensorPlans.check(valid.config()).problems(), out);
                yield valid;
            }
            case ConfigFile.Result.Invalid invalid -> {
                refuse(file, invalid.problems().stream().map(Problem::toString).toList(), out);
                throw new AssertionError("invalid without a problem");
            }
        };
    }

    /** Ends the command if there are mistakes. */
    private static void refuse(Path file, List<String> mistakes, PrintWriter out) {
        mistakes.forEach(out::println);
        int count = mistakes.size();
        if (count > 0) {
            throw new CannotGoOn(
                    ExitCode.BAD_CONFIGURATION,
                    count == 1 ? "1 mistake in " + file : count + " mistakes in " + file);
        }
    }
}
