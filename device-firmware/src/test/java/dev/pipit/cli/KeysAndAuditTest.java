package dev.pipit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.agent.RuntimeDirectory;
import dev.pipit.command.AuditLog;
import dev.pipit.command.KeyFile;
import dev.pipit.command.Moment;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysAndAuditTest {
    private static final long S = 1_000_000_000L;

    @TempDir Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @BeforeEach
    void listen() {
        PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
    }

    @AfterEach
    void stopListening() {
        System.setOut(out);
        System.setErr(err);
    }

    private String printed() {
        String text = printed.toString(StandardCharsets.UTF_8);
        printed.reset();
        return text;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "hmac-sha256"})
    void aKeyIsMadeForItsOwnerOnlyAndTheLineForTheConfigurationIsRight(String algorithm)
            throws IOException {
        Path file = folder.resolve("ops.key");
        int code =
                Main.run(
                        "keygen",
                        "ops",
                        "--algorithm",
                        algorithm,
                        "--out",
                        file.toString(),
                        "--roles",
                        "operator,admin");
        String said = printed();
        assertThat(code).as(said).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.read(file).id()).isEqualTo("ops");
        String[] words = Files.readAllLines(file).get(3).split(" ");
        assertThat(said).as("the secret").doesNotContain(words[0]);
        // What it printed, put into a configuration, is believed.
        String signing = said.substring(said.indexOf("signing:")).lines().limit(2).toList().get(1);
        Path configuration = folder.resolve("pipit.yaml");
        Files.writeString(
                configuration,
                """
                device: {id: greenhouse}
                broker: {url: "mqtt://127.0.0.1:1883"}
                state: state
                signing:
                %s
                """
                        .formatted(signing));
        ConfigFile.Result result = ConfigFile.load(configuration, Drivers.installed());
        assertThat(result).isInstanceOf(ConfigFile.Result.Valid.class);
        var key = ((ConfigFile.Result.Valid) result).config().signing().getFirst();
        assertThat(key.roles()).containsExactlyInAnyOrder("operator", "admin");
        assertThat(key.key()).isEqualTo(KeyFile.read(file).trusted(key.roles()).key());
    }

    @Test
    void aKeyIsNeverOverwrittenAndNonsenseIsNamed() throws IOException {
        Path file = folder.resolve("ops.key");
        assertThat(Main.run("keygen", "ops", "--out", file.toString())).isZero();
        String before = Files.readString(file);
        assertThat(Main.run("keygen", "ops", "--out", file.toString())).isEqualTo(2);
        assertThat(printed()).contains("never overwritten");
        assertThat(file).hasContent(before);
        assertThat(Main.run("keygen", "Ops!")).isEqualTo(2);
        assertThat(printed()).contains("key id 'Ops!'");
        assertThat(Main.run("keygen", "ops", "--algorithm", "rsa")).isEqualTo(2);
        assertThat(printed()).contains("expected ed25519 or hmac-sha256");
    }

    @Test
    void sendSaysWhatIsWrongWithAKeyBeforeItConnects() throws IOException {
        assertThat(Main.run("send", "pump", "on", "--sign", folder.resolve("no.key").toString()))
                .isEqualTo(2);
        assertThat(printed()).contains("no.key is not there: make it with 'pipit keygen ID'");
        Path open = folder.resolve("open.key");
        KeyFile.generate("ops", dev.pipit.command.SigningKey.ED25519).write(open);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(Main.run("send", "pump", "on", "--sign", open.toString())).isEqualTo(2);
        assertThat(printed()).contains("chmod 600");
        assertThat(Main.run("send", "pump")).isEqualTo(2);
        assertThat(printed()).contains("what shall pump be?");
        assertThat(Main.run("send", "pump", "on", "--mqtt", "4")).isEqualTo(2);
        assertThat(printed()).contains("--mqtt 4");
    }

    private Path log() {
        AuditLog log = new AuditLog(folder, 100_000);
        log.output("relay", "on", "command", "", new Moment(5 * S, 1_795_370_000_000L, true));
        log.output("pump", "off", "lease-ended", "nack", new Moment(6 * S + 5_000_000, 0, false));
        log.drain();
        return folder;
    }

    @Test
    void theAuditLogIsShownInWordsWithTimesOrTheTimeSinceStart() {
        assertThat(Main.run("audit", log().toString())).isZero();
        assertThat(printed().lines())
                .containsExactly(
                        "2026-11-22T17:53:20Z output relay: value on, cause command",
                        "+6.005 s output pump: value off, cause lease-ended, fault nack");
    }

    @Test
    void linesAreChosenByOutputAndCountAndShownAsTheyAreKept() {
        assertThat(Main.run("audit", log().toString(), "--output", "pump", "--json")).isZero();
        assertThat(printed().lines())
                .singleElement()
                .asString()
                .isEqualTo(
                        "{\"mono_ms\":6005,\"what\":\"output\",\"output\":\"pump\",\"value\":\"off\","
                                + "\"cause\":\"lease-ended\",\"fault\":\"nack\"}");
        assertThat(Main.run("audit", folder.toString(), "--last", "1")).isZero();
        assertThat(printed().lines()).singleElement().asString().contains("pump");
        assertThat(Main.run("audit", folder.toString(), "--output", "nobody")).isZero();
        assertThat(printed()).isEmpty();
    }

    @Test
    void followingShowsWhatIsWrittenMeanwhileOverARenaming() throws Exception {
        AuditLog log = new AuditLog(folder, 1_000);
        log.output("relay", "0", "command", "", new Moment(S, 0, false));
        log.drain();
        Thread writer =
                new Thread(() -> {
                    for (int i = 1; i <= 20; i++) {
                        pause();
                        log.output(
                                "relay",
                                Integer.toString(i),
                                "command",
                                "",
                                new Moment(S, 0, false));
                        log.drain();
                    }
                });
        writer.start();
        assertThat(Main.run("audit", folder.toString(), "--follow", "--seconds", "3")).isZero();
        writer.join();
        assertThat(folder.resolve("audit.1")).exists();
        assertThat(printed().lines().map(line -> line.replaceAll(".*value (\\d+),.*", "$1")))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.rangeClosed(0, 20)
                                .mapToObj(Integer::toString)
                                .toList());
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aDirectoryWithoutALogEndsWith69() {
        assertThat(Main.run("audit", folder.toString())).isEqualTo(69);
        assertThat(printed()).contains("there is no audit log in " + folder);
    }

    @Test
    void safeSetsEveryOutputUnlessAnAgentLives() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "mqtt://127.0.0.1:1883"}
                board: simulated
                actuators:
                  relay: {driver: digital-output, pin: 27, safe: off}
                  lamp:  {driver: digital-output, pin: 22, safe: on, active: low}
                """);
        String runtime = folder.resolve("run").toString();
        assertThat(Main.run("safe", file.toString(), "--runtime", runtime)).isZero();
        assertThat(printed())
                .contains("relay: off, reads off", "lamp: on, reads on", "no pin of this machine");
        RuntimeDirectory held = RuntimeDirectory.claim(Path.of(runtime));
        assertThat(Main.run("safe", file.toString(), "--runtime", runtime)).isEqualTo(69);
        assertThat(printed()).contains("drives the outputs of this machine already");
        held.close();
        assertThat(Main.run("safe", folder.resolve("none.yaml").toString())).isEqualTo(78);
    }
}
