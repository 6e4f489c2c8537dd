package dev.pipit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.driver.Channel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchemaIdsTest {
    private static final long YEAR_MS = 366L * 24 * 3600 * 1000;

    private static Schema schema(int batch) {
        return new Schema(0, 1000, 1000, batch, List.of(Channel.of("t", "Cel", "0.01", 2, 0)));
    }

    @Test
    void idStandsForTheSameSchemaOverRestarts() throws FormatException {
        SchemaIds ids = new SchemaIds();
        int air = ids.assign("air", schema(60), 1).id();
        int soil = ids.assign("soil", schema(60), 1).id();
        assertThat(air).isNotEqualTo(soil);
        SchemaIds after = SchemaIds.parse(ids.toJson());
        assertThat(after.assign("soil", schema(60), 2).id()).isEqualTo(soil);
        assertThat(after.assign("air", schema(60), 2).id()).isEqualTo(air);
    }

    @Test
    void changedSchemaGetsAnotherIdAndTheOldOneComesBackWithTheOldSchema() {
        SchemaIds ids = new SchemaIds();
        int before = ids.assign("air", schema(60), 1).id();
        int changed = ids.assign("air", schema(300), 2).id();
        assertThat(changed).isNotEqualTo(before);
        assertThat(ids.assign("air", schema(60), 3).id()).isEqualTo(before);
    }

    @Test
    void idsAreUsedAgainOnlyAfterAYearAndOldestFirst() {
        SchemaIds ids = new SchemaIds();
        Set<Integer> given = new HashSet<>();
        for (int i = 1; i <= 256; i++) {
            given.add(ids.assign("air", schema(i), i).id());
        }
        assertThat(given).hasSize(256);
        assertThatThrownBy(() -> ids.assign("air", schema(500), YEAR_MS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("all 256 schema ids");
        ids.assign("air", schema(1), YEAR_MS);
        int reused = ids.assign("air", schema(500), YEAR_MS + 10).id();
        assertThat(reused).isEqualTo(1); // The first one is in use again, the second is oldest.
    }

    @Test
    void whatIsNoTableIsRefused() {
        for (String text : List.of("", "{}", "[]", "{\"ids\":[{}]}", "{\"ids\":[1]}")) {
            assertThatThrownBy(() -> SchemaIds.parse(text)).isInstanceOf(FormatException.class);
        }
        SchemaIds ids = new SchemaIds();
        ids.assign("air", schema(1), 1);
        String one = ids.toJson();
        String entry = one.substring(one.indexOf('[') + 1, one.length() - 2);
        assertThatThrownBy(() -> SchemaIds.parse("{\"ids\":[" + entry + "," + entry + "]}"))
                .hasMessageContaining("twice");
    }
}
