package dev.pipit.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "false",
                "0",
                "-1.5",
                "\"\"",
                "{\"a\":[1,{\"b\":null}],\"c\":\"d\"}",
                "\"\\\"\\\\\\b\\f\\n\\r\\t\"",
                "\"\\u0001\"",
                "\"grüße 🌱\"",
                "9007199254740993"
            })
    void compactTextComesBackAsItWas(String text) throws JsonException {
        assertThat(Json.parse(text).text()).isEqualTo(text);
    }

    @Test
    void spaceAndEscapesAreRead() throws JsonException {
        Json value = Json.parse(" { \"a\\u0041\\/\" :\t[ 1 ,\r\n \"\\uD83C\\uDF31\" ] } ");
        assertThat(value.text()).isEqualTo("{\"aA/\":[1,\"🌱\"]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\" 1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,\"a\":2}",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "+1",
                "NaN",
                "Infinity",
                "tru",
                "nul",
                "\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\uD83C\"",
                "\"\\uD83C\\u0041\"",
                "\"\\uDF31\"",
                "\"a\nb\"",
                "\"\uD83C\"",
                "1 2",
                "{} x",
                "/* */1",
                "1e65",
                "1e99999999999",
                "1e-65"
            })
    void whatIsNoJsonIsRefusedWithItsPlace(String text) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("JSON at character ");
    }

    @Test
    void everyTruncationIsRefused() {
        String text = "{\"a\":[1,{\"b\":\"c\\u0041\"}],\"d\":true}";
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> Json.parse(cut)).as(cut).isInstanceOf(JsonException.class);
        }
    }

    @Test
    void depthLengthAndDigitsAreBounded() throws JsonException {
        Json.parse("[".repeat(32) + "]".repeat(32));
        assertThatThrownBy(() -> Json.parse("[".repeat(33) + "]".repeat(33)))
                .hasMessageContaining("nested deeper than 32");
        assertThatThrownBy(() -> Json.parse("[".repeat(1 << 20)))
                .hasMessageContaining("nested deeper than 32");
        assertThatThrownBy(() -> Json.parse("[1,2]", 4))
                .hasMessage("JSON of 5 characters: expected at most 4");
        assertThatThrownBy(() -> Json.parse("1".repeat(65)))
                .hasMessageContaining("more than 64 digits");
    }

    @Test
    void wholeNumbersAreWholeHoweverTheyAreWritten() throws JsonException {
        for (String text : List.of("1000", "1e3", "1000.0", "0.1E+4")) {
            assertThat(Json.whole(Json.parse(text), "it", 0, 1000)).isEqualTo(1000);
        }
        assertThatThrownBy(() -> Json.whole(Json.parse("1e30"), "it", 0, 1000))
                .hasMessageContaining("expected a whole number from 0 to 1000");
        assertThatThrownBy(() -> Json.whole(Json.parse("0.5"), "it", 0, 1000))
                .hasMessageContaining("it is 0.5");
        assertThat(new Json.Num(new BigDecimal("9223372036854775808")).isLong()).isFalse();
        assertThat(new Json.Num(new BigDecimal("-9223372036854775808")).isLong()).isTrue();
    }

    @Test
    void anotherShapeThanExpectedIsNamed() throws JsonException {
        Json.Obj object = Json.object(Json.parse("{\"a\":[],\"b\":\"x\"}"), "it");
        assertThatThrownBy(() -> object.string("a"))
                .hasMessage("'a' is an array: expected a string");
        assertThatThrownBy(() -> object.array("b"))
                .hasMessage("'b' is a string: expected an array");
        assertThatThrownBy(() -> object.get("c")).hasMessage("key 'c' is missing");
        assertThatThrownBy(() -> object.whole("b", 0, 1)).hasMessageContaining("'b' is a string");
        assertThatThrownBy(() -> Json.object(Json.parse("null"), "payload"))
                .hasMessage("payload is null: expected an object");
        assertThat(object.string("c", "usual")).isEqualTo("usual");
        assertThat(object.string("b", "usual")).isEqualTo("x");
    }

    @Test
    void halfASurrogatePairIsWrittenAsAnEscape() {
        assertThat(new JsonWriter().value("a\uD83Cb").toString()).isEqualTo("\"a\\ud83cb\"");
    }
}
