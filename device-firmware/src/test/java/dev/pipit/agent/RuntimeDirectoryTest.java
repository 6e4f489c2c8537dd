package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeDirectoryTest {
    @TempDir Path folder;

    /** Claims the directory, says so, and keeps it until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            RuntimeDirectory claimed = RuntimeDirectory.claim(Path.of(arguments[0]));
            claimed.leaveSafeLines(List.of("simulated\tpin 27\t0\trelay"));
            System.out.println("claimed");
            System.out.flush();
            System.in.read();
        }
    }

    @Test
    void aSecondProcessIsToldWhoDrivesTheOutputsUntilThatOneDies() throws Exception {
        Path directory = folder.resolve("run");
        Process holder =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("claimed");
            assertThatThrownBy(() -> RuntimeDirectory.claim(directory))
                    .isInstanceOf(RuntimeDirectory.Taken.class)
                    .hasMessageContaining("process " + holder.pid() + " drives the outputs")
                    .hasMessageContaining("--runtime");
            assertThat(RuntimeDirectory.holderOf(directory)).isEqualTo("" + holder.pid());
            holder.destroyForcibly();
            assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(RuntimeDirectory.holderOf(directory)).isEmpty();
        try (RuntimeDirectory next = RuntimeDirectory.claim(directory)) {
            assertThat(next.leavesWork()).as("what the dead one left stands").isTrue();
            next.outputsAreSafe();
            assertThat(next.leavesWork()).isFalse();
        }
    }

    @Test
    void whatMustBecomeSafeIsWrittenWholeWithTheLockThatGuardsIt() throws IOException {
        try (RuntimeDirectory runtime = RuntimeDirectory.claim(folder)) {
            runtime.leaveSafeLines(List.of("a\tb", "c\td"));
            assertThat(folder.resolve("safe"))
                    .hasContent(
                            "pipit-safe\t1\nlock\t"
                                    + folder.resolve("lock").toAbsolutePath()
                                    + "\na\tb\nc\td\nend\t2\n");
            runtime.leaveSafeLines(List.of());
            assertThat(Files.readString(folder.resolve("safe"))).endsWith("end\t0\n");
            try (var files = Files.list(folder)) {
                assertThat(files).hasSize(2);
            }
        }
    }

    @Test
    void theSameProcessCannotClaimTwiceButAgainAfterLettingGo() {
        try (RuntimeDirectory first = RuntimeDirectory.claim(folder)) {
            assertThat(first.leavesWork()).isFalse();
            assertThatThrownBy(() -> RuntimeDirectory.claim(folder))
                    .isInstanceOf(RuntimeDirectory.Taken.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        RuntimeDirectory.claim(folder).close();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> RuntimeDirectory.claim(file.resolve("run")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString());
    }
}
