package dev.pipit.telemetry.format;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How readings leave the device. */
public enum Format {
    /** Flat and dense frames with a retained schema: the fewest bytes. */
    COMPACT,
    /** One object per reading. */
    JSON,
    /** RFC 8428 section 5. */
    SENML_JSON,
    /** RFC 8428 section 6. */
    SENML_CBOR,
    /** Eclipse Sparkplug 3.0, payload version B. */
    SPARKPLUG_B;

    /** As written in the configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Every word that {@link #ofWord} takes. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Format::word).toList();
    }

    /**
     * @throws IllegalArgumentException if it is none of {@link #words()}
     */
    public static Format ofWord(String word) {
        for (Format format : values()) {
            if (format.word().equals(word)) {
                return format;
            }
        }
        throw new IllegalArgumentException(
                "format '" + word + "': expected one of " + String.join(", ", words()));
    }
}
