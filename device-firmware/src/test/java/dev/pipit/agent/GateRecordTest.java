package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.Answer;
import dev.pipit.command.AuditLog;
import dev.pipit.command.Decision;
import dev.pipit.command.Incoming;
import dev.pipit.command.LocalRule;
import dev.pipit.command.Moment;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.command.SecurityWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nobody can push earlier lines out of the audit log: neither a sender nor a contact that bounces.
 */
final class GateRecordTest {
    private static final Moment NOW = new Moment(5_000_000_000L, 1_795_370_000_000L, true);
    private static final LocalRule RULE =
            new LocalRule("light", new LocalRule.When.BrokerLost(0), "lamp", Order.of(1), "");

    @TempDir Path folder;

    private List<String> lines(AuditLog audit) throws IOException {
        audit.drain();
        return audit.lines();
    }

    private static GateRecord record(AuditLog audit) {
        return new GateRecord(
                audit,
                new SecurityWatch(
                        new SecurityWatch.Sink() {
                            @Override
                            public boolean event(String json) {
                                return true;
                            }

                            @Override
                            public void alarm(String json) {}
                        }));
    }

    @Test
    void aThousandOrdersOfARuleAtOnceAre200LinesAndOneThatCountsTheRest() throws IOException {
        AuditLog audit = new AuditLog(folder, 1 << 20);
        GateRecord record = record(audit);
        for (int i = 0; i < 1_000; i++) {
            record.ruled(RULE, Decision.ok(Decision.NEVER), NOW);
        }
        assertThat(lines(audit)).hasSize(200).allMatch(line -> line.contains("\"light\""));
        record.advance(NOW);
        assertThat(lines(audit)).hasSize(201).last().asString().contains("\"refused\":800");
        record.advance(NOW);
        assertThat(lines(audit)).hasSize(201);
    }

    @Test
    void refusalsOfRulesAndOfCommandsShareFiftyLines() throws IOException {
        AuditLog audit = new AuditLog(folder, 1 << 20);
        GateRecord record = record(audit);
        Answer refused =
                Answer.unheard(
                        Incoming.command("lamp", new byte[] {'1'}, 0), Outcome.NOT_READY, "busy");
        for (int i = 0; i < 30; i++) {
            record.ruled(RULE, Decision.refused(Outcome.INTERLOCKED, "'door' is open"), NOW);
            record.decided(Incoming.command("lamp", new byte[] {'1'}, 0), refused, NOW);
        }
        assertThat(lines(audit)).hasSize(50);
    }
}
