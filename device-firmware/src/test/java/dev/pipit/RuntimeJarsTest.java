package dev.pipit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a device carries, looked at as it is packaged. */
@Tag("packaged")
class RuntimeJarsTest {
    private static final Path LIB = Path.of("target", "lib");

    @Test
    void theDeviceCarriesTheseJarsAndNoOthers() throws IOException {
        assertThat(jars())
                .containsExactly(
                        "jna",
                        "pi4j-core",
                        "pi4j-library-linuxfs",
                        "pi4j-plugin-linuxfs",
                        "picocli",
                        "sensor-drivers",
                        "slf4j-api",
                        "slf4j-tinylog",
                        "snakeyaml-engine",
                        "tinylog-api",
                        "tinylog-impl");
    }

    @Test
    void togetherTheyStayUnderFourMegabytes() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(LIB)) {
            for (Path jar : files.toList()) {
                bytes += Files.size(jar);
            }
        }
        assertThat(bytes).isLessThan(4 << 20);
    }

    /** Names without their versions. */
    private static List<String> jars() throws IOException {
        try (Stream<Path> files = Files.list(LIB)) {
            return files.map(file -> file.getFileName().toString())
                    .map(name -> name.replaceFirst("-\\d.*\\.jar$", ""))
                    .sorted()
                    .toList();
        }
    }
}
