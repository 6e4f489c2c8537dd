package dev.pipit.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every interleaving of QoS 1 and 2 with breaking connections, by Spin over {@code
 * src/test/spin/delivery.pml}; and the same with a rule broken, which Spin has to find. Needs
 * {@code spin} and {@code gcc}.
 */
@Tag("real")
final class SessionModelCheckTest {
    private static final Pattern ERRORS = Pattern.compile("errors: (\\d+)");
    private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"-DQOS=1", "-DQOS=1 -DLOSS", "-DQOS=2", "-DQOS=2 -DLOSS"})
    void everyInterleavingDeliversInOrderAsOftenAsTheQosPromises(String model) throws Exception {
        String report = check(model);
        assertThat(number(ERRORS, report)).as(report).isZero();
        assertThat(number(STATES, report)).as("a model that does something").isGreaterThan(5_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-DQOS=2 -DMUTANT=1",
                "-DQOS=2 -DMUTANT=2",
                "-DQOS=2 -DMUTANT=3",
                "-DQOS=2 -DMUTANT=4",
                "-DQOS=1 -DMUTANT=5",
                "-DQOS=2 -DMUTANT=5",
                "-DQOS=1 -DMUTANT=6",
                "-DQOS=2 -DMUTANT=6",
                "-DQOS=1 -DLOSS -DMUTANT=7",
                "-DQOS=2 -DLOSS -DMUTANT=7"
            })
    void aBrokenRuleIsFound(String model) throws Exception {
        assertThat(number(ERRORS, check(model))).as(model).isPositive();
    }

    private String check(String model) throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path module = here.endsWith("device-firmware") ? here : here.resolve("device-firmware");
        List<String> spin = new ArrayList<>(List.of("spin", "-a"));
        spin.addAll(List.of(model.split(" ")));
        spin.add(module.resolve("src/test/spin/delivery.pml").toString());
        run(spin);
        run(List.of("gcc", "-O1", "-DSAFETY", "-o", "pan", "pan.c"));
        return run(List.of("./pan", "-n", "-m100000"));
    }

    private static int number(Pattern pattern, String report) {
        Matcher matcher = pattern.matcher(report);
        assertThat(matcher.find()).as(report).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private String run(List<String> command) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
        } catch (IOException missing) {
            throw new AssertionError(command.get(0) + " is needed: apt install spin gcc", missing);
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as("%s%n%s", command, text).isZero();
        return text;
    }
}
