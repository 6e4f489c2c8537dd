package dev.pipit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SendCounterTest {
    @TempDir Path folder;

    @Test
    void countersRiseWhateverTheClockDoes() throws IOException {
        Path file = SendCounter.beside(folder.resolve("ops.key"));
        assertThat(file).isEqualTo(folder.resolve("ops.key.counter"));
        assertThat(SendCounter.next(file, 1_000)).isEqualTo(1_000);
        assertThat(SendCounter.next(file, 1_000)).isEqualTo(1_001);
        assertThat(SendCounter.next(file, 5)).as("the clock went back").isEqualTo(1_002);
        assertThat(SendCounter.next(file, 9_000)).isEqualTo(9_000);
        assertThat(file).hasContent("9000\n");
    }

    @Test
    void aDamagedCounterIsNotGuessed() throws IOException {
        Path file = folder.resolve("counter");
        Files.writeString(file, "many\n");
        assertThatThrownBy(() -> SendCounter.next(file, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds no counter");
        assertThat(file).hasContent("many\n");
    }

    @Test
    void aShorterCounterLeavesNothingOfALongerOne() throws IOException {
        Path file = folder.resolve("counter");
        Files.writeString(file, "0000000000099\n");
        assertThat(SendCounter.next(file, 1)).isEqualTo(100);
        assertThat(file).hasContent("100\n");
    }
}
