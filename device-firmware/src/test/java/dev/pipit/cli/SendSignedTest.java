package dev.pipit.cli;

import static dev.pipit.testkit.Watcher.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.agent.Agent;
import dev.pipit.agent.Boards;
import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.testkit.Mosquitto;
import dev.pipit.testkit.Watcher;
import dev.pipit.time.SystemTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code pipit keygen} and {@code pipit send --sign} against a whole agent behind mosquitto. */
@Tag("real")
class SendSignedTest {
    @TempDir Path folder;

    private String printed = "";

    private int run(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            return Main.run(arguments);
        } finally {
            System.setOut(out);
            System.setErr(err);
            printed = bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private String key(String id, String algorithm, String role) {
        String file = folder.resolve(id + ".key").toString();
        assertThat(run("keygen", id, "--algorithm", algorithm, "--roles", role, "--out", file))
                .isZero();
        return printed.substring(printed.indexOf("signing:")).lines().toList().get(1);
    }

    private ConfigFile.Result.Valid configuration(Mosquitto broker, String... keys)
            throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "%s"}
                state: state
                signing:
                %s
                actuators:
                  relay: {driver: digital-output, pin: 27, safe: off}
                  pump:  {driver: digital-output, pin: 22, safe: off, roles: [operator]}
                """
                        .formatted(broker.url(), String.join("\n", keys)));
        if (!(ConfigFile.load(file, Drivers.installed())
                instanceof ConfigFile.Result.Valid valid)) {
            throw new AssertionError("the test's configuration is wrong");
        }
        return valid;
    }

    @ParameterizedTest
    @CsvSource({"ed25519,3.1.1", "ed25519,5", "hmac-sha256,3.1.1", "hmac-sha256,5"})
    void whatIsSignedPassesAndWhatIsNotSaysSo(String algorithm, String version) throws Exception {
        String ops = key("ops", algorithm, "operator");
        String visitor = key("visitor", algorithm, "visitor");
        try (Mosquitto broker = Mosquitto.start()) {
            ConfigFile.Result.Valid valid = configuration(broker, ops, visitor);
            SimulatedBoard board = Boards.simulated(valid.config(), World.still());
            try (Agent agent = new Agent(valid.config(), valid.hash(), board, new SystemTime());
                    Watcher watcher = new Watcher(broker.url())) {
                agent.start();
                await("the device", () -> watcher.statuses.contains(true));
                String url = broker.url().toString();
                String key = folder.resolve("ops.key").toString();
                String[] send = {"send", "pump", "on", "--broker", url, "--mqtt", version};
                assertThat(run(send)).as("unsigned").isEqualTo(ExitCode.REFUSED);
                assertThat(printed).contains("\"unauthorised\"", "must be signed");
                assertThat(board.world().high(22)).isFalse();
                assertThat(run(with(send, "--sign", key))).as(printed).isZero();
                assertThat(printed).contains("\"answer\":\"ok\"", "\"value\":\"on\"");
                assertThat(board.world().high(22)).isTrue();
                assertThat(run(with(send, "--sign", folder.resolve("visitor.key").toString())))
                        .isEqualTo(ExitCode.REFUSED);
                assertThat(printed).contains("none of the roles");
                // A verb wants a signature where there are keys; safe never does.
                String[] verb = {"send", "control/report", "--broker", url, "--mqtt", version};
                assertThat(run(verb)).isEqualTo(ExitCode.REFUSED);
                assertThat(run(with(verb, "--sign", key))).as(printed).isZero();
                assertThat(run("send", "control/safe", "--broker", url, "--mqtt", version))
                        .isZero();
                assertThat(board.world().high(22)).isFalse();
                assertThat(folder.resolve("ops.key.counter")).exists();
            }
        }
    }

    private static String[] with(String[] arguments, String... more) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    @Test
    void aCounterFileThatWentBackIsRefusedAsAReplayAndRaisesTheSecurityEvent() throws Exception {
        String ops = key("ops", "ed25519", "operator");
        try (Mosquitto broker = Mosquitto.start()) {
            ConfigFile.Result.Valid valid = configuration(broker, ops);
            SimulatedBoard board = Boards.simulated(valid.config(), World.still());
            try (Agent agent = new Agent(valid.config(), valid.hash(), board, new SystemTime());
                    Watcher watcher = new Watcher(broker.url())) {
                agent.start();
                await("the device", () -> watcher.statuses.contains(true));
                String[] send = {
                    "send",
                    "pump",
                    "on",
                    "--broker",
                    broker.url().toString(),
                    "--sign",
                    folder.resolve("ops.key").toString()
                };
                // A sender whose clock was an hour ahead once, and has lost its counter since.
                Path counter = folder.resolve("ops.key.counter");
                Files.writeString(counter, (System.currentTimeMillis() + 3_600_000) + "\n");
                assertThat(run(send)).as(printed).isZero();
                Files.delete(counter);
                assertThat(run(send)).isEqualTo(ExitCode.REFUSED);
                assertThat(printed).contains("\"replayed\"", "expected above");
                await(
                        "the event",
                        () ->
                                watcher.events.stream()
                                        .anyMatch(event ->
                                                event.startsWith("security ")
                                                        && event.contains("\"replayed\"")),
                        () -> watcher.events);
            }
        }
    }
}
