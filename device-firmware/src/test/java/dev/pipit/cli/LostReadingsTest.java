package dev.pipit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LostReadingsTest {
    @Test
    void lossNamesTheSensorWhereItIsKnown() {
        assertThat(
                        LostReadings.inWords(
                                "{\"reason\":\"dropped\",\"sensor\":\"air\",\"schema\":3,\"records\":12,"
                                        + "\"from\":1767225600000,\"to\":1767226320000}"))
                .isEqualTo(
                        "dropped: 12 records of air, 2026-01-01T00:00:00Z to 2026-01-01T00:12:00Z");
    }

    @Test
    void lossOfAnEarlierConfigurationNamesItsSchema() {
        assertThat(
                        LostReadings.inWords(
                                "{\"reason\":\"dropped\",\"schema\":3,\"records\":1,\"from\":7,\"to\":9}"))
                .isEqualTo("dropped: 1 records of schema 3, boot+7ms to boot+9ms");
    }

    @Test
    void powerCutSaysThatNobodyKnows() {
        assertThat(LostReadings.inWords("{\"reason\":\"power-cut\",\"from\":7,\"to\":9}"))
                .isEqualTo("power-cut: nobody knows how many records, boot+7ms to boot+9ms");
    }

    @Test
    void whatIsNoReportComesBackAsItIs() {
        assertThat(LostReadings.inWords("nonsense")).isEqualTo("nonsense");
        assertThat(LostReadings.inWords("{\"reason\":5}")).isEqualTo("{\"reason\":5}");
    }
}
