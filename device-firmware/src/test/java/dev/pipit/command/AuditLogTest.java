package dev.pipit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditLogTest {
    private static final Moment NOW = new Moment(5_000_000_000L, 1_795_370_000_000L, true);

    @TempDir Path folder;

    @Test
    void commandsRulesAndWritesAreKeptInOrder() throws IOException {
        AuditLog log = new AuditLog(folder, 100_000);
        Incoming incoming = Incoming.command("relay", new byte[0], 0);
        log.command(
                incoming,
                new Answer(
                        Outcome.EXPIRED, null, "relay", false, "off", -1, "too late", -1, -1, "7f"),
                NOW);
        log.output("relay", "off", "lease-ended", "", new Moment(6_000_000_000L, 0, false));
        log.drain();
        assertThat(log.lines())
                .containsExactly(
                        "{\"mono_ms\":5000,\"t\":1795370000000,\"what\":\"command\",\"topic\":\"command/relay\","
                                + "\"answer\":\"expired\",\"reason\":\"too late\",\"id\":\"7f\"}",
                        "{\"mono_ms\":6000,\"what\":\"output\",\"output\":\"relay\",\"value\":\"off\","
                                + "\"cause\":\"lease-ended\"}");
    }

    @Test
    void theFilesStayWithinTheirLimitAndKeepTheNewest() throws IOException {
        AuditLog log = new AuditLog(folder, 10_000);
        for (int i = 0; i < 1_000; i++) {
            log.output("relay", Integer.toString(i), "command", "", NOW);
            log.drain();
        }
        assertThat(Files.size(folder.resolve("audit")) + Files.size(folder.resolve("audit.1")))
                .isLessThanOrEqualTo(10_000);
        assertThat(log.lines()).last().asString().contains("\"value\":\"999\"");
        assertThat(log.lost()).isZero();
    }

    @Test
    void aFullQueueAndABrokenDiskCostLinesAndNothingElse() throws IOException {
        AuditLog log = new AuditLog(folder, 10_000_000);
        for (int i = 0; i < 600; i++) {
            log.output("relay", "on", "command", "", NOW);
        }
        assertThat(log.lost()).isEqualTo(88);
        Files.createDirectory(folder.resolve("audit"));
        log.drain();
        assertThat(log.lost()).isEqualTo(600);
    }

    @Test
    void ordersOfRulesAndWhatAFloodLeftOutAreKeptToo() throws IOException {
        AuditLog log = new AuditLog(folder, 100_000);
        LocalRule rule =
                new LocalRule("light", new LocalRule.When.BrokerLost(0), "lamp", Order.of(1), "");
        log.rule(rule, Decision.ok(Decision.NEVER), NOW);
        log.rule(rule, Decision.refused(Outcome.INTERLOCKED, "'door' is open"), NOW);
        log.flood(9_900, NOW);
        log.output("lamp", "on", "command", "no answer", NOW);
        log.drain();
        String time = "{\"mono_ms\":5000,\"t\":1795370000000,";
        assertThat(log.lines())
                .containsExactly(
                        time
                                + "\"what\":\"rule\",\"rule\":\"light\",\"actuator\":\"lamp\","
                                + "\"answer\":\"ok\"}",
                        time
                                + "\"what\":\"rule\",\"rule\":\"light\",\"actuator\":\"lamp\","
                                + "\"answer\":\"interlocked\",\"reason\":\"'door' is open\"}",
                        time + "\"what\":\"flood\",\"refused\":9900}",
                        time
                                + "\"what\":\"output\",\"output\":\"lamp\",\"value\":\"on\","
                                + "\"cause\":\"command\",\"fault\":\"no answer\"}");
    }

    @Test
    void aFileIsFilledToHalfTheLimitBeforeItIsRenamed() throws IOException {
        AuditLog one = new AuditLog(folder, 100_000);
        one.output("relay", "on", "command", "", NOW);
        one.drain();
        long line = Files.size(folder.resolve("audit"));
        AuditLog log = new AuditLog(folder, 4 * line);
        log.output("relay", "on", "command", "", NOW);
        log.drain();
        assertThat(folder.resolve("audit")).hasSize(2 * line);
        assertThat(folder.resolve("audit.1")).doesNotExist();
        log.output("relay", "on", "command", "", NOW);
        log.drain();
        assertThat(folder.resolve("audit")).hasSize(line);
        assertThat(folder.resolve("audit.1")).hasSize(2 * line);
    }
}
