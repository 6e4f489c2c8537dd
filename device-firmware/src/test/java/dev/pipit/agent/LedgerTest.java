package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.monitor.ReceivedReading;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The books that the kill test rests on find what they are there to find. */
class LedgerTest {
    private final Ledger ledger = new Ledger();

    private void live(long timeMs) {
        ledger.reading(reading(true, timeMs, "20.5"));
    }

    private void record(long timeMs, String value) {
        ledger.reading(reading(false, timeMs, value));
    }

    private static ReceivedReading reading(boolean live, long timeMs, String value) {
        return new ReceivedReading(
                "d",
                "air",
                live,
                false,
                false,
                timeMs,
                List.of(
                        new ReceivedReading.Value(
                                "temperature", "Cel", new BigDecimal(value), null)));
    }

    @Test
    void booksThatAddUpHaveNothingToComplainAbout() {
        ledger.lived("d", 0, 200);
        for (long time = 50; time <= 150; time += 50) {
            live(time);
            record(time, "20.5");
        }
        record(50, "20.5");
        record(200, "20.5");
        ledger.schema("d", 3);
        assertThat(ledger.lost(Long.MAX_VALUE)).isEmpty();
        assertThat(ledger.unreportedGaps()).isEmpty();
        assertThat(ledger.duplicates()).isEmpty();
        assertThat(ledger.undecodable()).isEmpty();
        assertThat(ledger.again()).isEqualTo(1);
    }

    @Test
    void aReadingThatWasSeenAndIsNotInTheRecordIsLost() {
        live(50);
        live(100);
        record(50, "20.5");
        assertThat(ledger.lost(Long.MAX_VALUE)).containsExactly("d 100");
        assertThat(ledger.lost(99)).isEmpty();
        assertThat(ledger.unreportedGaps()).containsExactly("d 100");
    }

    @Test
    void aGapReportExplainsWhatLiesWithinItAndNothingElse() {
        live(50);
        live(100);
        ledger.gap("d", "{\"reason\":\"dropped\",\"records\":1,\"from\":40,\"to\":60}");
        assertThat(ledger.lost(Long.MAX_VALUE)).hasSize(2);
        assertThat(ledger.unreportedGaps()).containsExactly("d 100");
        assertThat(ledger.gaps()).isEqualTo(1);
        ledger.gap("d", "nonsense");
        assertThat(ledger.undecodable()).hasSize(1);
    }

    @Test
    void aReadingWithOtherValuesUnderAnotherSchemaOrAtAnotherTimeIsADuplicate() {
        record(50, "20.5");
        record(50, "20.6");
        assertThat(ledger.duplicates()).hasSize(1);
        ledger.schema("d", 1);
        ledger.schema("d", 2);
        assertThat(ledger.duplicates()).hasSize(2).anyMatch(found -> found.contains("[1, 2]"));
        ledger.lived("d", 0, 300);
        live(100);
        live(200);
        record(150, "20.5");
        assertThat(ledger.duplicates()).hasSize(3).contains("d 150: never seen live");
    }
}
