package dev.pipit.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir Path folder;

    @BeforeEach
    @AfterEach
    void forget() {
        LastError.forget();
    }

    private RunRecord run(String boot) {
        return new RunRecord(new StateFile(folder.resolve("run")), boot);
    }

    private static String told(RunRecord run) {
        JsonWriter json = new JsonWriter().object();
        run.write(json);
        return json.end().toString();
    }

    @Test
    void aRunKnowsHowTheOneBeforeEnded() {
        RunRecord first = run("a");
        assertThat(first.reset()).isEqualTo("first-start");
        assertThat(run("a").reset()).isEqualTo("crash");
        RunRecord third = run("b");
        assertThat(third.reset()).isEqualTo("power-lost");
        third.ended();
        RunRecord fourth = run("b");
        assertThat(fourth.reset()).isEqualTo("restart");
        fourth.ended();
        assertThat(run("c").reset()).isEqualTo("power-on");
        assertThat(new RunRecord(null, "c").reset()).isEqualTo("unknown");
    }

    @Test
    void theLastErrorIsToldAndOutlivesTheProcess() {
        RunRecord first = run("a");
        assertThat(told(first)).isEqualTo("{\"reset\":\"first-start\"}");
        LastError.note(NOON, "sensor air: no answer\n    at somewhere");
        String error =
                "\"last-error\":{\"at\":\"2026-11-29T12:00:00Z\",\"what\":\"sensor air: no answer\"}";
        assertThat(told(first)).contains(error);
        first.keep();
        LastError.forget();

        RunRecord second = run("a");
        assertThat(told(second)).isEqualTo("{\"reset\":\"crash\"," + error + "}");
        second.ended();
        assertThat(told(run("a"))).contains("restart", error);
    }

    @Test
    void anErrorThatStandsIsWrittenOnce() throws IOException {
        RunRecord run = run("a");
        LastError.note(NOON, "x".repeat(1_000));
        run.keep();
        Path file = folder.resolve("run");
        assertThat(Files.readString(file)).contains("x".repeat(200)).hasSizeLessThan(400);
        Files.writeString(file, "untouched");
        run.keep();
        assertThat(file).hasContent("untouched");
    }

    @Test
    void aDamagedFileIsSetAsideAndTheReasonUnknown() throws IOException {
        Files.writeString(folder.resolve("run"), "{\"boot\":");
        assertThat(run("a").reset()).isEqualTo("unknown");
        assertThat(folder.resolve("run.bad")).exists();
        assertThat(run("a").reset()).isEqualTo("crash");
    }
}
