package dev.pipit.command;

import dev.pipit.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Every command and every change of an output, with its reason, one JSON object a line. Bounded:
 * the file {@code audit} is renamed to {@code audit.1} at half the limit, which replaces the one
 * before. Lines are handed over and written by whoever calls {@link #drain}; a full queue or disk
 * costs lines, which are counted, never time of the actuation thread.
 */
public final class AuditLog {
    private static final int QUEUED = 512;

    private final Path file;
    private final long mostBytes;
    private final ArrayBlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUED);
    private final AtomicLong lost = new AtomicLong();

    /**
     * @param mostBytes of both files together
     */
    public AuditLog(Path directory, long mostBytes) {
        this.file = directory.resolve("audit");
        this.mostBytes = mostBytes;
    }

    /** A decision of the gate. Payloads are not kept. */
    public void command(Incoming incoming, Answer answer, Moment now) {
        JsonWriter json = line(now, "command").key("topic").value(incoming.topic());
        json.key("answer").value(answer.outcome().word());
        if (!answer.reason().isEmpty()) {
            json.key("reason").value(answer.reason());
        }
        if (answer.id() != null) {
            json.key("id").value(answer.id());
        }
        offer(json);
    }

    /** Refusals that came too thick for a line each. */
    public void flood(long refusals, Moment now) {
        offer(line(now, "flood").key("refused").value(refusals));
    }

    /** An order of a local rule. */
    public void rule(LocalRule rule, Decision decision, Moment now) {
        JsonWriter json = line(now, "rule").key("rule").value(rule.name());
        json.key("actuator").value(rule.actuator());
        json.key("answer").value(decision.outcome().word());
        if (!decision.reason().isEmpty()) {
            json.key("reason").value(decision.reason());
        }
        offer(json);
    }

    /**
     * A write to an output.
     *
     * @param cause why, as a word
     * @param fault what the hardware said; empty: nothing wrong
     */
    public void output(String output, String value, String cause, String fault, Moment now) {
        JsonWriter json = line(now, "output").key("output").value(output);
        json.key("value").value(value).key("cause").value(cause);
        if (!fault.isEmpty()) {
            json.key("fault").value(fault);
        }
        offer(json);
    }

    private static JsonWriter line(Moment now, String what) {
        JsonWriter json = new JsonWriter().object();
        json.key("mono_ms").value(now.monotonicNs() / 1_000_000);
        if (now.synchronised()) {
            json.key("t").value(now.epochMs());
        }
        return json.key("what").value(what);
    }

    private void offer(JsonWriter json) {
        if (!queue.offer(json.end().toString())) {
            lost.incrementAndGet();
        }
    }

    /** Lines that were lost because queue or disk were full. */
    public long lost() {
        return lost.get();
    }

    /** Writes what is queued; called on a thread that may wait. Never throws. */
    public void drain() {
        List<String> lines = new ArrayList<>();
        queue.drainTo(lines);
        if (lines.isEmpty()) {
            return;
        }
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            if (Files.exists(file) && Files.size(file) + bytes.length > mostBytes / 2) {
                Files.move(file, older(), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            lost.addAndGet(lines.size());
        }
    }

    /** Every line that is kept, oldest first. */
    public List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path path : List.of(older(), file)) {
            if (Files.exists(path)) {
                lines.addAll(Files.readAllLines(path));
            }
        }
        return lines;
    }

    private Path older() {
        return file.resolveSibling("audit.1");
    }
}
