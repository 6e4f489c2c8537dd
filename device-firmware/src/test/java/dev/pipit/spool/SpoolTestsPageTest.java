package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/spool-tests.md} to the specification's list and to the tests that exist. */
class SpoolTestsPageTest {
    private static final Path PAGE = Path.of("docs", "spool-tests.md");
    private static final Pattern NAME = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    /** As the specification of the spool has them, in its order; a row begins with each. */
    private static final List<String> LIST =
            List.of(
                    "a faulty disk that knows what is durable",
                    "negative control",
                    "kill -9",
                    "system calls of the real process",
                    "an ext4 image on a loop device",
                    "every bit of a segment flipped",
                    "tmpfs full",
                    "read-only",
                    "faketime",
                    "lost, unreported gaps, duplicates after upsert",
                    "a full spool of 16 MiB opens in",
                    "written to the card in a day, online",
                    "offline, at a reading a second",
                    "bytes allocated per append");

    @Test
    void everythingOnTheListHasARowThatNamesATest() throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        for (String item : LIST) {
            assertThat(lines)
                    .as(item)
                    .anyMatch(line -> line.startsWith("| " + item) && NAME.matcher(line).find());
        }
    }

    @Test
    void everyTestThatThePageNamesExists() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                String name = String.valueOf(file.getFileName());
                sources.put(name.substring(0, name.length() - 5), Files.readString(file));
            }
        }
        Matcher name = NAME.matcher(Files.readString(PAGE));
        int names = 0;
        while (name.find()) {
            names++;
            assertThat(sources).containsKey(name.group(1));
            assertThat(sources.get(name.group(1)))
                    .as(name.group())
                    .containsPattern("@Test\\s+void " + name.group(2) + "\\(");
        }
        assertThat(names).isGreaterThan(20);
    }
}
