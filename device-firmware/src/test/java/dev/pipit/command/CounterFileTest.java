package dev.pipit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CounterFileTest {
    @TempDir Path folder;

    private Path file() {
        return folder.resolve("counters");
    }

    @Test
    void countersOfSeveralKeysSurvive() throws IOException {
        try (CounterFile counters = CounterFile.open(file())) {
            assertThat(counters.highest("a")).isEqualTo(Long.MIN_VALUE);
            assertThat(counters.raise("a", 1)).isTrue();
            assertThat(counters.raise("b", 10)).isTrue();
            assertThat(counters.raise("a", 2)).isTrue();
            assertThat(counters.raise("a", 3)).isTrue();
        }
        try (CounterFile counters = CounterFile.open(file())) {
            assertThat(counters.highest("a")).isEqualTo(3);
            assertThat(counters.highest("b")).isEqualTo(10);
            counters.raise("c", 5);
            counters.raise("b", 11);
        }
        try (CounterFile counters = CounterFile.open(file())) {
            assertThat(counters.highest("a")).isEqualTo(3);
            assertThat(counters.highest("b")).isEqualTo(11);
            assertThat(counters.highest("c")).isEqualTo(5);
        }
        assertThat(Files.size(file())).isLessThanOrEqualTo(6 * 32);
    }

    @Test
    void aWriteCutShortLeavesTheOneBefore() throws IOException {
        try (CounterFile counters = CounterFile.open(file())) {
            counters.raise("a", 1);
            counters.raise("a", 2);
        }
        byte[] whole = Files.readAllBytes(file());
        for (int cut = 32; cut < 64; cut++) {
            Files.write(file(), Arrays.copyOf(whole, cut));
            try (CounterFile counters = CounterFile.open(file())) {
                assertThat(counters.highest("a")).as("cut at %d", cut).isEqualTo(1);
            }
        }
        for (int bit = 0; bit < 28 * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[32 + bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file(), damaged);
            try (CounterFile counters = CounterFile.open(file())) {
                assertThat(counters.highest("a")).as("bit %d", bit).isEqualTo(1);
            }
        }
    }

    @Test
    void whereBothCopiesAreDamagedAPersonMustDecide() throws IOException {
        try (CounterFile counters = CounterFile.open(file())) {
            counters.raise("a", 1);
        }
        byte[] damaged = Files.readAllBytes(file());
        damaged[9] ^= 1;
        Files.write(file(), damaged);
        assertThatThrownBy(() -> CounterFile.open(file()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("both copies of counter 0 are damaged");
    }

    @Test
    void theFileIsLaidOutAsItsDescriptionSaysSoThatAnUpdateReadsIt() throws IOException {
        try (CounterFile counters = CounterFile.open(file())) {
            counters.raise("ops", 5);
            counters.raise("ops", 7);
            counters.raise("b", 9);
        }
        // CRC-32 of the id, 0, length, first and last byte | counter | serial | CRC-32 of all | 0
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file())))
                .isEqualTo(
                        "5af90c7f00036f73 0000000000000005 0000000000000001 5e25fd3b 00000000"
                                        .replace(" ", "")
                                + "5af90c7f00036f73 0000000000000007 0000000000000002 e9da8407 00000000"
                                        .replace(" ", "")
                                + "71beeff900016262 0000000000000009 0000000000000001 5885ba97 00000000"
                                        .replace(" ", ""));
    }

    @Test
    void thereIsRoomFor64KeysAndOneMoreIsRefusedRatherThanForgotten() throws IOException {
        try (CounterFile counters = CounterFile.open(file())) {
            for (int key = 0; key < 64; key++) {
                assertThat(counters.raise("key" + key, key)).isTrue();
            }
            assertThat(counters.raise("one-more", 1)).isFalse();
            assertThat(counters.raise("key63", 100)).isTrue();
        }
        try (CounterFile counters = CounterFile.open(file())) {
            assertThat(counters.highest("key0")).isZero();
            assertThat(counters.highest("key62")).isEqualTo(62);
            assertThat(counters.highest("key63")).isEqualTo(100);
            assertThat(counters.highest("one-more")).isEqualTo(Long.MIN_VALUE);
        }
    }

    @Test
    void whatCannotBeWrittenIsNotUsedAndWhatCannotBeForcedIsSaid() throws IOException {
        CounterFile counters = CounterFile.open(file());
        counters.close();
        counters.force(); // Nothing to carry anywhere.
        assertThat(counters.raise("a", 1)).isFalse();
        assertThat(counters.highest("a")).isEqualTo(Long.MIN_VALUE);
        CounterFile dirty = CounterFile.open(file());
        dirty.raise("a", 1);
        dirty.close();
        assertThatThrownBy(dirty::force).isInstanceOf(IOException.class);
    }
}
