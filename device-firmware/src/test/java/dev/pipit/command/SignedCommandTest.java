package dev.pipit.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SignedCommandTest {
    private static final long S = 1_000_000_000;
    private static final String LATER = "2026-11-22T18:00:00Z";
    private static final long LATER_MS = java.time.Instant.parse(LATER).toEpochMilli();

    @TempDir Path folder;

    private final FakeOutputs outputs = new FakeOutputs();
    private Moment now = new Moment(1_000 * S, LATER_MS - 60_000, true);

    private CommandGate gate(Counters counters, TrustedKey... keys) {
        return new CommandGate(
                outputs,
                Map.of("relay", Access.USUAL, "pump", new Access(true, 20, 10, Set.of("operator"))),
                Map.of(
                        "safe", (argument, nowNs) -> Decision.ok(Decision.NEVER),
                        "restart", (argument, nowNs) -> Decision.ok(Decision.NEVER)),
                Signing.of("greenhouse", List.of(keys), counters),
                (incoming, answer, at) -> {});
    }

    @ParameterizedTest
    @EnumSource(SigningKey.class)
    void whatIsSignedByARoleThatMayPasses(SigningKey algorithm) {
        KeyFile key = KeyFile.generate("ops", algorithm);
        CommandGate gate = gate(Counters.inMemory(), key.trusted(Set.of("operator")));
        assertThat(send(gate, "pump", "on").reason()).isEqualTo("this command must be signed");
        assertThat(
                        send(gate, "pump", key.sign("greenhouse", "command/pump", 1, LATER, "on"))
                                .outcome())
                .isEqualTo(Outcome.OK);
        assertThat(outputs.orders).containsExactly("pump=1");
    }

    @ParameterizedTest
    @EnumSource(SigningKey.class)
    void everyFieldIsCoveredByTheSignature(SigningKey algorithm) {
        KeyFile key = KeyFile.generate("ops", algorithm);
        KeyFile stranger = KeyFile.generate("ops", algorithm);
        CommandGate gate = gate(Counters.inMemory(), key.trusted(Set.of("operator")));
        String good = key.sign("greenhouse", "command/pump", 7, LATER, "on");
        for (String forged :
                List.of(
                        key.sign("cellar", "command/pump", 7, LATER, "on"),
                        key.sign("greenhouse", "command/relay", 7, LATER, "on"),
                        stranger.sign("greenhouse", "command/pump", 7, LATER, "on"),
                        good.replace("\"counter\":7", "\"counter\":8"),
                        good.replace("18:00:00", "19:00:00"),
                        good.replace("\"signed\":\"on\"", "\"signed\":\"off\""),
                        good.replaceAll("\"sig\":\"..", "\"sig\":\"zz"),
                        good.replaceAll("\"sig\":\".*\"", "\"sig\":\"\""))) {
            assertThat(send(gate, "pump", forged).outcome())
                    .as(forged)
                    .isEqualTo(Outcome.UNAUTHORISED);
        }
        assertThat(outputs.orders).isEmpty();
        assertThat(send(gate, "pump", good).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void aVerbWithRolesNeedsAKeyThatHasOneAndAVerbWithoutNeedsAnyKey() {
        KeyFile ops = KeyFile.generate("ops", SigningKey.ED25519);
        KeyFile boss = KeyFile.generate("boss", SigningKey.ED25519);
        CommandGate gate =
                new CommandGate(
                        outputs,
                        Map.of(),
                        Map.of(
                                "report", (argument, nowNs) -> Decision.ok(Decision.NEVER),
                                "restart", (argument, nowNs) -> Decision.ok(Decision.NEVER)),
                        Signing.of(
                                        "greenhouse",
                                        List.of(
                                                ops.trusted(Set.of("operator")),
                                                boss.trusted(Set.of("admin"))),
                                        Counters.inMemory())
                                .withVerbRoles(Map.of("restart", Set.of("admin"))),
                        (incoming, answer, at) -> {});
        assertThat(verb(gate, "restart", "").outcome()).isEqualTo(Outcome.UNAUTHORISED);
        String signed = ops.sign("greenhouse", "control/restart", 1, "", "");
        assertThat(verb(gate, "restart", signed).reason()).contains("none of the roles");
        signed = boss.sign("greenhouse", "control/restart", 1, "", "");
        assertThat(verb(gate, "restart", signed).outcome()).isEqualTo(Outcome.OK);
        signed = ops.sign("greenhouse", "control/report", 2, "", "");
        assertThat(verb(gate, "report", signed).outcome()).isEqualTo(Outcome.OK);
    }

    private Answer verb(CommandGate gate, String verb, String payload) {
        return gate.decide(Incoming.control(verb, payload.getBytes(UTF_8), now.monotonicNs()), now);
    }

    @Test
    void aKeyWithoutTheRoleAndAnUnknownKeyAreRefused() {
        KeyFile reader = KeyFile.generate("reader", SigningKey.ED25519);
        CommandGate gate = gate(Counters.inMemory(), reader.trusted(Set.of("reader")));
        assertThat(
                        send(gate, "pump", reader.sign("greenhouse", "command/pump", 1, "", "on"))
                                .reason())
                .isEqualTo("key 'reader' has none of the roles that this needs");
        KeyFile unknown = KeyFile.generate("nobody", SigningKey.ED25519);
        assertThat(
                        send(gate, "pump", unknown.sign("greenhouse", "command/pump", 1, "", "on"))
                                .reason())
                .isEqualTo("no key 'nobody'");
    }

    @Test
    void aReplayNeverActsNotEvenAfterARestart() throws IOException {
        KeyFile key = KeyFile.generate("ops", SigningKey.ED25519);
        Path file = folder.resolve("counters");
        String first = key.sign("greenhouse", "command/pump", 5, "", "on");
        try (CounterFile counters = CounterFile.open(file)) {
            CommandGate gate = gate(counters, key.trusted(Set.of("operator")));
            assertThat(send(gate, "pump", first).outcome()).isEqualTo(Outcome.OK);
            assertThat(send(gate, "pump", first).reason())
                    .isEqualTo("counter 5 of key 'ops' was used: expected above 5");
            counters.force();
        }
        try (CounterFile counters = CounterFile.open(file)) {
            CommandGate gate = gate(counters, key.trusted(Set.of("operator")));
            assertThat(send(gate, "pump", first).outcome()).isEqualTo(Outcome.REPLAYED);
            assertThat(
                            send(gate, "pump", key.sign("greenhouse", "command/pump", 4, "", "on"))
                                    .outcome())
                    .isEqualTo(Outcome.REPLAYED);
            assertThat(
                            send(gate, "pump", key.sign("greenhouse", "command/pump", 6, "", "off"))
                                    .outcome())
                    .isEqualTo(Outcome.OK);
        }
        assertThat(outputs.orders).containsExactly("pump=1", "pump=0");
    }

    @Test
    void aCounterThatCannotBeKeptStopsTheCommand() {
        KeyFile key = KeyFile.generate("ops", SigningKey.ED25519);
        Counters full =
                new Counters() {
                    @Override
                    public long highest(String id) {
                        return 0;
                    }

                    @Override
                    public boolean raise(String id, long counter) {
                        return false;
                    }
                };
        CommandGate gate = gate(full, key.trusted(Set.of("operator")));
        assertThat(
                        send(gate, "pump", key.sign("greenhouse", "command/pump", 1, "", "on"))
                                .outcome())
                .isEqualTo(Outcome.NOT_READY);
        assertThat(outputs.orders).isEmpty();
    }

    @Test
    void theEnvelopesExpiryCounts() {
        KeyFile key = KeyFile.generate("ops", SigningKey.ED25519);
        CommandGate gate = gate(Counters.inMemory(), key.trusted(Set.of("operator")));
        now = new Moment(now.monotonicNs(), LATER_MS, true);
        String signed = key.sign("greenhouse", "command/pump", 1, LATER, "on");
        assertThat(send(gate, "pump", signed).outcome()).isEqualTo(Outcome.EXPIRED);
        now = new Moment(now.monotonicNs(), 0, false);
        assertThat(send(gate, "pump", signed).outcome()).isEqualTo(Outcome.NOT_READY);
    }

    @Test
    void verbsButSafeMustBeSignedWhereThereAreKeys() {
        KeyFile key = KeyFile.generate("ops", SigningKey.ED25519);
        CommandGate gate = gate(Counters.inMemory(), key.trusted(Set.of("operator")));
        assertThat(control(gate, "safe", "").outcome()).isEqualTo(Outcome.OK);
        assertThat(control(gate, "restart", "").outcome()).isEqualTo(Outcome.UNAUTHORISED);
        assertThat(
                        control(
                                        gate,
                                        "restart",
                                        key.sign("greenhouse", "control/restart", 1, "", ""))
                                .outcome())
                .isEqualTo(Outcome.OK);
    }

    @Test
    void aForgerDoesNotGetAllTheTime() {
        KeyFile key = KeyFile.generate("ops", SigningKey.ED25519);
        CommandGate gate = gate(Counters.inMemory(), key.trusted(Set.of("operator")));
        String forged = key.sign("cellar", "command/pump", 1, "", "on");
        int checked = 0;
        for (int i = 0; i < 100; i++) {
            checked += send(gate, "pump", forged).outcome() == Outcome.UNAUTHORISED ? 1 : 0;
        }
        assertThat(checked).isEqualTo(20);
    }

    @Test
    void whatLooksSignedAndIsNotIsABadPayload() {
        CommandGate gate = gate(Counters.inMemory());
        for (String payload :
                List.of(
                        "{\"signed\":\"on\",\"sig\":\"\"}",
                        "{\"signed\":\"on\",\"key\":\"a\",\"counter\":-1,\"sig\":\"\"}",
                        "{\"signed\":\"on\",\"key\":\"a\",\"counter\":1,\"sig\":\"!\"}",
                        "{\"signed\":\"on\",\"key\":\"a\",\"counter\":1,\"sig\":\"\",\"x\":1}")) {
            assertThat(send(gate, "relay", payload).outcome())
                    .as(payload)
                    .isEqualTo(Outcome.BAD_PAYLOAD);
        }
    }

    /** RFC 8032 section 7.1, test 2; RFC 4231 section 4.3 (test case 2, key padded with zeros). */
    @Test
    void signaturesAreTheStandardsOwn() {
        HexFormat hex = HexFormat.of();
        byte[] secret =
                hex.parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        byte[] shared =
                hex.parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        byte[] signature =
                hex.parseHex(
                        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        byte[] message = {0x72};
        assertThat(SigningKey.ED25519.sign(secret, message)).isEqualTo(signature);
        assertThat(SigningKey.ED25519.verify(shared, message, signature)).isTrue();
        byte[] jefe = java.util.Arrays.copyOf("Jefe".getBytes(UTF_8), 32);
        assertThat(
                        hex.formatHex(
                                SigningKey.HMAC_SHA_256.sign(
                                        jefe, "what do ya want for nothing?".getBytes(UTF_8))))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void keyFilesAreTheirOwnersAlone() throws IOException {
        for (SigningKey algorithm : SigningKey.values()) {
            Path file = folder.resolve(algorithm.word());
            KeyFile key = KeyFile.generate("ops", algorithm);
            key.write(file);
            assertThat(Files.getPosixFilePermissions(file))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            KeyFile read = KeyFile.read(file);
            assertThat(read.shared()).isEqualTo(key.shared());
            assertThat(read.sign("d", "t", 1, "", "on")).isEqualTo(key.sign("d", "t", 1, "", "on"));
            assertThat(read.toString()).doesNotContain(key.shared());
            assertThatThrownBy(() -> key.write(file)).isInstanceOf(IOException.class);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
            assertThatThrownBy(() -> KeyFile.read(file)).hasMessageContaining("chmod 600");
        }
    }

    private Answer send(CommandGate gate, String actuator, String payload) {
        return gate.decide(
                Incoming.command(actuator, payload.getBytes(UTF_8), now.monotonicNs()), now);
    }

    private Answer control(CommandGate gate, String verb, @Nullable String payload) {
        return gate.decide(
                Incoming.control(verb, String.valueOf(payload).getBytes(UTF_8), now.monotonicNs()),
                now);
    }

    @Test
    void theFirstCounterMayBeZeroAndTheNextMustBeAbove() {
        KeyFile key = KeyFile.generate("ops", SigningKey.HMAC_SHA_256);
        CommandGate gate = gate(Counters.inMemory(), key.trusted(Set.of("operator")));
        String first = key.sign("greenhouse", "command/pump", 0, "", "on");
        assertThat(send(gate, "pump", first).outcome()).isEqualTo(Outcome.OK);
        assertThat(send(gate, "pump", first).outcome()).isEqualTo(Outcome.REPLAYED);
    }

    @Test
    void whatIsLoggedOfAKeyNamesItAndNotItsSecret() {
        KeyFile key = KeyFile.generate("ops", SigningKey.HMAC_SHA_256);
        assertThat(key).hasToString("KeyFile[ops, hmac-sha256]");
        assertThat(key.trusted(Set.of("operator")))
                .hasToString("TrustedKey[ops, hmac-sha256, roles [operator]]");
        assertThat(key.id()).isEqualTo("ops");
        assertThat(key.algorithm()).isEqualTo(SigningKey.HMAC_SHA_256);
    }
}
