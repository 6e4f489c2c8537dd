package dev.pipit.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every normative statement that binds a client has a test that names it ({@link Normative}), and
 * {@code docs/mqtt-conformance.md} says which. {@code -Dpipit.write=true} writes the document.
 */
final class ConformanceTest {
    private record Statement(String id, String version, String binds, String paraphrase) {
        String key() {
            return version + " " + id;
        }
    }

    private static List<Statement> statements() throws IOException {
        try (InputStream in = ConformanceTest.class.getResourceAsStream("mqtt-normative.tsv")) {
            List<Statement> found = new ArrayList<>();
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : all.lines().skip(1).toList()) {
                String[] cells = line.split("\t", -1);
                found.add(
                        new Statement(
                                cells[0].substring("MQTT-".length()),
                                cells[1],
                                cells[2],
                                cells[3]));
            }
            return found;
        }
    }

    /** {@code 5.0 3.1.2-4} to the names of the tests that show it. */
    private static Map<String, SortedSet<String>> tests()
            throws IOException, URISyntaxException, ClassNotFoundException {
        Path root =
                Path.of(
                        ConformanceTest.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        List<Path> files;
        try (var all = Files.walk(root.resolve("dev/pipit/mqtt"))) {
            files = all.filter(file -> file.toString().endsWith("Test.class")).sorted().toList();
        }
        Map<String, SortedSet<String>> found = new LinkedHashMap<>();
        for (Path file : files) {
            String path = root.relativize(file).toString();
            String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
            Class<?> test = Class.forName(name, false, ConformanceTest.class.getClassLoader());
            for (Method method : test.getDeclaredMethods()) {
                for (Normative normative : method.getAnnotationsByType(Normative.class)) {
                    for (String id : normative.id()) {
                        found.computeIfAbsent(
                                        normative.version() + " " + id, key -> new TreeSet<>())
                                .add(test.getSimpleName() + "." + method.getName());
                    }
                }
            }
        }
        return found;
    }

    @Test
    void everyStatementThatBindsAClientHasATestAndEveryTestNamesOneThatExists() throws Exception {
        List<String> keys =
                statements().stream()
                        .filter(statement -> !statement.binds.equals("server"))
                        .map(Statement::key)
                        .toList();
        Map<String, SortedSet<String>> tests = tests();
        assertThat(keys).hasSize(73 + 136).doesNotHaveDuplicates();
        assertThat(tests.keySet()).as("tests name statements that bind a client").isSubsetOf(keys);
        assertThat(keys).as("statements without a test").isSubsetOf(tests.keySet());
    }

    @Test
    void theDocumentSaysWhichTestsShowWhichStatement() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path module = here.endsWith("device-firmware") ? here : here.resolve("device-firmware");
        Path document = module.resolve("docs/mqtt-conformance.md");
        String text = document();
        if (Boolean.getBoolean("pipit.write")) {
            Files.writeString(document, text);
        }
        assertThat(Files.readString(document))
                .as("%s is out of date: run this test with -Dpipit.write=true", document)
                .isEqualTo(text);
    }

    private static String document() throws Exception {
        Map<String, SortedSet<String>> tests = tests();
        StringBuilder out = new StringBuilder();
        out.append("# Which test shows which normative statement\n\n");
        out.append(
                "Written by `ConformanceTest` from the annotation `@Normative` on the tests; the build fails on a\n");
        out.append(
                "statement without a test. The statements are paraphrased; the two versions number alike.\n");
        for (String version : List.of("3.1.1", "5.0")) {
            out.append("\n## MQTT ").append(version).append("\n\n");
            out.append("| statement | binds | | tests |\n|---|---|---|---|\n");
            for (Statement statement : statements()) {
                if (statement.version.equals(version) && !statement.binds.equals("server")) {
                    out.append("| MQTT-")
                            .append(statement.id)
                            .append(" | ")
                            .append(statement.binds);
                    out.append(" | ")
                            .append(statement.paraphrase.replace("|", "\\|"))
                            .append(" | ");
                    out.append(
                            String.join(
                                    ", ", tests.getOrDefault(statement.key(), new TreeSet<>())));
                    out.append(" |\n");
                }
            }
        }
        return out.toString();
    }
}
