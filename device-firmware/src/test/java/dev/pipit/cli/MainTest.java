package dev.pipit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.spool.DirectoryDisk;
import dev.pipit.spool.Durability;
import dev.pipit.spool.Spool;
import dev.pipit.spool.SpoolOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
    void aSpoolIsShownForPeopleAndForMachines() throws IOException {
        Path synced = folder.resolve("synced");
        Spool spool = Spool.open(SpoolOptions.usual(), null, null, DirectoryDisk.onCard(synced));
        spool.append(Durability.SYNCED, 1_795_348_800_000L, new byte[5], 0, 5);
        spool.append(Durability.SYNCED, 12_000, new byte[5], 0, 5);
        spool.close();
        assertThat(Main.run("spool", folder.toString())).isZero();
        assertThat(printed())
                .contains("synced: records that wait: 2 (10 bytes)")
                .contains("oldest boot+12000ms, newest 2026-11-22T12:00:00Z, bad 0");
        printed.reset();
        assertThat(Main.run("spool", "--json", folder.toString())).isZero();
        assertThat(printed())
                .contains("\"drafts\":false,\"records\":2,\"bytes\":10,\"oldest\":12000")
                .contains("\"bad\":0,\"clean\":true,\"gaps\":[]}");
    }

    @Test
    void aSpoolWithDamageEndsWith65AndADirectoryWithoutOneWith69() throws IOException {
        Path synced = folder.resolve("synced");
        Spool spool = Spool.open(SpoolOptions.usual(), null, null, DirectoryDisk.onCard(synced));
        spool.append(Durability.SYNCED, 7, new byte[500], 0, 500);
        spool.append(Durability.SYNCED, 8, new byte[500], 0, 500);
        spool.close();
        try (Stream<Path> files = Files.list(synced)) {
            Path segment =
                    files.filter(file -> file.toString().endsWith(".seg"))
                            .findFirst()
                            .orElseThrow();
            byte[] bytes = Files.readAllBytes(segment);
            bytes[700] ^= 1;
            Files.write(segment, bytes);
        }
        assertThat(Main.run("spool", synced.toString())).isEqualTo(65);
        assertThat(printed()).contains("bad 1").contains("gap: damaged");
        assertThat(Main.run("spool", synced.resolve("nowhere").toString())).isEqualTo(69);
        assertThat(Main.run("spool", Files.createDirectory(folder.resolve("x")).toString()))
                .isEqualTo(69);
        assertThat(printed()).contains("is no directory").contains("no spool in");
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
                    "run", "check", "monitor", "send", "keygen", "audit", "safe", "decode",
                    "encode", "spool"
                }) {
            printed.reset();
            assertThat(Main.run(command, "--help")).as(command).isZero();
            assertThat(printed()).contains("Usage: pipit " + command);
        }
    }
}
