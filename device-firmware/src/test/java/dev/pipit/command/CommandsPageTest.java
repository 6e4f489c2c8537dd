package dev.pipit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/commands.md} to what answers say. */
final class CommandsPageTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

    @Test
    void everyAnswerAndEveryKeyHasItsRow() throws IOException {
        String page = Files.readString(Path.of("docs", "commands.md"));
        String answers = page.substring(page.indexOf("| answer | meaning |"));
        assertThat(ROW.matcher(answers).results().map(row -> row.group(1)))
                .containsExactlyElementsOf(
                        Arrays.stream(Outcome.values()).map(Outcome::word).toList());
        Answer answer =
                new Answer(Outcome.DUPLICATE, Outcome.OK, "a", false, "on", 1, "why", 1, 1, "7");
        Pattern.compile("\"([a-z-]+)\":")
                .matcher(answer.json())
                .results()
                .forEach(key -> assertThat(page).contains("`" + key.group(1) + "`"));
    }
}
