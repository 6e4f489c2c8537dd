package dev.pipit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.command.TotalsFile.Total;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TotalsFileTest {
    @TempDir Path folder;
    private Path path;
    private TotalsFile file;

    @BeforeEach
    void name() {
        path = folder.resolve("totals");
        file = new TotalsFile(path);
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        assertThat(file.read()).isEmpty();
        Map<String, Total> totals = new LinkedHashMap<>();
        totals.put("water", new Total(48_231, 1_795_348_800_000L));
        totals.put("gas", new Total(0, 0));
        file.write(totals);
        assertThat(file.read()).isEqualTo(totals);
        assertThat(path).hasContent("pipit-totals 1\nwater 48231 1795348800000\ngas 0 0\nend 2\n");
        assertThat(folder.resolve("totals.new")).doesNotExist();
    }

    @Test
    void aWriteThatWasCutShortLeavesTheOneBefore() throws IOException {
        file.write(Map.of("water", new Total(7, 0)));
        Files.writeString(folder.resolve("totals.new"), "pipit-totals 1\nwater 9");
        assertThat(file.read()).containsOnly(Map.entry("water", new Total(7, 0)));
        file.write(Map.of("water", new Total(8, 0)));
        assertThat(file.read()).containsOnly(Map.entry("water", new Total(8, 0)));
    }

    @Test
    void aDamagedFileIsPutAsideAndCountingBeginsAnew() throws IOException {
        for (String damaged :
                new String[] {
                    "",
                    "pipit-totals 1\n",
                    "pipit-totals 2\nend 0\n",
                    "pipit-totals 1\nwater 5 0\n",
                    "pipit-totals 1\nwater 5 0\nend 2\n",
                    "pipit-totals 1\nwater 5\nend 1\n",
                    "pipit-totals 1\nwater five 0\nend 1\n",
                    "pipit-totals 1\nwater -5 0\nend 1\n",
                    "\uFFFF"
                }) {
            Files.writeString(path, damaged);
            assertThat(file.read()).as(damaged).isEmpty();
            assertThat(path).doesNotExist();
            assertThat(folder.resolve("totals.damaged")).hasContent(damaged);
        }
        Files.write(path, new byte[] {(byte) 0xFF, (byte) 0xFE});
        assertThat(file.read()).isEmpty();
    }

    @Test
    void aFileWithoutCountersIsWhole() throws IOException {
        Files.writeString(path, "pipit-totals 1\nend 0\n");
        assertThat(file.read()).isEmpty();
        assertThat(path).exists();
        assertThat(folder.resolve("totals.damaged")).doesNotExist();
    }
}
