package dev.pipit.cli;

import dev.pipit.agent.Agent;
import dev.pipit.agent.RuntimeDirectory;
import dev.pipit.board.Board;
import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.board.simulated.WorldProtocol;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.BoardChoice;
import dev.pipit.config.ConfigFile;
import dev.pipit.time.SystemTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Security;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pipit run FILE}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        header = "Runs the agent until it is told to stop.",
        description = {
            "SIGTERM or Ctrl-C ends it: outputs safe, readings that wait sent for up to 5 s, status"
                    + " 0.",
            "",
            "With --board simulated --world - a person or a script plays the world, a line each on"
                    + " standard input: set air.temperature 21.5, press 17, release 17, unplug i2c-1"
                    + " 0x76, plug i2c-1 0x76, fault i2c-1 0x76 nack|stuck|checksum|slow, heal i2c-1"
                    + " 0x76, show, help. Every change of an output is printed."
        })
final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The configuration, YAML.")
    Path file;

    @Mixin BoardOptions on;

    @Option(
            names = "--world",
            paramLabel = "-",
            description = "Play the simulated world over standard input and output.")
    @Nullable String world;

    @Spec CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        lookNamesUpEachTime();
        PrintWriter out = spec.commandLine().getOut();
        ConfigFile.Result.Valid valid =
                CheckCommand.loadWithHash(file, spec.commandLine().getErr());
        AgentConfig config = valid.config();
        BoardChoice choice = on.choice(config);
        if (world != null && !world.equals("-")) {
            throw new CannotGoOn(
                    ExitCode.USAGE, "--world " + world + ": expected -, standard input and output");
        }
        if (world != null && choice != BoardChoice.SIMULATED) {
            throw new CannotGoOn(ExitCode.USAGE, "--world needs --board simulated");
        }
        RuntimeDirectory claimed = on.claim(choice);
        Board opened = BoardOptions.open(choice, config);
        if (world != null && opened instanceof SimulatedBoard simulated) {
            simulated.world().onOutput(out::println);
        }
        Agent agent = agent(config, valid.hash(), opened, claimed);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    agent.close();
                                    ended.countDown();
                                    // A shutdown by signal would end with 143; this one went well.
                                    Runtime.getRuntime().halt(ExitCode.DONE);
                                },
                                "shutdown"));
        if (System.getenv("INVOCATION_ID") != null) {
            // Under systemd: Restart=always. The answer leaves while the agent ends.
            agent.restartThrough(
                    () -> new Thread(() -> System.exit(ExitCode.DONE), "restart").start());
        }
        agent.start();
        if (world != null && opened instanceof SimulatedBoard simulated) {
            play(simulated.world(), out);
        }
        ended.await();
        return ExitCode.DONE;
    }

    private static Agent agent(
            AgentConfig config, String hash, Board board, @Nullable RuntimeDirectory runtime) {
        try {
            return new Agent(config, hash, board, new SystemTime(), runtime);
        } catch (IllegalStateException inUse) {
            board.close();
            throw new CannotGoOn(ExitCode.UNAVAILABLE, String.valueOf(inUse.getMessage()));
        }
    }

    /** Until standard input ends; the agent goes on without it. */
    static void play(World world, PrintWriter out) {
        WorldProtocol protocol = new WorldProtocol(world);
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String answer = protocol.answer(line);
                if (!answer.isEmpty()) {
                    out.println(answer);
                }
            }
        } catch (IOException closed) {
            Logger.debug("standard input: {}", closed.getMessage());
        }
    }

    /**
     * Java remembers a name's address for 30 s and its absence for 10 s: a broker that moved, or a
     * resolver that is back, would be found that much later. Before the first lookup.
     */
    static void lookNamesUpEachTime() {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }
}
