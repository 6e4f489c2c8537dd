package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainTest {
    private final Spool spool =
            Spool.open(SpoolOptions.usual(), new FaultyDisk(), new FaultyDisk(), null);
    private final SpoolRecord record = new SpoolRecord();

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            spool.append(Durability.DURABLE, 0, new byte[10], 0, 10);
        }
    }

    private List<String> sent(Drain drain, long nowMs) {
        List<String> sent = new ArrayList<>();
        while (drain.next(nowMs, record)) {
            sent.add((drain.fromBacklog() ? "back " : "live ") + record.sequence());
        }
        return sent;
    }

    @Test
    void liveGoesFirstAndTheBacklogFollowsPacedAndOldestFirst() {
        append(3);
        Drain drain = new Drain(spool, 100);
        drain.connected(1000, 5000);
        append(2);
        assertThat(drain.waitMs(1000)).isEqualTo(5000);
        assertThat(sent(drain, 1000)).containsExactly("live 4", "live 5");
        assertThat(sent(drain, 5999)).isEmpty();
        assertThat(sent(drain, 6000)).containsExactly("back 1");
        assertThat(drain.waitMs(6000)).isEqualTo(100);
        append(1);
        assertThat(sent(drain, 6100)).containsExactly("live 6", "back 2");
        assertThat(sent(drain, 6200)).containsExactly("back 3");
        assertThat(drain.waitMs(6200)).isEqualTo(Long.MAX_VALUE);
        assertThat(sent(drain, 9999)).isEmpty();
    }

    @Test
    void whatIsNotSettledComesAgainAfterAReconnect() {
        append(1);
        Drain drain = new Drain(spool, 0);
        drain.connected(0, 0);
        append(1);
        assertThat(sent(drain, 0)).containsExactly("live 2", "back 1");
        spool.settled(2);
        drain.connected(10, 0);
        assertThat(sent(drain, 10)).containsExactly("back 1");
    }

    @Test
    void recordThatTheBrokerHasNoRoomForComesAgainLater() {
        Drain drain = new Drain(spool, 0);
        drain.connected(0, 0);
        append(3);
        assertThat(sent(drain, 0)).containsExactly("live 1", "live 2", "live 3");
        spool.settled(1);
        drain.retry(2, 0, 1000);
        append(1);
        assertThat(sent(drain, 0)).containsExactly("live 4");
        assertThat(sent(drain, 1000)).containsExactly("back 2", "back 3");
    }
}
