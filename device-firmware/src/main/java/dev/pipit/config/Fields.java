package dev.pipit.config;

import dev.pipit.config.YamlNode.Entry;
import dev.pipit.config.YamlNode.Mapping;
import dev.pipit.config.YamlNode.Place;
import dev.pipit.config.YamlNode.Scalar;
import dev.pipit.config.YamlNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one mapping, checked against their descriptions. Whatever is wrong is noted, and what
 * is right can be read all the same, so that later checks find further mistakes.
 */
final class Fields {
    private final Problems problems;
    private final String path;
    private final Place place;
    private final Map<String, Found> found = new HashMap<>();
    private boolean complete = true;

    /** What stands behind a key, or would by default. */
    private record Found(Object value, Place place, boolean written) {}

    private Fields(Problems problems, String path, Place place) {
        this.problems = problems;
        this.path = path;
        this.place = place;
    }

    /**
     * @param path what messages call this mapping: {@code sensors.air}; empty for the whole file
     * @param place where to point when a key is missing
     * @param closed whether keys that are not among {@code keys} are mistakes
     */
    static Fields read(
            Problems problems,
            String path,
            Place place,
            YamlNode node,
            List<Key> keys,
            boolean closed) {
        Fields fields = new Fields(problems, path, place);
        if (node instanceof Mapping mapping) {
            fields.take(mapping, keys, closed);
        } else if (node instanceof Scalar scalar && scalar.nothing()) {
            fields.take(new Mapping(place, List.of()), keys, closed);
        } else {
            fields.wrong(
                    node.place(),
                    fields.name() + " is " + node.inWords() + ": expected keys: " + names(keys));
            return fields;
        }
        return fields;
    }

    private void take(Mapping mapping, List<Key> keys, boolean closed) {
        Map<String, Place> seen = new HashMap<>();
        for (Entry entry : mapping.entries()) {
            String name = entry.key().text();
            Place first = seen.putIfAbsent(name, entry.key().place());
            if (first != null) {
                wrong(
                        entry.key().place(),
                        "'"
                                + Messages.shortened(name)
                                + "' appears twice"
                                + in()
                                + ": first on line "
                                + first.line());
                continue;
            }
            Key key = keyNamed(keys, name);
            if (key != null) {
                value(key, entry.value());
            } else if (closed) {
                wrong(entry.key().place(), unknown(name, keys));
            }
        }
        for (Key key : keys) {
            if (seen.containsKey(key.name())) {
                continue;
            }
            String usual = key.usual();
            if (usual != null) {
                found.put(key.name(), new Found(key.form().parse(usual), place, false));
            } else if (key.required()) {
                wrong(place, missing(key) + (closed ? "" : misspelt(key, seen)));
            }
        }
    }

    private void value(Key key, YamlNode node) {
        switch (key.form()) {
            case Form.Nested n -> put(key, node, node);
            case Form.NestedMany many -> put(key, node, node);
            case Form.Many many -> list(key, many, node);
            default -> {
                Object value = scalar(key, key.form(), node, path(key.name()));
                if (value != null) {
                    put(key, value, node);
                }
            }
        }
    }

    private void list(Key key, Form.Many many, YamlNode node) {
        List<YamlNode> items =
                switch (node) {
                    case Sequence sequence -> sequence.items();
                    default -> List.of(node);
                };
        if (items.isEmpty() || items.size() > many.most()) {
            wrong(
                    node.place(),
                    path(key.name())
                            + " has "
                            + items.size()
                            + " entries: expected 1 to "
                            + many.most());
            return;
        }
        List<Item> values = new ArrayList<>();
        for (YamlNode item : items) {
            Object value = scalar(key, many.item(), item, path(key.name()));
            if (value != null) {
                values.add(new Item(value, item.place()));
            }
        }
        put(key, values, node);
    }

