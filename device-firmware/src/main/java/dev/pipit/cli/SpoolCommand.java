package dev.pipit.cli;

import dev.pipit.json.JsonWriter;
import dev.pipit.spool.Gap;
import dev.pipit.spool.LogReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pipit spool DIR...}. */
@Command(
        name = "spool",
        mixinStandardHelpOptions = true,
        header = "Shows what waits in a spool: counts, oldest, newest, bad records, gaps.",
        description = {
            "DIR is the state directory (/var/lib/pipit), the runtime directory (/run/pipit), or any"
                    + " directory of a spool. Reads a copy: changes nothing, and the agent may run.",
            "Ends with 65 where something on disk does not check."
        })
final class SpoolCommand implements Callable<Integer> {
    /** No clock that was set shows the seventies: such a time counts from boot. */
    private static final long SEVENTIES_MS = 100_000_000_000L;

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "Where to look.")
    List<Path> directories = List.of();

    @Option(names = "--json", description = "For machines: one JSON object a line, one per place.")
    boolean json;

    @Spec CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        long bad = 0;
        int places = 0;
        for (Path directory : directories) {
            for (LogReport report : reports(directory)) {
                out.println(json ? json(report) : lines(report));
                bad += report.badRecords();
                places++;
            }
        }
        if (places == 0) {
            throw new CannotGoOn(
                    ExitCode.UNAVAILABLE,
                    "no spool in "
                            + directories.getFirst()
                            + ": expected the directory that 'state' or 'spool.directory' names");
        }
        return bad == 0 ? ExitCode.DONE : ExitCode.BAD_DATA;
    }

    private static List<LogReport> reports(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new CannotGoOn(ExitCode.UNAVAILABLE, directory + " is no directory");
        }
        try {
            return LogReport.in(directory);
        } catch (IOException unreadable) {
            throw new CannotGoOn(
                    ExitCode.UNAVAILABLE,
                    directory + " cannot be read: " + unreadable.getMessage());
        }
    }

    private static String lines(LogReport report) {
        StringBuilder text = new StringBuilder();
        text.append(report.directory())
                .append(report.drafts() ? ": readings of open batches: " : ": records that wait: ")
                .append(report.records())
                .append(String.format(Locale.ROOT, " (%d bytes)", report.payloadBytes()));
        if (report.records() > 0) {
            text.append(", oldest ").append(time(report.oldestStamp()));
            text.append(", newest ").append(time(report.newestStamp()));
        }
        text.append(", bad ").append(report.badRecords());
        text.append(", gaps to report ").append(report.gaps().size());
        text.append(report.clean() ? "" : ", not closed in order (or in use)");
        for (Gap gap : report.gaps()) {
            text.append(System.lineSeparator())
                    .append("  gap: ")
                    .append(reason(gap))
                    .append(", ")
                    .append(gap.records() < 0 ? "nobody knows how many" : gap.records())
                    .append(" records")
                    .append(gap.origin() < 0 ? "" : " of schema " + gap.origin())
                    .append(" from ")
                    .append(time(gap.firstStamp()))
                    .append(" to ")
                    .append(time(gap.lastStamp()));
        }
        return text.toString();
    }

    private static String reason(Gap gap) {
        return gap.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A stamp of a record: a time, or one since a boot where the clock was not set. */
    static String time(long ms) {
        return ms < SEVENTIES_MS ? "boot+" + ms + "ms" : Instant.ofEpochMilli(ms).toString();
    }

    private static String json(LogReport report) {
        JsonWriter json = new JsonWriter().object();
        json.key("directory").value(report.directory().toString());
        json.key("drafts").value(report.drafts());
        json.key("records").value(report.records()).key("bytes").value(report.payloadBytes());
        if (report.records() > 0) {
            json.key("oldest").value(report.oldestStamp());
            json.key("newest").value(report.newestStamp());
        }
        json.key("bad").value(report.badRecords()).key("clean").value(report.clean());
        json.key("gaps").array();
        for (Gap gap : report.gaps()) {
            json.object().key("reason").value(reason(gap));
            if (gap.origin() >= 0) {
                json.key("schema").value(gap.origin());
            }
            if (gap.records() >= 0) {
                json.key("records").value(gap.records());
            }
            json.key("from").value(gap.firstStamp()).key("to").value(gap.lastStamp()).end();
        }
        return json.end().end().toString();
    }
}
