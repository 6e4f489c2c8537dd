package dev.pipit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AppendTimesTest {
    private final AppendTimes times = new AppendTimes();

    @Test
    void nothingIsKnownToHaveBeenAppendedBeforeTheFirstMark() {
        times.mark(7, 1_000);

        assertThat(times.lastBefore(999)).isZero();
        assertThat(times.lastBefore(1_000)).isEqualTo(7);
    }

    @Test
    void theNewestMarkThatIsOldEnoughCounts() {
        times.mark(7, 1_000);
        times.mark(9, 2_000);
        times.mark(9, 3_000);
        times.mark(12, 4_000);

        assertThat(times.lastBefore(1_999)).isEqualTo(7);
        assertThat(times.lastBefore(3_999)).isEqualTo(9);
        assertThat(times.lastBefore(Long.MAX_VALUE)).isEqualTo(12);
    }

    @Test
    void marksOlderThanSixtyFourOthersAreForgottenAndTheirRecordsWaitForThose() {
        for (int second = 1; second <= 65; second++) {
            times.mark(second * 10L, second * 1_000L);
        }

        assertThat(times.lastBefore(1_000)).isZero();
        assertThat(times.lastBefore(2_000)).isEqualTo(20);
    }
}
