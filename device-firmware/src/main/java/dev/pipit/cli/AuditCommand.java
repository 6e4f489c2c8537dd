package dev.pipit.cli;

import dev.pipit.command.AuditReader;
import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pipit audit [DIR]}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        header = "Shows what a device's outputs did, and on whose command.",
        description = {
            "Every command with its answer, every order of a local rule, every write to an output"
                    + " with its cause; the newest megabyte of it, oldest first.",
            "",
            "  pipit audit --output pump --last 20",
            "  pipit audit --follow"
        })
final class AuditCommand implements Callable<Integer> {
    private static final long LOOK_AGAIN_MS = 200;

    /** Told first, or as part of the line's beginning. */
    private static final Set<String> BEGINNING =
            Set.of("mono_ms", "t", "what", "topic", "rule", "output", "actuator");

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The agent's state directory. Usually /var/lib/pipit.")
    @Nullable Path directory;

    @Option(names = "--json", description = "The lines as they are kept, one JSON object each.")
    boolean json;

    @Option(
            names = "--output",
            paramLabel = "NAME",
            description = "Only what concerns this actuator; may be given more than once.")
    List<String> outputs = new ArrayList<>();

    @Option(names = "--last", paramLabel = "N", description = "Only the newest N lines.")
    int last = Integer.MAX_VALUE;

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on with what is written from now on, until interrupted.")
    boolean follow;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Follows for so long only.",
            defaultValue = "0")
    int seconds;

    @Spec CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Path place = directory == null ? Path.of("/var/lib/pipit") : directory;
        AuditReader log = new AuditReader(place);
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        try {
            if (!follow && !log.exists()) {
                throw new CannotGoOn(
                        ExitCode.UNAVAILABLE,
                        "there is no audit log in "
                                + place
                                + ": name the directory behind 'state' in the configuration");
            }
            List<String> wanted = log.more().stream().filter(this::wanted).toList();
            print(wanted.subList(Math.max(0, wanted.size() - last), wanted.size()));
            while (follow && (seconds == 0 || System.nanoTime() - endNs < 0)) {
                Thread.sleep(LOOK_AGAIN_MS);
                print(log.more().stream().filter(this::wanted).toList());
            }
        } catch (IOException unreadable) {
            throw new CannotGoOn(
                    ExitCode.UNAVAILABLE,
                    "cannot read the audit log: "
                            + unreadable
                            + "; only root and the agent's user may: sudo pipit audit");
        }
        return ExitCode.DONE;
    }

    private void print(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(line -> out.println(json ? line : words(line)));
    }

    private boolean wanted(String line) {
        if (outputs.isEmpty()) {
            return true;
        }
        Json.Obj object = parsed(line);
        if (object == null) {
            return false;
        }
        String topic = text(object, "topic");
        return outputs.contains(text(object, "output"))
                || outputs.contains(text(object, "actuator"))
                || (topic.startsWith("command/")
                        && outputs.contains(topic.substring("command/".length())));
    }

    /**
     * A line for people: {@code 2026-11-22T18:00:00.123Z output relay: value off, cause
     * lease-ended}. Without a clock, the seconds since the process's clock began.
     */
    static String words(String line) {
        Json.Obj object = parsed(line);
        if (object == null) {
            return line;
        }
        StringBuilder words = new StringBuilder(80);
        Json at = object.find("t");
        if (at instanceof Json.Num time && time.isLong()) {
            words.append(Instant.ofEpochMilli(number(time)));
        } else if (object.find("mono_ms") instanceof Json.Num mono) {
            words.append('+').append(BigDecimal.valueOf(number(mono), 3)).append(" s");
        }
        words.append(' ').append(text(object, "what"));
        for (String key : List.of("topic", "rule", "output", "actuator")) {
            String value = text(object, key);
            words.append(value.isEmpty() ? "" : " " + value);
        }
        String separator = ": ";
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
            if (BEGINNING.contains(member.getKey())) {
                continue;
            }
            Json value = member.getValue();
            words.append(separator).append(member.getKey()).append(' ');
            words.append(value instanceof Json.Str text ? text.value() : value.text());
            separator = ", ";
        }
        return words.toString();
    }

    private static long number(Json.Num number) {
        return number.value().longValue();
    }

    private static String text(Json.Obj object, String key) {
        return object.find(key) instanceof Json.Str text ? text.value() : "";
    }

    private static Json.@Nullable Obj parsed(String line) {
        try {
            return Json.parse(line) instanceof Json.Obj object ? object : null;
        } catch (JsonException damaged) {
            return null;
        }
    }
}
