package dev.pipit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @BeforeEach
    void listen() {
        PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
    }

    @AfterEach
    void stopListening() {
        System.setOut(out);
        System.setErr(err);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private String file(String text) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, text);
        return file.toString();
    }

    @Test
    void aRightConfigurationEndsWith0() throws IOException {
        int code =
                Main.run(
                        "check",
                        file(
                                """
                                device: {id: greenhouse}
                                broker: {url: "mqtt://127.0.0.1:1883"}
                                sensors:
                                  air:    {driver: bme280, bus: i2c-1, address: 0x76, every: 1s}
                                inputs:
                                  button: {pin: 17, pull: up, active: low, debounce: 20ms}
                                actuators:
                                  relay:  {driver: digital-output, pin: 27, safe: off}
                                """));
        assertThat(code).isZero();
        assertThat(printed()).contains("device greenhouse, 1 sensors, 1 inputs, 1 actuators");
    }

    @Test
    void everyMistakeIsPrintedAtOnceWithItsPlaceAndTheEndIs78() throws IOException {
        String file =
                file(
                        """
                        device: {id: greenhouse}
                        broker: {url: "mqtt://127.0.0.1:1883"}
                        sensors:
                          air: {drivr: bme280, bus: i2c-1, every: 1parsec}
                          out: {driver: bme280, bus: i2c-1, address: 0x90}
                        inputs:
                          button: {pin: 27}
                        actuators:
                          relay: {driver: digital-output, pin: 27}
                        """);
        assertThat(Main.run("check", file)).isEqualTo(78);
        assertThat(printed().lines().filter(line -> line.startsWith(file + ":")).toList())
                .anyMatch(line ->
                        line.startsWith(file + ":4:3: ") && line.contains("by 'drivr' on line 4"))
                .anyMatch(line -> line.startsWith(file + ":5:") && line.contains("0x90"))
                .anyMatch(line -> line.contains("safe"))
                .anyMatch(line -> line.contains("27"))
                .anyMatch(line -> line.contains("parsec"))
                .hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void runRefusesAWrongConfigurationWith78BeforeAnythingMoves() throws IOException {
        assertThat(Main.run("run", file("device: {id: x}\n"), "--board", "simulated"))
                .isEqualTo(78);
        assertThat(printed()).contains("broker");
    }

    @Test
    void aBrokerThatIsNotThereIsSaidWithItsAddressAndEndsWith69() {
        int code =
                Main.run("send", "relay", "on", "--broker", "mqtt://127.0.0.1:1", "--timeout", "1");
        assertThat(code).isEqualTo(69);
        assertThat(printed()).contains("no connection to mqtt://127.0.0.1:1");
    }

    @Test
    void withoutArgumentsTheHelpIsPrinted() {
        assertThat(Main.run()).isEqualTo(2);
        assertThat(printed()).contains("run", "check", "monitor", "send", "deploy/demo");
    }

    @Test
    void anUnknownCommandGetsASuggestion() {
        assertThat(Main.run("moniter")).isEqualTo(2);
        assertThat(printed()).contains("monitor");
    }

    @Test
    void everyCommandExplainsItself() {
        for (String command :
                new String[] {
                    "run", "check", "monitor", "send", "keygen", "audit", "safe", "decode", "encode"
                }) {
            printed.reset();
            assertThat(Main.run(command, "--help")).as(command).isZero();
            assertThat(printed()).contains("Usage: pipit " + command);
        }
    }
}
