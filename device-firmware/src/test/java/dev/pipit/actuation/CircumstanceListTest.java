package dev.pipit.actuation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/circumstances.md} to the specification's list and to the tests that exist. */
final class CircumstanceListTest {
    private static final Path PAGE = Path.of("docs", "circumstances.md");
    private static final List<Path> TESTS =
            List.of(Path.of("src", "test"), Path.of("..", "sensor-drivers", "src", "test"));
    private static final Pattern ROW = Pattern.compile("\\| (.+?) \\| (`.+`) \\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)\\.(\\w+)`");

    /** As the specification of commands has them, in its order. */
    private static final List<String> CIRCUMSTANCES =
            List.of(
                    "no broker ever",
                    "half-open connection",
                    "session takeover",
                    "clock jumps of a year",
                    "SIGTERM",
                    "SIGKILL",
                    "SIGSTOP 30 s then SIGCONT",
                    "out of memory",
                    "disk full",
                    "sensor stuck or stale",
                    "bus hanging",
                    "10,000 commands/s",
                    "duplicate",
                    "reordered",
                    "replayed",
                    "retained",
                    "expired",
                    "wrongly signed",
                    "NaN",
                    "lease renewed 1 ms before and after its end",
                    "interlock flipping mid-ramp",
                    "two commanders");

    private static final List<String> PEERS =
            List.of(
                    "a retained command runs at start",
                    "a QoS 1 command queued while it was down is acknowledged and dropped",
                    "one I/O error on an output ends that output's loop while commands are still acknowledged",
                    "overlapping timed pulses cut each other short",
                    "a sensor missing at boot ends the process",
                    "after an outage readings come out of order and without times",
                    "TLS accepts a certificate for another host",
                    "`keepalive` is ignored",
                    "one pin as input and output passes validation");

    private static Map<String, String> rows() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), row.group(2));
            }
        }
        return rows;
    }

    @Test
    void everyCircumstanceAndEveryFailureOfAPeerHasARow() throws IOException {
        assertThat(rows().keySet()).containsAll(CIRCUMSTANCES).containsAll(PEERS);
    }

    @Test
    void everyTestThatThePageNamesExists() throws IOException {
        for (Map.Entry<String, String> row : rows().entrySet()) {
            Matcher name = NAME.matcher(row.getValue());
            int names = 0;
            while (name.find()) {
                names++;
                assertThat(source(name.group(1)))
                        .as("%s: %s", row.getKey(), name.group())
                        .containsPattern(
                                "@(Test|ParameterizedTest|RepeatedTest)[^{;]*?void "
                                        + name.group(2)
                                        + "\\(");
            }
            assertThat(names).as(row.getKey()).isPositive();
        }
    }

    private static String source(String className) throws IOException {
        for (Path tests : TESTS) {
            try (Stream<Path> files = Files.walk(tests)) {
                Optional<Path> found =
                        files.filter(file -> file.endsWith(className + ".java")).findFirst();
                if (found.isPresent()) {
                    // Annotations between may hold braces: their texts are of no interest.
                    return Files.readString(found.get())
                            .replaceAll("(?s)\"\"\".*?\"\"\"", "")
                            .replaceAll("\"(\\\\.|[^\"\\\\\n])*\"", "")
                            .replaceAll("[{}](?=[^;]*?\\)\\s*\\n\\s*(@|void))", "");
                }
            }
        }
        return "there is no " + className;
    }
}
