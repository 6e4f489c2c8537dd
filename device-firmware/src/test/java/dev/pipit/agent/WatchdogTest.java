package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.board.kernel.SystemdNotifier;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private final Watchdog watchdog = new Watchdog(new SystemdNotifier(Map.of()));
    private final AtomicLong outputs = new AtomicLong();
    private final AtomicLong edges = new AtomicLong();

    @Test
    void onlyWhileEveryLoopAdvancesIsNoneStuck() {
        watchdog.watch("actuation", outputs::get);
        watchdog.watch("edges of inputs", edges::get);
        assertThat(watchdog.stuck()).isEmpty();
        outputs.incrementAndGet();
        edges.incrementAndGet();
        assertThat(watchdog.stuck()).isEmpty();
        outputs.incrementAndGet();
        assertThat(watchdog.stuck()).isEqualTo("edges of inputs");
        assertThat(watchdog.stuck()).isEqualTo("actuation, edges of inputs");
        outputs.incrementAndGet();
        edges.incrementAndGet();
        assertThat(watchdog.stuck()).isEmpty();
    }

    @Test
    void aLoopThatItsDeviceHoldsUpIsExcusedForAsLongAsThatLasts() {
        AtomicBoolean hangs = new AtomicBoolean();
        AtomicLong turns = new AtomicLong();
        watchdog.watch("sampling of i2c-1", turns::get, hangs::get);
        assertThat(watchdog.stuck()).isEmpty();
        hangs.set(true);
        assertThat(watchdog.stuck()).isEmpty();
        hangs.set(false);
        assertThat(watchdog.stuck()).isEqualTo("sampling of i2c-1");
    }
}
