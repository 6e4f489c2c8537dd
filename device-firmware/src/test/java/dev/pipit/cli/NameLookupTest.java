package dev.pipit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker's name is looked up for each connection and all its addresses are tried: a broker that
 * moves is found at once. Closing does not wait for a name server.
 */
final class NameLookupTest {
    @TempDir Path folder;

    @Test
    void aNameThatAppearsOrMovesIsFollowedAtTheNextAttempt() throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(
                services.resolve("java.net.spi.InetAddressResolverProvider"),
                NameLookups.class.getName());
        Path output = folder.resolve("output.txt");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                folder + File.pathSeparator + System.getProperty("java.class.path"),
                                NameLookups.class.getName())
                        .redirectOutput(output.toFile())
                        .redirectError(folder.resolve("log.txt").toFile())
                        .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue())
                .as("%s%s", said, Files.readString(folder.resolve("log.txt")))
                .isZero();
        assertThat(said.lines().filter(line -> line.matches("\\d+")).map(Integer::valueOf))
                .hasSize(3)
                .allMatch(ms -> ms < 2_500);
    }
}
