package dev.pipit.driver;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a driver's {@linkplain Option options}: checked, defaults filled in. Durations are
 * held in milliseconds.
 */
public final class Options {
    private final Map<String, Object> values;

    /**
     * @param values by option name: {@link Long} for whole numbers and durations (milliseconds),
     *     {@link Boolean} for flags, {@link String} for choices and text
     */
    public Options(Map<String, ?> values) {
        this.values = Map.copyOf(values);
    }

    /** The usual value of every option, for tests and for drivers made by hand. */
    public static Options usual(List<Option> options) {
        Map<String, Object> values = new HashMap<>();
        for (Option option : options) {
            String usual = option.usual();
            if (usual == null) {
                continue;
            }
            values.put(
                    option.name(),
                    switch (option.kind()) {
                        case Option.Kind.Choice c -> usual;
                        case Option.Kind.Text t -> usual;
                        case Option.Kind.Whole w -> Long.parseLong(usual);
                        case Option.Kind.Flag f -> Boolean.parseBoolean(usual);
                        case Option.Kind.Millis m -> Millis.parse(usual);
                        case Option.Kind.Pin p -> Long.parseLong(usual);
                    });
        }
        return new Options(values);
    }

    /** A copy with one value replaced. */
    public Options with(String name, Object value) {
        Map<String, Object> copy = new HashMap<>(values);
        copy.put(name, value);
        return new Options(copy);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public String text(String name) {
        return (String) value(name);
    }

    public long whole(String name) {
        return (Long) value(name);
    }

    public int millis(String name) {
        return Math.toIntExact((Long) value(name));
    }

    public boolean flag(String name) {
        return (Boolean) value(name);
    }

    private Object value(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no option '" + name + "' among " + values.keySet());
        }
        return value;
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
