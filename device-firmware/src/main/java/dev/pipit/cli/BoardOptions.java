package dev.pipit.cli;

import dev.pipit.agent.Boards;
import dev.pipit.agent.RuntimeDirectory;
import dev.pipit.board.Board;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.BoardChoice;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which board a command that touches outputs opens, and what keeps a second one from it. */
final class BoardOptions {
    @Option(
            names = "--board",
            paramLabel = "BOARD",
            description =
                    "${COMPLETION-CANDIDATES}. Usually as the configuration says, else what this"
                            + " machine has.")
    @Nullable BoardChoice board;

    @Option(
            names = "--runtime",
            paramLabel = "DIR",
            description =
                    "Directory for the lock that keeps a second agent from the outputs and for what"
                            + " pipit-safe does after a crash. Usually the one that systemd gives"
                            + " (/run/pipit); without one, none for the simulated board, else"
                            + " /run/pipit or one of your own.")
    @Nullable Path runtime;

    BoardChoice choice(AgentConfig config) {
        if (board != null) {
            return board;
        }
        return config.board() != null ? config.board() : Boards.onThisMachine();
    }

    /**
     * The runtime directory's lock, or the end of the command.
     *
     * @return {@code null}: none is needed
     */
    @Nullable RuntimeDirectory claim(BoardChoice choice) {
        Path directory = runtime != null ? runtime : RuntimePlace.usual(choice, System.getenv());
        if (directory == null) {
            return null;
        }
        try {
            return RuntimeDirectory.claim(directory);
        } catch (RuntimeDirectory.Taken | UncheckedIOException refused) {
            throw new CannotGoOn(ExitCode.UNAVAILABLE, String.valueOf(refused.getMessage()));
        }
    }

    /** The board, or the end of the command. */
    static Board open(BoardChoice choice, AgentConfig config) {
        try {
            return Boards.open(choice, config);
        } catch (RuntimeException unavailable) {
            throw new CannotGoOn(
                    ExitCode.UNAVAILABLE,
                    "the board does not open: "
                            + unavailable.getMessage()
                            + "\nWithout a Raspberry Pi: --board simulated");
        }
    }
}
