package dev.pipit.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.actuation.FakeOutput;
import dev.pipit.actuation.GuardedOutput;
import dev.pipit.actuation.Measurements;
import dev.pipit.actuation.OutputGuard;
import dev.pipit.actuation.OutputListener;
import dev.pipit.actuation.RulesBuilder;
import dev.pipit.command.Access;
import dev.pipit.command.Answer;
import dev.pipit.command.CommandGate;
import dev.pipit.command.Incoming;
import dev.pipit.command.Moment;
import dev.pipit.command.Outcome;
import dev.pipit.command.Signing;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.Fault;
import dev.pipit.testkit.Watcher;
import dev.pipit.time.SystemTime;
import dev.pipit.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an output that hangs does to the thread that brings commands: not much. */
final class ActuationLoopTest {
    @TempDir Path folder;

    private final TimeSource time = new SystemTime();
    private final FakeOutput fan = new FakeOutput();
    private final Hanging hanging = new Hanging();
    private final OutputGuard guard =
            new OutputGuard(
                    List.of(
                            new GuardedOutput(
                                    "stuck",
                                    FakeOutput.SWITCH,
                                    RulesBuilder.onOff().build(),
                                    hanging),
                            new GuardedOutput(
                                    "fan", FakeOutput.LEVEL, RulesBuilder.level().build(), fan)),
                    Measurements.none(),
                    OutputListener.NONE);
    private final List<String> recorded = new CopyOnWriteArrayList<>();
    private ActuationLoop loop;

    /** An output whose write does not return until it is let go. */
    private static final class Hanging implements ActuatorDriver {
        final CountDownLatch letGo = new CountDownLatch(1);
        private volatile long value;
        private volatile boolean hung;

        @Override
        public @Nullable Fault write(long next) {
            if (next != 0) {
                hung = true;
                try {
                    letGo.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            value = next;
            return null;
        }

        @Override
        public long readBack() {
            return value;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, "device: {id: a}\nbroker: {url: \"mqtt://127.0.0.1\"}\n");
        if (!(ConfigFile.load(file, Drivers.installed())
                instanceof ConfigFile.Result.Valid valid)) {
            throw new AssertionError("the test's configuration is wrong");
        }
        AgentConfig config = valid.config();
        LocalControl local =
                new LocalControl(
                        config,
                        guard,
                        Measurements.none(),
                        time,
                        (rule, decision, now) -> {},
                        (input, kind, count, atNs) -> {});
        CommandGate gate =
                new CommandGate(
                        guard,
                        Map.of("stuck", Access.USUAL, "fan", Access.USUAL),
                        Map.of(),
                        Signing.none(),
                        this::record);
        guard.start(time.monotonicNs());
        loop = new ActuationLoop(guard, gate, this::record, local, () -> true, time);
        loop.start();
    }

    private void record(Incoming incoming, Answer answer, Moment now) {
        recorded.add(incoming.target() + " " + answer.outcome().word());
    }

    @AfterEach
    void stop() {
        hanging.letGo.countDown();
        loop.stop();
    }

    private Answer send(String actuator, String payload) {
        return loop.decide(Incoming.command(actuator, payload.getBytes(UTF_8), time.monotonicNs()));
    }

    @Test
    void commandsAreDecidedOnItsThreadAndAnswered() {
        assertThat(send("fan", "50").outcome()).isEqualTo(Outcome.OK);
        assertThat(fan.value).isEqualTo(500);
        assertThat(loop.refused()).isZero();
    }

    @Test
    void anOutputThatHangsHoldsNobodyLongAndWhatCouldNotBeHeardIsNeverDone() {
        long beginNs = System.nanoTime();
        Answer first = send("stuck", "{\"value\":\"on\",\"id\":\"1\"}");
        assertThat(first.outcome()).isEqualTo(Outcome.HARDWARE_ERROR);
        assertThat(first.id()).isEqualTo("1");
        assertThat(first.reason()).contains("has not taken the value");
        for (int i = 0; i < 1_000; i++) {
            assertThat(send("fan", "70").outcome()).isEqualTo(Outcome.NOT_READY);
        }
        loop.edge("button", true, System.nanoTime());
        assertThat(System.nanoTime() - beginNs).isLessThan(2_000_000_000L);
        assertThat(loop.refused()).isEqualTo(1_001);
        assertThat(recorded)
                .as("whoever keeps the audit log hears of each command")
                .hasSize(1_001)
                .startsWith("stuck hardware-error", "fan not-ready");
        hanging.letGo.countDown();
        Watcher.await(
                "the outputs to answer again", () -> send("fan", "30").outcome() == Outcome.OK);
        assertThat(fan.value).isEqualTo(300);
        assertThat(guard.value("stuck")).isEqualTo(1);
    }

    @Test
    void whatWaitsBehindAnOutputThatHangsIsGivenUpAndNotDoneLater() throws Exception {
        Thread other = new Thread(() -> send("stuck", "on"));
        other.start();
        Watcher.await("the write to hang", () -> hanging.hung);
        Answer second = send("fan", "{\"value\":70,\"id\":\"2\"}");
        assertThat(second.outcome()).isEqualTo(Outcome.NOT_READY);
        assertThat(second.id()).isEqualTo("2");
        other.join();
        hanging.letGo.countDown();
        Watcher.await(
                "the outputs to answer again", () -> send("fan", "30").outcome() == Outcome.OK);
        assertThat(fan.value).isEqualTo(300);
        assertThat(fan.writes).isEqualTo(2);
    }

    @Test
    void theEndDoesNotWaitForAnOutputThatHangs() {
        send("stuck", "on");
        long beginNs = System.nanoTime();
        assertThat(loop.<Boolean>withGuard(g -> true)).isNull();
        assertThat(System.nanoTime() - beginNs).isBetween(900_000_000L, 5_000_000_000L);
    }

    @Test
    void afterItsEndNothingIsTakenAnyMore() {
        assertThat(loop.<Boolean>withGuard(g -> true)).isTrue();
        loop.stop();
        Answer late = send("fan", "50");
        assertThat(late.outcome()).isEqualTo(Outcome.NOT_READY);
        assertThat(late.reason()).contains("the agent ends");
        assertThat(loop.<Boolean>withGuard(g -> true)).isTrue();
    }
}
