package dev.pipit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent in a process of its own that is stopped for a while, or runs out of memory. */
class StoppedAgentTest {
    @TempDir Path folder;

    private Process process;
    private BufferedReader said;

    StoppedAgentTest() throws IOException {
        process = new ProcessBuilder("true").start();
        said = reader();
    }

    private BufferedReader reader() {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Until its relay is on, for two seconds. */
    private void start() throws Exception {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "mqtt://127.0.0.1:1"}
                inputs:
                  button: {pin: 17, pull: up, active: low, debounce: 1ms}
                actuators:
                  relay: {driver: digital-output, pin: 27, safe: off}
                rules:
                  pump: {when: button.press, do: relay on for 2s}
                """);
        process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx24m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Dhungry.sign=" + folder.resolve("hungry"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                HungryAgent.class.getName(),
                                "run",
                                file.toString(),
                                "--board",
                                "simulated",
                                "--world",
                                "-",
                                "--runtime",
                                folder.resolve("run").toString())
                        .redirectError(folder.resolve("log").toFile())
                        .start();
        said = reader();
        for (int i = 0; i < 400; i++) {
            String move = i % 2 == 0 ? "press 17\n" : "release 17\n";
            process.getOutputStream().write(move.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            while (said.ready()) {
                if (said.readLine().startsWith("pin 27 = 1")) {
                    return;
                }
            }
            Thread.sleep(25);
        }
        throw new AssertionError("the relay does not switch on");
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Test
    void aProcessThatWasStoppedEndsItsLeasesFirstWhenItGoesOn() throws Exception {
        start();
        signal("STOP");
        Thread.sleep(2_500);
        long beganNs = System.nanoTime();
        signal("CONT");
        String line = said.readLine();
        while (line != null && !line.startsWith("pin 27 = 0")) {
            line = said.readLine();
        }
        assertThat(line).startsWith("pin 27 = 0");
        assertThat((System.nanoTime() - beganNs) / 1_000_000).isLessThan(1_000);
    }

    @Test
    void aProcessWithoutMemoryEndsAndLeavesWhatMustBecomeSafe() throws Exception {
        start();
        Files.createFile(folder.resolve("hungry"));
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        assertThat(folder.resolve("run/safe")).content().contains("simulated\tpin 27\t0\trelay");
    }
}
