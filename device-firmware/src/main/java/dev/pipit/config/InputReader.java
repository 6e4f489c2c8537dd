package dev.pipit.config;

import dev.pipit.config.InputConfig.Kind;
import dev.pipit.config.YamlNode.Entry;
import dev.pipit.driver.Wiring.Pull;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Inputs from their keys, which differ with what their edges mean. */
final class InputReader {
    /** Contacts of an encoder bounce against each other, which cancels: little is filtered. */
    private static final Duration ENCODER_DEBOUNCE = Duration.ofMillis(1);

    private InputReader() {}

    /** Every key of one kind of input. */
    static List<Key> keysOf(String kind) {
        List<Key> keys = new ArrayList<>(InputKeys.INPUT);
        keys.addAll(
                switch (kind) {
                    case "encoder" -> InputKeys.ENCODER;
                    case "counter" -> InputKeys.COUNTER;
                    default -> InputKeys.BUTTON;
                });
        return keys;
    }

    /** An input, or {@code null} after a mistake was noted. */
    static @Nullable InputConfig input(Problems problems, BoardReader boards, Entry entry) {
        String name = entry.key().text();
        String path = "inputs." + name;
        List<Key> first = List.of(InputKeys.INPUT_KIND);
        Fields asked =
                Fields.read(
                        problems.aside(), path, entry.key().place(), entry.value(), first, false);
        String kind = asked.has("kind") ? asked.text("kind") : "button";
        Fields fields =
                Fields.read(problems, path, entry.key().place(), entry.value(), keysOf(kind), true);
        boards.claim(fields, false);
        if (kind.equals("encoder")) {
            boards.claim(fields, "pin-b", false);
        }
        if (!fields.complete()) {
            return null;
        }
        boolean written = fields.written("debounce");
        return new InputConfig(
                name,
                boards.pin(fields),
                Pull.valueOf(fields.text("pull").toUpperCase(Locale.ROOT)),
                fields.text("active").equals("low"),
                switch (kind) {
                    case "encoder" -> written ? fields.duration("debounce") : ENCODER_DEBOUNCE;
                    // Its own filter sees how long a pulse was.
                    case "counter" -> written ? fields.duration("debounce") : Duration.ZERO;
                    default -> fields.duration("debounce");
                },
                switch (kind) {
                    case "encoder" ->
                            new Kind.Encoder(
                                    boards.pin(fields, "pin-b"),
                                    Integer.parseInt(fields.text("steps")));
                    case "counter" ->
                            new Kind.Counter(
                                    fields.duration("shortest"), fields.duration("report"));
                    default ->
                            new Kind.Button(fields.duration("click-gap"), fields.duration("hold"));
                });
    }
}
