package dev.pipit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.agent.RuntimeDirectory;
import dev.pipit.board.kernel.NativeKernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent in a process of its own, ended by signals; its simulated pins are watched. */
class EndOfAnAgentTest {
    private static final String CONFIGURATION =
            """
            device: {id: greenhouse}
            broker: {url: "mqtt://127.0.0.1:1"}
            inputs:
              button: {pin: 17, pull: up, active: low, debounce: 1ms}
            actuators:
              relay: {driver: digital-output, pin: 27, safe: off}
              lamp:  {driver: digital-output, pin: 22, safe: on, active: low}
            rules:
              pump: {when: button.press, do: relay on for 5m}
            """;

    @TempDir Path folder;

    private final class Agent implements AutoCloseable {
        final Process process;
        final BufferedReader said;

        Agent() throws IOException {
            process = start();
            said =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Until an output is away from its safe value. */
        void switchOn() throws IOException, InterruptedException {
            // The button is read from a moment on that nobody tells: it is pressed until it works.
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

        void expect(String start) throws IOException {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith(start)) {
                    return;
                }
            }
            throw new AssertionError("it ended without '" + start + "'");
        }

        int code() throws InterruptedException {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            said.close();
        }
    }

    private Process start() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, CONFIGURATION);
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx24m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
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
    }

    private List<Long> fromSigtermToSafeMs(int runs) throws Exception {
        List<Long> took = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            try (Agent agent = new Agent()) {
                agent.switchOn();
                long begunNs = System.nanoTime();
                agent.process.toHandle().destroy();
                agent.expect("pin 27 = 0");
                took.add((System.nanoTime() - begunNs) / 1_000_000);
                assertThat(agent.code()).isZero();
                assertThat(folder.resolve("run/safe")).doesNotExist();
            }
        }
        Collections.sort(took);
        System.out.println("from SIGTERM to safe, ms: " + took);
        return took;
    }

    @Test
    void sigtermMakesEveryOutputSafeWithin100Ms() throws Exception {
        // The middle one: a machine that does much else at once may delay one of them.
        assertThat(fromSigtermToSafeMs(3).get(1)).isLessThanOrEqualTo(100);
    }

    @Test
    @Tag("long")
    void sigtermMakesEveryOutputSafeWithin100MsFiftyTimes() throws Exception {
        assertThat(fromSigtermToSafeMs(50).getLast()).isLessThanOrEqualTo(100);
    }

    @Test
    void aSecondAgentIsRefusedAndAKilledOneLeavesWhatMustBecomeSafe() throws Exception {
        Path runtime = folder.resolve("run");
        try (Agent agent = new Agent()) {
            agent.switchOn();
            try (Agent second = new Agent()) {
                assertThat(second.code()).isEqualTo(ExitCode.UNAVAILABLE);
            }
            assertThat(Files.readString(folder.resolve("log")))
                    .contains("process " + agent.process.pid() + " drives the outputs");
            agent.process.destroyForcibly();
            agent.code();
        }
        assertThat(RuntimeDirectory.holderOf(runtime)).isEmpty();
        assertThat(Files.readAllLines(runtime.resolve("safe")))
                .contains("simulated\tpin 27\t0\trelay", "simulated\tpin 22\t0\tlamp", "end\t2");
    }

    /** What systemd does after a death, without systemd: {@code deploy/emulate} has the whole. */
    @Test
    @Tag("real")
    void sigkillAndPipitSafeAfterItTakeLessThan500Ms() throws Exception {
        ProcessBuilder build =
                new ProcessBuilder(
                        Path.of("../sensor-drivers/src/main/c/build").toAbsolutePath().toString(),
                        NativeKernel.architecture());
        build.environment().put("JAVA_HOME", System.getProperty("java.home"));
        build.environment().put("PIPIT_NATIVE_OUT", folder.toString());
        assertThat(build.inheritIO().start().waitFor()).isZero();
        Path helper = folder.resolve(NativeKernel.architecture()).resolve("pipit-safe");
        List<Long> took = new ArrayList<>();
        for (int run = 0; run < 5; run++) {
            try (Agent agent = new Agent()) {
                agent.switchOn();
                long begunNs = System.nanoTime();
                agent.process.destroyForcibly();
                agent.code();
                Process after =
                        new ProcessBuilder(helper.toString(), folder.resolve("run/safe").toString())
                                .redirectErrorStream(true)
                                .start();
                String said =
                        new String(after.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(after.waitFor()).as(said).isZero();
                took.add((System.nanoTime() - begunNs) / 1_000_000);
                assertThat(said).contains("2 of 2 outputs safe");
            }
        }
        Collections.sort(took);
        System.out.println("from SIGKILL to the end of pipit-safe, ms: " + took);
        assertThat(took.get(2)).isLessThanOrEqualTo(500);
    }
}
