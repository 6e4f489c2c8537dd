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
}
