package dev.pipit.board.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code pipit-safe} itself, built here by gcc, on a tree of files that stands for a device's: what
 * it asks of GPIO chips is recorded by {@code fake_gpio.c}.
 */
@Tag("real")
class PipitSafeTest {
    private static final String LABEL = "pinctrl-bcm2711";

    @TempDir static Path built;
    @TempDir Path root;

    private Path program = Path.of("unbuilt");
    private Path chip = Path.of("unmade");
    private Path file = Path.of("unmade");

    private record Run(int code, String said, long tookMs) {}

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        ProcessBuilder script =
                new ProcessBuilder(
                        Path.of("src/main/c/build").toAbsolutePath().toString(),
                        NativeKernel.architecture());
        script.environment().put("PIPIT_NATIVE_OUT", built.toString());
        script.environment().put("JAVA_HOME", System.getProperty("java.home"));
        succeed(script);
        succeed(
                new ProcessBuilder(
                        "gcc",
                        "-shared",
                        "-fPIC",
                        "-o",
                        built.resolve("fake.so").toString(),
                        Path.of("src/test/c/fake_gpio.c").toAbsolutePath().toString()));
    }

    private static void succeed(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.inheritIO().start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(command.command().toString()).isZero();
    }

    @BeforeEach
    void make() throws IOException {
        program = built.resolve(NativeKernel.architecture()).resolve("pipit-safe");
        Files.createDirectories(root.resolve("dev"));
        chip = Files.createFile(root.resolve("dev/gpiochip0"));
        file = root.resolve("safe");
    }

    private void write(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of("pipit-safe 1"));
        all.addAll(List.of(lines));
        Files.writeString(file, String.join("\n", all).replace(' ', '\t') + "\n");
    }

    private Run run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        // Java reads no further once the process has ended, and a watcher speaks after its agent:
        // cat ends when nobody holds the output any more.
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "bash",
                                "-o",
                                "pipefail",
                                "-c",
                                "\"$0\" \"$@\" 2>&1 | cat",
                                program.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LD_PRELOAD", built.resolve("fake.so").toString());
        builder.environment().put("FAKE_GPIO_LABEL", LABEL);
        builder.environment().putAll(environment);
        long begunNs = System.nanoTime();
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), said, (System.nanoTime() - begunNs) / 1_000_000);
    }

    private Run run() throws IOException, InterruptedException {
        return run(Map.of(), "--root", root.toString(), file.toString());
    }

    private Path pwm(int channel) throws IOException {
        Path directory =
                Files.createDirectories(root.resolve("sys/class/pwm/pwmchip0/pwm" + channel));
        Files.writeString(directory.resolve("duty_cycle"), "500000");
        Files.writeString(directory.resolve("period"), "1000000");
        Files.writeString(directory.resolve("enable"), "1");
        return directory;
    }

    @Test
    void everySafeValueIsSetInTheOrderOfTheFileWithinMilliseconds() throws Exception {
        Path fan = pwm(1);
        write(
                "gpio /dev/gpiochip0 pinctrl-bcm2711 27 1 relay",
                "pwm /sys/class/pwm/pwmchip0 1 1000000 0 fan",
                "gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve",
                "end 3");
        Run run = run();
        assertThat(run.code()).as(run.said()).isZero();
        assertThat(chip).hasContent("27 1 pipit-safe\n17 0 pipit-safe\n");
        // A file of the kernel takes each write as a whole; this one keeps what stood behind it.
        assertThat(Files.readString(fan.resolve("duty_cycle"))).startsWith("0");
        assertThat(run.said()).contains("3 of 3 outputs safe after ");
        assertThat(run.tookMs()).isLessThan(100);
        // Done is done: the directory outlives the service.
        assertThat(file).doesNotExist();
    }

    @Test
    void openDrainAndOpenSourceStayWhatTheyAre() throws Exception {
        write(
                "gpio /dev/gpiochip0 pinctrl-bcm2711 5 3 drain",
                "gpio /dev/gpiochip0 pinctrl-bcm2711 6 4 source",
                "end 2");
        Run run = run();
        assertThat(run.code()).as(run.said()).isZero();
        assertThat(chip).hasContent("5 1 pipit-safe open-drain\n6 0 pipit-safe open-source\n");
    }

    @Test
    void anOutputThatFailsDoesNotKeepTheNextFromBeingSafe() throws Exception {
        write(
                "gpio /dev/gpiochip7 pinctrl-bcm2711 4 0 gone",
                "gpio /dev/gpiochip0 another-chip 5 0 renumbered",
                "gpio /dev/gpiochip0 pinctrl-bcm2711 six 0 misspelt",
                "pwm /sys/class/pwm/pwmchip9 0 1000000 0 unplugged",
                "gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve",
                "end 5");
        Run run = run();
        assertThat(run.code()).isEqualTo(1);
        assertThat(chip).hasContent("17 0 pipit-safe\n");
        assertThat(run.said())
                .contains("gone: NOT SAFE", "renumbered: NOT SAFE: another chip")
                .contains("misspelt: NOT SAFE", "unplugged: NOT SAFE", "1 of 5 outputs safe");
        // Left for whoever tries again.
        assertThat(file).exists();
    }

    @Test
    void aLineThatSomebodyElseHoldsIsTriedForMomentsAndThenReported() throws Exception {
        write(
                "gpio /dev/gpiochip0 pinctrl-bcm2711 4 0 taken",
                "gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve",
                "end 2");
        Run run = run(Map.of("FAKE_GPIO_BUSY", "4"), "--root", root.toString(), file.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.said()).contains("taken: NOT SAFE", "Device or resource busy");
        assertThat(chip).hasContent("17 0 pipit-safe\n");
        assertThat(run.tookMs()).isBetween(200L, 450L);
    }

    @Test
    void nothingIsTouchedWhileAnAgentHoldsTheLock() throws Exception {
        Path lock = Files.createFile(root.resolve("lock"));
        write("lock /lock", "gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve", "end 1");
        try (FileChannel held = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            assertThat(held.tryLock()).isNotNull();
            Run run = run();
            assertThat(run.code()).isEqualTo(75);
            assertThat(run.said())
                    .contains("process " + ProcessHandle.current().pid() + " holds ")
                    .contains("nothing was touched");
            assertThat(chip).isEmptyFile();
        }
        assertThat(run().code()).isZero();
        assertThat(chip).hasContent("17 0 pipit-safe\n");
    }

    @Test
    void ofADamagedFileWhatCanBeReadIsSetAllTheSame() throws Exception {
        write("gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve", "gpio /dev/gpio");
        Run run = run();
        assertThat(run.code()).isEqualTo(65);
        assertThat(run.said()).contains("safe:3: no line of this format");
        assertThat(chip).hasContent("17 0 pipit-safe\n");

        write("gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve", "end 2");
        assertThat(run().code()).as("a line is missing").isEqualTo(65);

        Files.writeString(file, "outputs 9\n");
        assertThat(run().code()).isEqualTo(65);
    }

    @Test
    void withoutAFileThereIsNothingToDo() throws Exception {
        Run run = run();
        assertThat(run.code()).isZero();
        assertThat(run.said()).contains("nothing to do");
        assertThat(run(Map.of()).code()).isEqualTo(64);
        assertThat(run(Map.of(), "--force", "x", "y").code()).isEqualTo(64);
    }

    @Test
    void aPwmChannelThatIsGoneIsAskedForAgain() throws Exception {
        Path export = Files.createDirectories(root.resolve("sys/class/pwm/pwmchip0"));
        Files.createFile(export.resolve("export"));
        write("pwm /sys/class/pwm/pwmchip0 2 1000000 0 fan", "end 1");
        Run run = run();
        // Nobody makes the channel here, so it cannot become safe; that it was asked for is seen.
        assertThat(run.code()).isEqualTo(1);
        assertThat(export.resolve("export")).hasContent("2");
    }

    @Test
    void whatTheSimulatedBoardLeavesIsOnlyTold() throws Exception {
        Files.writeString(file, "pipit-safe\t1\nsimulated\tpin 27\t0\trelay\nend\t1\n");
        Run run = run();
        assertThat(run.code()).isZero();
        assertThat(run.said()).contains("relay: simulated pin 27 is gone with the agent");
    }

    @Test
    void sysfsOutputsAreWrittenAsTheyAre() throws Exception {
        Path line = Files.createDirectories(root.resolve("sys/class/gpio/gpio529"));
        Files.createFile(line.resolve("direction"));
        write("write /sys/class/gpio/gpio529/direction low relay", "end 1");
        assertThat(run().code()).isZero();
        assertThat(line.resolve("direction")).hasContent("low");
    }

    /** With its watcher: ended when both have, for both hold the output that is read. */
    private Run watched(Path lock, String then) throws IOException, InterruptedException {
        String holder =
                """
                import fcntl, os, signal, sys, time
                lock = open(sys.argv[1], 'r+')
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                print('agent', os.getpid(), flush=True)
                """;
        return run(
                Map.of("RUNTIME", root.toString()),
                "--root",
                root.toString(),
                "--watch",
                file.toString(),
                python(),
                "-c",
                holder + then,
                lock.toString());
    }

    private static String python() {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, "python3"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("python3 is not installed"))
                .toString();
    }

    @Test
    void theWatcherSetsTheSafeValuesAtOnceWhenTheAgentIsKilled() throws Exception {
        Path lock = Files.createFile(root.resolve("lock"));
        write("lock /lock", "gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve", "end 1");
        Run run =
                watched(
                        lock,
                        """
                        time.sleep(0.3)
                        assert os.path.getsize(os.environ['RUNTIME'] + '/dev/gpiochip0') == 0
                        os.kill(os.getpid(), signal.SIGKILL)
                        """);
        // Told by a shell as 128 and the signal's number; by Java likewise.
        assertThat(run.code()).as(run.said()).isEqualTo(128 + 9);
        assertThat(chip).hasContent("17 0 pipit-safe\n");
        Matcher after =
                Pattern.compile("1 of 1 outputs safe after ([0-9.]+) ms").matcher(run.said());
        assertThat(after.find()).as(run.said()).isTrue();
        // The lock was free when the death was told: nothing had to be tried again.
        assertThat(Double.parseDouble(after.group(1))).isLessThan(50);
    }

    @Test
    void theWatcherSetsTheSafeValuesOfAnAgentThatEndsWithoutHavingDoneSo() throws Exception {
        Path lock = Files.createFile(root.resolve("lock"));
        write("lock /lock", "gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve", "end 1");
        Run run = watched(lock, "sys.exit(3)");
        assertThat(run.code()).isEqualTo(3);
        assertThat(chip).hasContent("17 0 pipit-safe\n");
    }

    @Test
    void theWatcherIsSilentAfterAnAgentThatEndedWell() throws Exception {
        Path lock = Files.createFile(root.resolve("lock"));
        write("lock /lock", "gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve", "end 1");
        Run run = watched(lock, "os.unlink(os.environ['RUNTIME'] + '/safe')");
        assertThat(run.code()).isZero();
        assertThat(run.said()).matches("agent \\d+\n");
        assertThat(chip).isEmptyFile();
    }

    @Test
    void theAgentIsSparedHugePagesWhichTheKernelGathersWhileOthersWait() throws Exception {
        Path lock = Files.createFile(root.resolve("lock"));
        write("lock /lock", "end 0");
        Run run = watched(lock, "print(*(l for l in open('/proc/self/status') if 'THP' in l))");
        assertThat(run.said()).contains("THP_enabled:\t0");
    }

    @Test
    void noSignalThatEndsTheWholeServiceEndsTheWatcherBeforeItHasWorked() throws Exception {
        Path lock = Files.createFile(root.resolve("lock"));
        write("lock /lock", "gpio /dev/gpiochip0 pinctrl-bcm2711 17 0 valve", "end 1");
        // As systemd does it: the agent and everything beside it, one signal after the other.
        Run run =
                watched(
                        lock,
                        """
                        watcher = int(open(f'/proc/self/task/{os.getpid()}/children').read())
                        for name in 'TERM', 'ABRT', 'HUP', 'INT', 'ALRM':
                            os.kill(watcher, getattr(signal, 'SIG' + name))
                        time.sleep(0.2)
                        os.kill(os.getpid(), signal.SIGABRT)
                        """);
        assertThat(run.code()).as(run.said()).isEqualTo(128 + 6);
        assertThat(chip).hasContent("17 0 pipit-safe\n");
    }

    @Test
    void aCommandThatIsNotThereIsTold() throws Exception {
        Run run = run(Map.of(), "--root", root.toString(), "--watch", file.toString(), "/no/agent");
        assertThat(run.code()).isEqualTo(127);
        assertThat(run.said()).contains("/no/agent: No such file");
        assertThat(run(Map.of(), "--watch", file.toString()).code()).isEqualTo(64);
    }
}
