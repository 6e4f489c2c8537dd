package dev.pipit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;
import org.tinylog.runtime.RuntimeProvider;

class PipitLogWriterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void underSystemdEveryLineCarriesThePriorityThatTheJournalUnderstands() {
        log(true, Level.ERROR, "no broker", null);
        log(true, Level.WARN, "no broker", null);
        log(true, Level.INFO, "no broker", null);
        log(true, Level.DEBUG, "no broker", null);
        assertThat(lines())
                .containsExactly("<3>no broker", "<4>no broker", "<6>no broker", "<7>no broker");
    }

    @Test
    void theLinesOfAStackTraceCarryItToo() {
        log(true, Level.ERROR, "broken", new IllegalStateException("why"));
        assertThat(lines()).hasSizeGreaterThan(1).allMatch(line -> line.startsWith("<3>"));
        assertThat(lines()[0]).isEqualTo("<3>broken: java.lang.IllegalStateException: why");
    }

    @Test
    void onATerminalALineHasATimeAndTheLevelInWords() {
        log(false, Level.WARN, "no broker", null);
        assertThat(lines()[0]).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  no broker");
    }

    private void log(boolean journal, Level level, String message, @Nullable Throwable thrown) {
        new PipitLogWriter(new PrintStream(bytes, true, StandardCharsets.UTF_8), journal)
                .write(
                        new LogEntry(
                                RuntimeProvider.createTimestamp(),
                                Thread.currentThread(),
                                Map.of(),
                                "Test",
                                "test",
                                "Test.java",
                                1,
                                null,
                                level,
                                message,
                                thrown));
    }

    private String[] lines() {
        return bytes.toString(StandardCharsets.UTF_8).split("\n");
    }
}
