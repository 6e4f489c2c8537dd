package dev.pipit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.json.Json;
import dev.pipit.json.JsonWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameLinesTest {
    private static final String SCHEMA =
            "{\\\"v\\\":1,\\\"id\\\":7,\\\"iv\\\":1000,\\\"tq\\\":1000,\\\"batch\\\":60,\\\"ch\\\":["
                    + "{\\\"n\\\":\\\"t\\\",\\\"u\\\":\\\"\\\",\\\"q\\\":1,\\\"w\\\":8,\\\"ref\\\":0}]}";

    private final FrameLines lines = new FrameLines();

    static List<Vector> vectors() {
        return Vector.all();
    }

    static String frameLine(Vector vector) {
        return new JsonWriter()
                .object()
                .key("schema")
                .value(vector.schemaText())
                .key("frame")
                .value(vector.frameHex())
                .end()
                .toString();
    }

    static String rowsLine(Vector vector) {
        return "{\"rows\":" + new Json.Arr(vector.rows()).text() + "}";
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void everyVectorDecodesToItsRows(Vector vector) {
        assertThat(lines.decode(frameLine(vector))).isEqualTo(rowsLine(vector));
        assertThat(lines.failed()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void everyVectorEncodesWithItsFlagsAndWithoutThemToSomethingThatDecodesToTheSame(Vector vector)
            throws Exception {
        String schema = new JsonWriter().value(vector.schemaText()).toString();
        String rows = new Json.Arr(vector.rows()).text();
        for (String flags : List.of("", ",\"flags\":" + vector.flags())) {
            String line = lines.encode("{\"schema\":" + schema + ",\"rows\":" + rows + flags + "}");
            String frame = Json.object(Json.parse(line), "line").string("frame");
            if (!flags.isEmpty()) {
                assertThat(Integer.parseInt(frame.substring(1, 2), 16)).isEqualTo(vector.flags());
            }
            assertThat(lines.decode("{\"schema\":" + schema + ",\"frame\":\"" + frame + "\"}"))
                    .isEqualTo(rowsLine(vector));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"schema\":\"{}\",\"frame\":\"d1\"}",
                "{\"schema\":\"SCHEMA\"}",
                "{\"schema\":\"SCHEMA\",\"frame\":7}",
                "{\"schema\":\"SCHEMA\",\"frame\":\"d\"}",
                "{\"schema\":\"SCHEMA\",\"frame\":\"zz\"}",
                "{\"schema\":\"SCHEMA\",\"frame\":\"\"}",
                "{\"schema\":\"SCHEMA\",\"frame\":\"d106\"}",
                "{\"schema\":\"SCHEMA\",\"frame\":\"d007\"}"
            })
    void lineThatCannotBeDecodedBecomesAnErrorAndTheNextOneIsRead(String line) {
        assertThat(lines.decode(line.replace("SCHEMA", SCHEMA))).startsWith("{\"error\":\"");
        assertThat(lines.failed()).isTrue();
        Vector vector = Vector.all().get(0);
        assertThat(lines.decode(frameLine(vector))).isEqualTo(rowsLine(vector));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[[0,[1]],[1000,[2]],[500,[3]]]",
                "[[0]]",
                "[[0,[1,2]]]",
                "[[0,[]]]",
                "[[-1000,[1]]]",
                "[[0.5,[1]]]",
                "[[0,[0.5]]]",
                "[[0,[null]]]",
                "[[0,[{\"missing\":8}]]]",
                "[[0,[{}]]]",
                "[[281474976711000,[1]]]",
                "{}"
            })
    void rowsThatCannotBeEncodedBecomeAnError(String rows) {
        assertThat(lines.encode("{\"schema\":\"" + SCHEMA + "\",\"rows\":" + rows + "}"))
                .startsWith("{\"error\":\"");
        assertThat(lines.failed()).isTrue();
    }

    @Test
    void rowsThatNeedTwoFramesBecomeTwo() {
        String far = "[[0,[-9007199254740991]],[1000,[9007199254740991]]]";
        assertThat(lines.encode("{\"schema\":\"" + SCHEMA + "\",\"rows\":" + far + "}"))
                .startsWith("{\"frames\":[\"d");
        assertThat(lines.failed()).isFalse();
    }
}
