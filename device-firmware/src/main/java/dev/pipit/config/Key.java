package dev.pipit.config;

import dev.pipit.driver.Option;
import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration file: what checks it and what documents it.
 *
 * @param required whether the file is refused without it
 * @param usual the text that stands where nothing is written; {@code null}: nothing does
 * @param summary one line for people, with the unit
 * @param example a value as one writes it
 */
public record Key(
        String name,
        Form form,
        boolean required,
        @Nullable String usual,
        String summary,
        String example) {
    static Key required(String name, Form form, String summary, String example) {
        return new Key(name, form, true, null, summary, example);
    }

    static Key usually(String name, Form form, String usual, String summary, String example) {
        return new Key(name, form, false, usual, summary, example);
    }

    static Key optional(String name, Form form, String summary, String example) {
        return new Key(name, form, false, null, summary, example);
    }

    /** A driver's own key. */
    static Key of(Option option) {
        String usual = option.usual();
        return new Key(
                option.name(),
                Form.of(option.kind()),
                option.required(),
                usual,
                option.summary(),
                usual == null ? example(option.kind()) : usual);
    }

    private static String example(Option.Kind kind) {
        return switch (kind) {
            case Option.Kind.Pin p -> "17";
            case Option.Kind.Millis m -> "30s";
            default -> "";
        };
    }
}
