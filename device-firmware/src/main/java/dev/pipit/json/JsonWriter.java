package dev.pipit.json;

import java.math.BigDecimal;
import java.util.Map;

/**
 * Writes compact JSON, commas by itself. {@code new JsonWriter().object().key("id").value(7).end()}
 * is {@code {"id":7}}.
 */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder open = new StringBuilder();
    private boolean needsComma;

    public JsonWriter object() {
        return open('{', '}');
    }

    public JsonWriter array() {
        return open('[', ']');
    }

    private JsonWriter open(char opening, char closing) {
        comma();
        out.append(opening);
        open.append(closing);
        needsComma = false;
        return this;
    }

    /** Closes the innermost object or array. */
    public JsonWriter end() {
        int last = open.length() - 1;
        out.append(open.charAt(last));
        open.setLength(last);
        needsComma = true;
        return this;
    }

    public JsonWriter key(String key) {
        comma();
        quote(key);
        out.append(':');
        needsComma = false;
        return this;
    }

    public JsonWriter value(String value) {
        comma();
        quote(value);
        needsComma = true;
        return this;
    }

    public JsonWriter value(long value) {
        comma();
        out.append(value);
        needsComma = true;
        return this;
    }

    public JsonWriter value(boolean value) {
        comma();
        out.append(value);
        needsComma = true;
        return this;
    }

    /** A decimal number, without an exponent. */
    public JsonWriter value(BigDecimal value) {
        comma();
        out.append(value.toPlainString());
        needsComma = true;
        return this;
    }

    public JsonWriter nullValue() {
        comma();
        out.append("null");
        needsComma = true;
        return this;
    }

    public JsonWriter value(Json value) {
        switch (value) {
            case Json.Obj o -> {
                object();
                for (Map.Entry<String, Json> member : o.members().entrySet()) {
                    key(member.getKey()).value(member.getValue());
                }
                end();
            }
            case Json.Arr a -> {
                array();
                for (Json item : a.items()) {
                    value(item);
                }
                end();
            }
            case Json.Str s -> value(s.value());
            case Json.Num n -> value(n.value());
            case Json.Bool b -> value(b.value());
            case Json.Null n -> nullValue();
        }
        return this;
    }

    private void comma() {
        if (needsComma) {
            out.append(',');
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int simple = "\"\\\b\f\n\r\t".indexOf(c);
            if (simple >= 0) {
                out.append('\\').append("\"\\bfnrt".charAt(simple));
            } else if (c < ' ' || (Character.isSurrogate(c) && !paired(text, i))) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean paired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    /** What was written so far: a whole document once every object and array is closed. */
    @Override
    public String toString() {
        return out.toString();
    }
}