    private @Nullable Object scalar(Key key, Form form, YamlNode node, String what) {
        if (!(node instanceof Scalar scalar)) {
            wrong(node.place(), what + " is " + node.inWords() + ": expected " + form.inWords());
            return null;
        }
        if (scalar.nothing()) {
            wrong(
                    node.place(),
                    what + " has no value: expected " + form.inWords() + forExample(key));
            return null;
        }
        try {
            return form.parse(scalar.text());
        } catch (IllegalArgumentException e) {
            wrong(node.place(), what + " is " + node.inWords() + ": " + e.getMessage());
            return null;
        }
    }

    private void put(Key key, Object value, YamlNode node) {
        found.put(key.name(), new Found(value, node.place(), true));
    }

    /** One entry of a list. */
    record Item(Object value, Place place) {}

    /** Notes a mistake in this mapping. */
    void wrong(Place where, String message) {
        complete = false;
        problems.at(where, message);
    }

    /** Notes a mistake in the value of a key, in the words {@code "<path> is <value>: ..."}. */
    void wrong(String key, String message) {
        wrong(placeOf(key), path(key) + " " + message);
    }

    /** A mistake further inside was noted already. */
    void incomplete() {
        complete = false;
    }

    /** Whether nothing in this mapping was found wrong so far. */
    boolean complete() {
        return complete;
    }

    /** Whether there is a valid value, written or by default. */
    boolean has(String key) {
        return found.containsKey(key);
    }

    /** Whether the user wrote a valid value. */
    boolean written(String key) {
        Found value = found.get(key);
        return value != null && value.written();
    }

    /** Where the value stands; for what is not written, the mapping's own place. */
    Place placeOf(String key) {
        Found value = found.get(key);
        return value == null ? place : value.place();
    }

    String text(String key) {
        return (String) value(key);
    }

    @Nullable String textOrNull(String key) {
        return has(key) ? text(key) : null;
    }

    long whole(String key) {
        return (Long) value(key);
    }

    /** A number, or what stands in for one that is not written. */
    long whole(String key, long otherwise) {
        return has(key) ? whole(key) : otherwise;
    }

    Duration duration(String key) {
        return Duration.ofMillis(whole(key));
    }

    boolean flag(String key) {
        return (Boolean) value(key);
    }

    YamlNode node(String key) {
        return (YamlNode) value(key);
    }

    @SuppressWarnings("unchecked")
    List<Item> items(String key) {
        return has(key) ? (List<Item>) value(key) : List.of();
    }

    Object value(String key) {
        return Objects.requireNonNull(found.get(key), key).value();
    }

    /** What messages call a key of this mapping. */
    String path(String key) {
        return path.isEmpty() ? key : key.isEmpty() ? path : path + "." + key;
    }

    private String name() {
        return path.isEmpty() ? "the file" : path;
    }

    private String in() {
        return path.isEmpty() ? "" : " in " + path;
    }

    private String missing(Key key) {
        return name()
                + " has no '"
                + key.name()
                + "': "
                + key.summary()
                + "; expected "
                + key.form().inWords()
                + forExample(key);
    }

    /** A key that looks like the missing one, where unknown keys are not reported themselves. */
    private static String misspelt(Key key, Map<String, Place> seen) {
        for (Map.Entry<String, Place> written : seen.entrySet()) {
            if (!Messages.didYouMean(written.getKey(), List.of(key.name())).isEmpty()) {
                return "; did you mean '"
                        + key.name()
                        + "' by '"
                        + Messages.shortened(written.getKey())
                        + "' on line "
                        + written.getValue().line()
                        + "?";
            }
        }
        return "";
    }

    private static String forExample(Key key) {
        return key.example().isEmpty()
                ? ""
                : ", for example '" + key.name() + ": " + key.example() + "'";
    }

    private String unknown(String name, List<Key> keys) {
        List<String> names = keys.stream().map(Key::name).toList();
        String near = Messages.didYouMean(name, names);
        return "unknown key '"
                + Messages.shortened(name)
                + "'"
                + in()
                + ": expected one of "
                + String.join(", ", names)
                + near;
    }

    private static String names(List<Key> keys) {
        return String.join(", ", keys.stream().map(Key::name).toList());
    }

    private static @Nullable Key keyNamed(List<Key> keys, String name) {
        for (Key key : keys) {
            if (key.name().equals(name)) {
                return key;
            }
        }
        return null;
    }
}
