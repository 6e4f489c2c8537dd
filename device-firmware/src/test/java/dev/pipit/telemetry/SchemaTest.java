package dev.pipit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.driver.Channel;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {
    private static final String BME280 =
            "{\"v\":1,\"id\":7,\"iv\":1000,\"tq\":1000,\"batch\":60,\"ch\":["
                    + "{\"n\":\"temperature\",\"u\":\"Cel\",\"q\":0.01,\"w\":2,\"ref\":2000},"
                    + "{\"n\":\"humidity\",\"u\":\"%RH\",\"q\":0.01,\"w\":2,\"ref\":5000},"
                    + "{\"n\":\"pressure\",\"u\":\"Pa\",\"q\":1,\"w\":4,\"ref\":101325}]}";
    private static final String ONE =
            "{\"v\":1,\"id\":7,\"iv\":1000,\"tq\":1000,\"batch\":60,\"ch\":["
                    + "{\"n\":\"t\",\"u\":\"Cel\",\"q\":0.01,\"w\":2,\"ref\":2000}]}";

    @Test
    void isWrittenAsTheSpecificationPrintsIt() {
        Schema schema =
                new Schema(
                        7,
                        1000,
                        1000,
                        60,
                        List.of(
                                Channel.of("temperature", "Cel", "0.010", 2, 2000),
                                Channel.of("humidity", "%RH", "0.01", 2, 5000),
                                Channel.of("pressure", "Pa", "1", 4, 101325)));
        assertThat(schema.toJson()).isEqualTo(BME280);
    }

    @Test
    void everySchemaOfTheVectorsComesBackLetterForLetter() throws FormatException {
        for (Vector vector : Vector.all()) {
            Schema schema = Schema.parse(vector.schemaText());
            assertThat(schema.toJson()).isEqualTo(vector.schemaText());
            assertThat(
                            new Schema(
                                            schema.id(),
                                            schema.intervalMs(),
                                            schema.timeQuantumMs(),
                                            schema.batch(),
                                            schema.channels())
                                    .crc())
                    .isEqualTo(schema.crc());
        }
    }

    @Test
    void unknownKeysArePassedOverButCountForTheChecksum() throws FormatException {
        Schema plain = Schema.parse(BME280);
        Schema more =
                Schema.parse(
                        BME280.replace("\"batch\"", "\"made\":{\"by\":[1,2]},\"batch\"")
                                .replace("\"w\":4", "\"acc\":0.5,\"w\":4"));
        assertThat(more).isEqualTo(plain);
        assertThat(more.crc()).isNotEqualTo(plain.crc());
    }

    @Test
    void sameContentUnderAnotherIdDescribesTheSame() throws FormatException {
        Schema schema = Schema.parse(BME280);
        assertThat(schema.withId(9).describesAs(schema)).isTrue();
        assertThat(schema.withId(9)).isNotEqualTo(schema);
        assertThat(Schema.parse(ONE).describesAs(schema)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"v\":1 | \"v\":2 | schema of version 2: expected 1",
                "\"v\":1, | `` | key 'v' is missing",
                "\"id\":7 | \"id\":256 | 'id' is 256: expected a whole number from 0 to 255",
                "\"id\":7 | \"id\":-1 | 'id' is -1",
                "\"id\":7 | \"id\":7.5 | 'id' is 7.5",
                "\"id\":7 | \"id\":\"7\" | 'id' is a string",
                "\"tq\":1000 | \"tq\":0 | 'tq' is 0",
                "\"tq\":1000 | \"tq\":2147483649 | 'tq' is 2147483649",
                "\"tq\":1000 | \"tq\":999 | iv is 1000: expected a multiple of tq, 999",
                "\"iv\":1000 | \"iv\":-1000 | 'iv' is -1000",
                "\"iv\":1000 | \"iv\":2147484000 | 'iv' is 2147484000",
                "\"batch\":60 | \"batch\":0 | 'batch' is 0",
                "\"batch\":60 | \"batch\":1025 | 'batch' is 1025",
                "\"w\":2 | \"w\":3 | ch[0]: width of t is 3: expected 1, 2, 4 or 8",
                "\"w\":2 | \"w\":16 | ch[0]: 'w' is 16",
                "\"ref\":2000 | \"ref\":9007199254740992 | ch[0]: 'ref' is 9007199254740992",
                "\"ref\":2000 | \"ref\":-9007199254740992 | ch[0]: 'ref' is -9007199254740992",
                "\"q\":0.01 | \"q\":0 | ch[0]: resolution of t is 0",
                "\"q\":0.01 | \"q\":\"1\" | ch[0]: 'q' is a string: expected a number",
                "\"n\":\"t\" | \"n\":\"\" | ch[0]: channel name ''",
                "\"n\":\"t\", | `` | ch[0]: key 'n' is missing",
            })
    void whatIsOutsideItsRangeIsNamed(String part, String replacement, String words) {
        assertThatThrownBy(() -> Schema.parse(ONE.replace(part, replacement)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(words);
    }

    @Test
    void channelsAreOneTo64() throws FormatException {
        String channel = "{\"n\":\"t\",\"u\":\"Cel\",\"q\":0.01,\"w\":2,\"ref\":2000}";
        String most = String.join(",", Collections.nCopies(64, channel));
        assertThat(Schema.parse(ONE.replace(channel, most)).channels()).hasSize(64);
        for (String wrong : List.of("", most + "," + channel)) {
            assertThatThrownBy(() -> Schema.parse(ONE.replace(channel, wrong)))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("number of channels is");
        }
    }

    @Test
    void extremesOfEveryLimitAreTaken() throws FormatException {
        String extreme =
                "{\"v\":1,\"id\":255,\"iv\":2147483648,\"tq\":2147483648,\"batch\":1024,\"ch\":["
                        + "{\"n\":\"x\",\"u\":\"\",\"q\":1,\"w\":8,\"ref\":-9007199254740991}]}";
        assertThat(Schema.parse(extreme).toJson()).isEqualTo(extreme);
    }

    @Test
    void whatIsNoJsonIsRefusedWithItsPlace() {
        for (String text : List.of("", "[", "{\"v\":1,}", "nonsense", BME280 + "x")) {
            assertThatThrownBy(() -> Schema.parse(text))
                    .isInstanceOf(FormatException.class)
                    .hasMessageStartingWith("schema: JSON at character ");
        }
    }
}
