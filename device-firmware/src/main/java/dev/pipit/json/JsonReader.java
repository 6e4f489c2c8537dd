package dev.pipit.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recursive descent over one text; work is linear in its length. */
final class JsonReader {
    private final String text;
    private int at;
    private int depth;

    JsonReader(String text, int maxLength) throws JsonException {
        if (text.length() > maxLength) {
            throw new JsonException(
                    "JSON of " + text.length() + " characters: expected at most " + maxLength);
        }
        this.text = text;
    }

    Json document() throws JsonException {
        Json value = value();
        skipSpace();
        if (at < text.length()) {
            throw error("expected the end");
        }
        return value;
    }

    private Json value() throws JsonException {
        skipSpace();
        if (at == text.length()) {
            throw error("expected a value");
        }
        char c = text.charAt(at);
        return switch (c) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Json.Str(string());
            case 't' -> literal("true", new Json.Bool(true));
            case 'f' -> literal("false", new Json.Bool(false));
            case 'n' -> literal("null", new Json.Null());
            default -> {
                if (c == '-' || isDigit(c)) {
                    yield number();
                }
                throw error("expected a value");
            }
        };
    }

    private Json object() throws JsonException {
        enter();
        Map<String, Json> members = new LinkedHashMap<>();
        if (!closes('}')) {
            do {
                skipSpace();
                if (at == text.length() || text.charAt(at) != '"') {
                    throw error("expected a key in double quotes");
                }
                int keyAt = at;
                String key = string();
                expect(':');
                if (members.put(key, value()) != null) {
                    at = keyAt;
                    throw error("key '" + key + "' stands twice in one object");
                }
            } while (continues('}'));
        }
        depth--;
        return new Json.Obj(members);
    }

    private Json array() throws JsonException {
        enter();
        List<Json> items = new ArrayList<>();
        if (!closes(']')) {
            do {
                items.add(value());
            } while (continues(']'));
        }
        depth--;
        return new Json.Arr(items);
    }

    private void enter() throws JsonException {
        if (++depth > Json.MAX_DEPTH) {
            throw error("nested deeper than " + Json.MAX_DEPTH);
        }
        at++;
    }

    private boolean closes(char close) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == close) {
            at++;
            return true;
        }
        return false;
    }

    private boolean continues(char close) throws JsonException {
        if (closes(close)) {
            return false;
        }
        if (at < text.length() && text.charAt(at) == ',') {
            at++;
            return true;
        }
        throw error("expected ',' or '" + close + "'");
    }

    private void expect(char c) throws JsonException {
        skipSpace();
        if (at == text.length() || text.charAt(at) != c) {
            throw error("expected '" + c + "'");
        }
        at++;
    }

    private Json literal(String word, Json value) throws JsonException {
        if (!text.startsWith(word, at)) {
            throw error("expected a value");
        }
        at += word.length();
        return value;
    }

    private Json number() throws JsonException {
        int start = at;
        if (text.charAt(at) == '-') {
            at++;
        }
        int wholeAt = at;
        int digits = digits();
        if (digits > 1 && text.charAt(wholeAt) == '0') {
            at = start;
            throw error("a number does not start with 0");
        }
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            digits += digits();
        }
        int mantissaEnd = at;
        int exponent = 0;
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            at++;
            boolean negative = at < text.length() && text.charAt(at) == '-';
            if (negative || (at < text.length() && text.charAt(at) == '+')) {
                at++;
            }
            int exponentAt = at;
            // A long run of digits is either zeros or far too much: bounded before it is parsed.
            exponent = digits() > 4 ? 10_000 : Integer.parseInt(text, exponentAt, at, 10);
            exponent = negative ? -exponent : exponent;
        }
        if (digits > Json.MAX_DIGITS || Math.abs(exponent) > Json.MAX_DIGITS) {
            at = start;
            throw error("a number of more than " + Json.MAX_DIGITS + " digits");
        }
        return new Json.Num(
                new BigDecimal(text.substring(start, mantissaEnd)).scaleByPowerOfTen(exponent));
    }

    private int digits() throws JsonException {
        int start = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw error("expected a digit");
        }
        return at - start;
    }

    private String string() throws JsonException {
        at++;
        int start = at;
        while (at < text.length() && isPlain(text.charAt(at))) {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '"') {
            return text.substring(start, at++);
        }
        StringBuilder out = new StringBuilder(text.substring(start, at));
        while (true) {
            if (at == text.length()) {
                throw error("expected '\"' at the end of a string");
            }
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return out.toString();
            }
            if (c == '\\') {
                escape(out);
            } else if (c < ' ') {
                throw error("a control character in a string: expected an escape");
            } else if (Character.isSurrogate(c)) {
                surrogatePair(out);
            } else {
                out.append(c);
                at++;
            }
        }
    }

    private void escape(StringBuilder out) throws JsonException {
        char c = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        if (c == 'u') {
            unicode(out);
            return;
        }
        int i = "\"\\/bfnrt".indexOf(c);
        if (i < 0) {
            throw error("an escape that JSON does not have");
        }
        out.append("\"\\/\b\f\n\r\t".charAt(i));
        at += 2;
    }

    private void unicode(StringBuilder out) throws JsonException {
        char first = hex4();
        if (!Character.isSurrogate(first)) {
            out.append(first);
            return;
        }
        if (Character.isHighSurrogate(first) && text.startsWith("\\u", at)) {
            char second = hex4();
            if (Character.isLowSurrogate(second)) {
                out.append(first).append(second);
                return;
            }
        }
        throw error("half a surrogate pair");
    }

    private char hex4() throws JsonException {
        if (at + 6 > text.length()) {
            throw error("expected four hexadecimal digits after \\u");
        }
        int value = 0;
        for (int i = at + 2; i < at + 6; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw error("expected four hexadecimal digits after \\u");
            }
            value = (value << 4) | digit;
        }
        at += 6;
        return (char) value;
    }

    private void surrogatePair(StringBuilder out) throws JsonException {
        char first = text.charAt(at);
        char second = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        if (!Character.isHighSurrogate(first) || !Character.isLowSurrogate(second)) {
            throw error("half a surrogate pair");
        }
        out.append(first).append(second);
        at += 2;
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private JsonException error(String what) {
        String found =
                at >= text.length()
                        ? "the end"
                        : "'" + text.substring(at, Math.min(text.length(), at + 12)) + "'";
        return new JsonException("JSON at character " + (at + 1) + ", " + found + ": " + what);
    }
}
