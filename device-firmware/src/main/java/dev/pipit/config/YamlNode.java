package dev.pipit.config;

import java.util.List;

/** A YAML document as it stands in the file: text with positions, nothing interpreted. */
sealed interface YamlNode {
    Place place();

    /**
     * A position in the file.
     *
     * @param line from 1
     * @param column from 1
     */
    record Place(int line, int column) {
        @Override
        public String toString() {
            return "line " + line + ", column " + column;
        }
    }

    /**
     * A word, a number, a quoted text: always text here, because in YAML 1.2 {@code off} is one.
     *
     * @param plain without quotes, so that an empty one means "nothing was written"
     */
    record Scalar(Place place, String text, boolean plain) implements YamlNode {
        boolean nothing() {
            return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }
    }

    record Sequence(Place place, List<YamlNode> items) implements YamlNode {}

    record Mapping(Place place, List<Entry> entries) implements YamlNode {}

    /** One line of a mapping; the same key may come twice here, and whoever reads it complains. */
    record Entry(Scalar key, YamlNode value) {}

    /** What a message calls it. */
    default String inWords() {
        return switch (this) {
            case Scalar s when s.nothing() -> "nothing";
            case Scalar s -> "'" + Messages.shortened(s.text()) + "'";
            case Sequence s -> "a list";
            case Mapping m -> "a mapping of keys";
        };
    }
}
