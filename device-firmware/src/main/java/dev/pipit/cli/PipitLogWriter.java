package dev.pipit.cli;

import dev.pipit.uplink.LastError;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;
import org.tinylog.core.LogEntryValue;
import org.tinylog.writers.Writer;

/**
 * tinylog to standard output: under systemd a priority prefix {@code <3>}..{@code <7>} that the
 * journal understands (sd-daemon(3)), on a terminal a time and the level in words.
 *
 * <p>Found by tinylog through {@code META-INF/services}; named {@code pipit log} in {@code
 * tinylog.properties}.
 */
public final class PipitLogWriter implements Writer {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    private final PrintStream out;
    private final boolean journal;

    /**
     * @param properties those of this writer in {@code tinylog.properties}; {@code stream: err}
     *     sends lines to standard error
     */
    public PipitLogWriter(Map<String, String> properties) {
        // Not System.out: a command that prints results may have redirected or wrapped it.
        this(
                new PrintStream(
                        new FileOutputStream(
                                "err".equals(properties.get("stream"))
                                        ? FileDescriptor.err
                                        : FileDescriptor.out),
                        true,
                        StandardCharsets.UTF_8),
                System.getenv("JOURNAL_STREAM") != null);
    }

    /**
     * @param journal whether the lines go to systemd's journal
     */
    PipitLogWriter(PrintStream out, boolean journal) {
        this.out = out;
        this.journal = journal;
    }

    @Override
    public Collection<LogEntryValue> getRequiredLogEntryValues() {
        return EnumSet.of(
                LogEntryValue.DATE,
                LogEntryValue.LEVEL,
                LogEntryValue.MESSAGE,
                LogEntryValue.EXCEPTION);
    }

    @Override
    public void write(LogEntry entry) {
        StringBuilder line = new StringBuilder(160);
        if (!journal) {
            CLOCK.formatTo(entry.getTimestamp().toInstant(), line);
            line.append(' ').append(String.format(Locale.ROOT, "%-5s ", entry.getLevel()));
        }
        line.append(entry.getMessage() == null ? "" : entry.getMessage());
        Throwable thrown = entry.getException();
        if (thrown != null) {
            line.append(line.length() > 0 ? ": " : "").append(thrown);
            for (StackTraceElement frame : thrown.getStackTrace()) {
                line.append("\n    at ").append(frame);
            }
            if (thrown.getCause() != null) {
                line.append("\n  caused by ").append(thrown.getCause());
            }
        }
        String text = line.toString();
        if (entry.getLevel() == Level.ERROR) {
            LastError.note(System.nanoTime(), said(entry));
        }
        if (journal) {
            // Every line of its own carries the priority, or the journal files it as informational.
            String prefix = priority(entry.getLevel());
            text = prefix + text.replace("\n", "\n" + prefix);
        }
        out.println(text);
    }

    private static String said(LogEntry entry) {
        String message = entry.getMessage() == null ? "" : entry.getMessage();
        Throwable thrown = entry.getException();
        return thrown == null ? message : message.isEmpty() ? "" + thrown : message + ": " + thrown;
    }

    static String priority(Level level) {
        return switch (level) {
            case ERROR -> "<3>";
            case WARN -> "<4>";
            case INFO -> "<6>";
            default -> "<7>";
        };
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }
}
