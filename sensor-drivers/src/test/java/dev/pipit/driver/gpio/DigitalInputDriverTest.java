package dev.pipit.driver.gpio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.driver.Allocation;
import dev.pipit.driver.Wiring.InputLine;
import dev.pipit.driver.Wiring.Pull;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Debouncing in a time that only the test moves. */
class DigitalInputDriverTest {
    private static final long MS = 1_000_000;

    private long nanos = 100 * MS;
    private final World world = new World(() -> nanos, 1, false);
    private final SimulatedBoard board = new SimulatedBoard(world);
    private final List<String> edges = new ArrayList<>();

    @AfterEach
    void close() {
        board.close();
    }

    private DigitalInputDriver button(boolean activeLow, long debounceMs) {
        return new DigitalInputDriver(
                board,
                new InputLine(
                        "button",
                        17,
                        activeLow ? Pull.UP : Pull.DOWN,
                        activeLow,
                        debounceMs * 1_000),
                (input, active, at) ->
                        edges.add(input + (active ? " pressed " : " released ") + at / MS));
    }

    @Test
    void aLevelCountsOnceItHasStoodForTheDebounceTime() {
        DigitalInputDriver input = button(true, 20);
        assertThat(input.poll(nanos)).isEqualTo(Long.MAX_VALUE);

        world.press(17); // at 100 ms
        assertThat(input.poll(nanos)).as("due").isEqualTo(120 * MS);
        nanos = 119 * MS;
        input.poll(nanos);
        assertThat(edges).isEmpty();
        assertThat(input.active()).isFalse();

        nanos = 120 * MS;
        assertThat(input.poll(nanos)).isEqualTo(Long.MAX_VALUE);
        assertThat(edges).containsExactly("button pressed 100");
        assertThat(input.active()).isTrue();
    }

    @Test
    void bouncingStartsTheDebounceTimeAnew() {
        DigitalInputDriver input = button(true, 20);
        for (int bounce = 0; bounce < 5; bounce++) {
            world.press(17);
            nanos += 3 * MS;
            input.poll(nanos);
            world.release(17);
            nanos += 2 * MS;
            input.poll(nanos);
        }
        world.press(17); // at 125 ms, and stays
        nanos += 19 * MS;
        input.poll(nanos);
        assertThat(edges).isEmpty();
        nanos += MS;
        input.poll(nanos);
        assertThat(edges).containsExactly("button pressed 125");
    }

    @Test
    void aSpikeShorterThanTheDebounceTimeIsNoEdge() {
        DigitalInputDriver input = button(false, 20);
        world.press(17);
        nanos += 10 * MS;
        world.release(17);
        nanos += 100 * MS;
        assertThat(input.poll(nanos)).isEqualTo(Long.MAX_VALUE);
        assertThat(edges).isEmpty();
    }

    @Test
    void aPollThatComesLateStillReportsWhenTheLevelChanged() {
        DigitalInputDriver input = button(false, 20);
        world.press(17);
        nanos += 500 * MS;
        input.poll(nanos);
        world.release(17);
        nanos += 500 * MS;
        input.poll(nanos);
        assertThat(edges).containsExactly("button pressed 100", "button released 600");
    }

    @Test
    void withoutDebounceTheEdgeIsDueAtOnce() {
        DigitalInputDriver input = button(true, 0);
        world.press(17);
        input.poll(nanos);
        assertThat(edges).containsExactly("button pressed 100");
    }

    @Test
    void theLoopReportsAnEdgeWithoutBeingAsked() throws InterruptedException {
        World live = World.still();
        CountDownLatch pressed = new CountDownLatch(1);
        try (SimulatedBoard liveBoard = new SimulatedBoard(live)) {
            DigitalInputDriver input =
                    new DigitalInputDriver(
                            liveBoard,
                            new InputLine("button", 17, Pull.UP, true, 5_000),
                            (name, active, at) -> pressed.countDown());
            try (InputLoop loop = new InputLoop(List.of(input))) {
                live.press(17);
                assertThat(pressed.await(5, TimeUnit.SECONDS)).isTrue();
                // A turn counts once it is over: the callback runs within it.
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
                while (loop.turns() == 0 && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
                assertThat(loop.turns()).isPositive();
            }
        }
    }

    @Test
    void anEdgeAllocatesNothing() {
        long[] count = {0};
        DigitalInputDriver input =
                new DigitalInputDriver(
                        board,
                        new InputLine("button", 17, Pull.UP, true, 20_000),
                        (name, active, at) -> count[0]++);
        boolean[] level = {false};
        long allocated =
                Allocation.ofRounds(
                        10_000,
                        () -> {
                            level[0] = !level[0];
                            input.level(level[0], nanos);
                            nanos += 20 * MS;
                            input.poll(nanos);
                        });
        assertThat(count[0]).isGreaterThan(50_000);
        assertThat(allocated).isZero();
    }
}
