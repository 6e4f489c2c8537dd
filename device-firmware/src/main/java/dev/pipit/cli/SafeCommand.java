package dev.pipit.cli;

import dev.pipit.agent.RuntimeDirectory;
import dev.pipit.agent.SafeValues;
import dev.pipit.board.Board;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.BoardChoice;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pipit safe FILE}. */
@Command(
        name = "safe",
        mixinStandardHelpOptions = true,
        header = "Sets every output of a configuration to its safe value, without an agent.",
        description = {
            "For people, when no agent runs. While one does, it is refused (ends with 69): send it"
                    + " 'control/safe' instead. After a crash pipit-safe does it, which is"
                    + " faster.",
            "Ends with 0 when every output is safe, with 1 when one is not."
        })
final class SafeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The configuration, YAML.")
    Path file;

    @Mixin BoardOptions on;

    @Spec CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        AgentConfig config = CheckCommand.load(file, spec.commandLine().getErr());
        BoardChoice choice = on.choice(config);
        RuntimeDirectory claimed = on.claim(choice);
        try {
            return drive(config, choice, out);
        } finally {
            if (claimed != null) {
                claimed.close();
            }
        }
    }

    private static int drive(AgentConfig config, BoardChoice choice, PrintWriter out) {
        boolean all = true;
        try (Board opened = BoardOptions.open(choice, config)) {
            for (SafeValues.Result result : SafeValues.drive(config, opened)) {
                out.printf(
                        "%s: %s%s%n",
                        result.output(),
                        result.taken() ? result.safe() : "NOT SAFE, " + result.safe() + " wanted",
                        result.reads().isEmpty() ? "" : ", reads " + result.reads());
                all &= result.taken();
            }
        }
        if (choice == BoardChoice.SIMULATED) {
            out.println("the board is simulated: no pin of this machine was touched");
        }
        return all ? ExitCode.DONE : ExitCode.REFUSED;
    }
}
