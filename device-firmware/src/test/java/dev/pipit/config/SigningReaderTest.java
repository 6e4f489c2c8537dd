package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.KeyFile;
import dev.pipit.command.SigningKey;
import dev.pipit.command.TrustedKey;
import dev.pipit.config.ConfigFile.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SigningReaderTest {
    @TempDir Path folder;

    @Test
    void keysOfBothKindsAreRead() throws IOException {
        KeyFile ops = KeyFile.generate("ops", SigningKey.ED25519);
        KeyFile gate = KeyFile.generate("gate", SigningKey.HMAC_SHA_256);
        gate.write(folder.resolve("gate.key"));
        Result result =
                load(
                        "state: var\nsigning:\n"
                                + "  ops: {public-key: "
                                + ops.shared()
                                + ", roles: [operator, admin]}\n"
                                + "  gate: {algorithm: hmac-sha256, key-file: gate.key, roles:"
                                + " operator}\n"
                                + "actuators:\n"
                                + "  pump: {driver: switch, pin: 5, safe: off, roles:"
                                + " [operator]}\n");
        AgentConfig config = ((Result.Valid) result).config();
        assertThat(config.state()).isEqualTo(folder.resolve("var"));
        assertThat(config.signing().stream().map(TrustedKey::id)).containsExactly("ops", "gate");
        assertThat(config.signing().getFirst().roles())
                .containsExactlyInAnyOrder("operator", "admin");
        assertThat(config.signing().get(1).key()).isEqualTo(gate.trusted(Set.of()).key());
        assertThat(config.signing().get(1).toString()).doesNotContain(gate.shared());
        assertThat(config.actuators().getFirst().access().roles()).containsExactly("operator");
    }

    @Test
    void mistakesInKeysAreExplained() throws IOException {
        String shared = KeyFile.generate("x", SigningKey.ED25519).shared();
        Files.writeString(folder.resolve("no.key"), "hello\n");
        assertThat(
                        problems(
                                "state: var\nsigning:\n"
                                        + "  a: {public-key: abc, roles: [operator]}\n"
                                        + "  b: {roles: [operator]}\n"
                                        + "  c: {algorithm: hmac-sha256, public-key: "
                                        + shared
                                        + ", roles: [x]}\n"
                                        + "  d: {algorithm: hmac-sha256, key-file: no.key, roles:"
                                        + " [x]}\n"
                                        + "  e: {public-key: "
                                        + shared
                                        + ", roles: [operator]}\n"
                                        + "actuators:\n"
                                        + "  pump: {driver: switch, pin: 5, safe: off, roles:"
                                        + " [operater]}\n"))
                .satisfiesExactly(
                        p ->
                                assertThat(p)
                                        .contains(
                                                "signing.a.public-key is 'abc': expected 43"
                                                        + " characters"),
                        p ->
                                assertThat(p)
                                        .contains(
                                                "signing.b needs 'public-key', and no 'key-file',"
                                                        + " for ed25519"),
                        p ->
                                assertThat(p)
                                        .contains(
                                                "signing.c needs 'key-file', and no 'public-key',"
                                                        + " for hmac-sha256"),
                        p -> assertThat(p).contains("signing.d.key-file cannot be used: "),
                        p ->
                                assertThat(p)
                                        .contains("actuators.pump.roles is 'operater'")
                                        .endsWith("did you mean 'operator'?"));
    }

    @Test
    void deviceVerbsMayNeedRolesThatAKeyHas() throws IOException {
        KeyFile ops = KeyFile.generate("ops", SigningKey.ED25519);
        String signing =
                "state: var\nsigning:\n  ops: {public-key: "
                        + ops.shared()
                        + ", roles: [operator, admin]}\n";
        Result result = load(signing + "control: {restart: [admin], interval: operator}\n");
        assertThat(((Result.Valid) result).config().control())
                .containsOnlyKeys("restart", "interval")
                .containsEntry("restart", Set.of("admin"));
        assertThat(problems(load(signing + "control: {restart: [boss], safe: [admin]}\n")))
                .anyMatch(line -> line.contains("control.restart is 'boss'"))
                .anyMatch(line -> line.contains("unknown key 'safe' in control"));
    }

    private static List<String> problems(Result result) {
        return ((Result.Invalid) result).problems().stream().map(Object::toString).toList();
    }

    private Result load(String rest) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, "device: {id: a}\nbroker: {url: 'mqtt://localhost'}\n" + rest);
        return ConfigFile.load(file, FakeDrivers.ALL);
    }

    private List<String> problems(String rest) throws IOException {
        return ((Result.Invalid) load(rest)).problems().stream().map(Problem::toString).toList();
    }
}
