package dev.pipit.json;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value. Immutable; objects keep the order of their keys. */
public sealed interface Json {
    /** Characters that {@link #parse(String)} takes at most. */
    int MAX_LENGTH = 1 << 20;

    /** How deep arrays and objects may be nested. */
    int MAX_DEPTH = 32;

    /** Digits of a number, and of its exponent's value, at most. */
    int MAX_DIGITS = 64;

    /**
     * Reads one value that fills the whole text. Refused: duplicate keys, unpaired surrogates,
     * control characters in strings, numbers of more than {@value #MAX_DIGITS} digits, comments,
     * trailing commas, anything after the value.
     *
     * @throws JsonException with the position, what was found and what was expected
     */
    static Json parse(String text) throws JsonException {
        return parse(text, MAX_LENGTH);
    }

    /**
     * As {@link #parse(String)} with a limit of the caller's.
     *
     * @param maxLength characters taken at most
     */
    static Json parse(String text, int maxLength) throws JsonException {
        return new JsonReader(text, maxLength).document();
    }

    /** The value as compact text. */
    default String text() {
        return new JsonWriter().value(this).toString();
    }

    /** What an error message calls this kind of value. */
    default String kind() {
        return switch (this) {
            case Obj o -> "an object";
            case Arr a -> "an array";
            case Str s -> "a string";
            case Num n -> "a number";
            case Bool b -> "a truth value";
            case Null n -> "null";
        };
    }

    /** An object. */
    record Obj(Map<String, Json> members) implements Json {
        public Obj {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /** The member, or {@code null} if there is none. */
        public @Nullable Json find(String key) {
            return members.get(key);
        }

        /** The member; its absence is an error. */
        public Json get(String key) throws JsonException {
            Json value = members.get(key);
            if (value == null) {
                throw new JsonException("key '" + key + "' is missing");
            }
            return value;
        }

        public String string(String key) throws JsonException {
            return Json.string(get(key), "'" + key + "'");
        }

        /** A string, or what stands in for it if the key is absent. */
        public String string(String key, String otherwise) throws JsonException {
            Json value = find(key);
            return value == null ? otherwise : Json.string(value, "'" + key + "'");
        }

        /** A whole number from {@code least} to {@code most}. */
        public long whole(String key, long least, long most) throws JsonException {
            return Json.whole(get(key), "'" + key + "'", least, most);
        }

        public List<Json> array(String key) throws JsonException {
            return Json.array(get(key), "'" + key + "'");
        }
    }

    /** An array. */
    record Arr(List<Json> items) implements Json {
        public Arr {
            items = List.copyOf(items);
        }
    }

    /** A string. */
    record Str(String value) implements Json {}

    /**
     * A number, exactly as large as it was written.
     *
     * @param value at most {@value Json#MAX_DIGITS} digits before and after the point
     */
    record Num(BigDecimal value) implements Json {
        public static Num of(long value) {
            return new Num(BigDecimal.valueOf(value));
        }

        /** Whether it is a whole number that a {@code long} holds. */
        public boolean isLong() {
            return value.stripTrailingZeros().scale() <= 0 && value.toBigInteger().bitLength() < 64;
        }
    }

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements Json {}

    /** {@code null}. */
    record Null() implements Json {}

    /**
     * The value as an object.
     *
     * @param name what an error message calls it
     */
    static Obj object(Json value, String name) throws JsonException {
        if (value instanceof Obj object) {
            return object;
        }
        throw new JsonException(name + " is " + value.kind() + ": expected an object");
    }

    /** The value as an array; {@code name} is what an error message calls it. */
    static List<Json> array(Json value, String name) throws JsonException {
        if (value instanceof Arr array) {
            return array.items();
        }
        throw new JsonException(name + " is " + value.kind() + ": expected an array");
    }

    /** The value as a string; {@code name} is what an error message calls it. */
    static String string(Json value, String name) throws JsonException {
        if (value instanceof Str string) {
            return string.value();
        }
        throw new JsonException(name + " is " + value.kind() + ": expected a string");
    }

    /** The value as a whole number; {@code 1000.0} and {@code 1e3} are whole. */
    static long whole(Json value, String name, long least, long most) throws JsonException {
        String expected = ": expected a whole number from " + least + " to " + most;
        if (!(value instanceof Num number)) {
            throw new JsonException(name + " is " + value.kind() + expected);
        }
        if (!number.isLong()) {
            throw new JsonException(name + " is " + number.value() + expected);
        }
        long whole = number.value().longValueExact();
        if (whole < least || whole > most) {
            throw new JsonException(name + " is " + whole + expected);
        }
        return whole;
    }
}
