package dev.pipit.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.json.JsonWriter;
import dev.pipit.testkit.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
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

    private final FakeTime time = new FakeTime(NOON.toEpochMilli());

    private RunRecord run(String boot) {
        return new RunRecord(new StateFile(folder.resolve("run")), boot, time);
    }

    private void error(String text) {
        LastError.note(time.monotonicNs(), text);
    }

    private String file() throws IOException {
        return Files.readString(folder.resolve("run"));
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
        assertThat(new RunRecord(null, "c", time).reset()).isEqualTo("unknown");
    }

    @Test
    void theLastErrorIsToldAndOutlivesTheProcess() {
        RunRecord first = run("a");
        assertThat(told(first)).isEqualTo("{\"reset\":\"first-start\"}");
        error("sensor air: no answer\n    at somewhere");
        time.advanceMs(500);
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
    void theFirstErrorIsKeptAtOnceAndFurtherOnesOnceAMinute() throws IOException {
        RunRecord run = run("a");
        error("x".repeat(1_000));
        run.keep();
        assertThat(file()).contains("x".repeat(200)).hasSizeLessThan(400);
        time.advanceMs(59_000);
        error("second");
        run.keep();
        assertThat(file()).doesNotContain("second");
        time.advanceMs(1_000);
        run.keep();
        assertThat(file()).contains("second", "12:00:59Z");
        Files.writeString(folder.resolve("run"), "untouched");
        time.advanceMs(86_400_000);
        run.keep();
        assertThat(file()).isEqualTo("untouched");
    }

    @Test
    void anErrorThatComesAgainAndAgainWritesOnceAnHourAndTheEndKeepsTheLast() throws IOException {
        RunRecord run = run("a");
        int written = 0;
        for (int second = 0; second < 86_400; second++) {
            String before = file();
            error("no");
            run.keep();
            written += file().equals(before) ? 0 : 1;
            time.advanceMs(1_000);
        }
        assertThat(written).isEqualTo(24);
        run.ended();
        assertThat(file()).contains("2026-11-30T11:59:59Z");
    }

    @Test
    void aRecordThatCannotBeWrittenIsTriedOnceAnHour() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        RunRecord run = new RunRecord(new StateFile(gone.resolve("run")), "a", time);
        Files.delete(gone.resolve("run"));
        Files.delete(gone);
        error("first");
        int tried = 0;
        for (int second = 0; second < 7_200; second++) {
            LastError before = LastError.last();
            run.keep();
            // That it cannot be written is an error too, and logged.
            tried += Objects.equals(before, LastError.last()) ? 0 : 1;
            time.advanceMs(1_000);
        }
        assertThat(tried).isEqualTo(3);
    }

    @Test
    void anErrorBeforeTheClockWasSetHasItsRightTimeAfterwardsAndNoneBefore() {
        time.setWallMs(0);
        time.synchronised(false);
        RunRecord run = run("a");
        error("early");
        run.keep();
        assertThat(told(run)).contains("\"last-error\":{\"what\":\"early\"}");
        time.advanceMs(3_000);
        time.setWallMs(NOON.toEpochMilli() + 3_000);
        time.synchronised(true);
        assertThat(told(run)).contains("{\"at\":\"2026-11-29T12:00:00Z\",\"what\":\"early\"}");
        LastError.forget();
        assertThat(told(run("a")))
                .isEqualTo("{\"reset\":\"crash\",\"last-error\":{\"what\":\"early\"}}");
    }

    @Test
    void aDamagedFileIsSetAsideAndTheReasonUnknown() throws IOException {
        Files.writeString(folder.resolve("run"), "{\"boot\":");
        assertThat(run("a").reset()).isEqualTo("unknown");
        assertThat(folder.resolve("run.bad")).exists();
        assertThat(run("a").reset()).isEqualTo("crash");
    }
}
