package dev.pipit.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Fault;
import dev.pipit.telemetry.Reading;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportPolicyTest {
    private static final List<Channel> AIR =
            List.of(
                    Channel.of("temperature", "Cel", "0.01", 2, 2000),
                    Channel.of("humidity", "%RH", "0.01", 2, 5000));

    private final Reading reading = new Reading(2);

    private static ReportRule rule(
            @Nullable String delta, @Nullable String heartbeat, @Nullable String throttle) {
        boolean percent = delta != null && delta.endsWith("%");
        return new ReportRule(
                delta == null ? null : new Delta(new BigDecimal(delta.replace("%", "")), percent),
                heartbeat == null ? null : Duration.parse("PT" + heartbeat),
                throttle == null ? null : Duration.parse("PT" + throttle));
    }

    private static ReportPolicy policy(ReportRule temperature, ReportRule humidity) {
        return new ReportPolicy(AIR, List.of(temperature, humidity), 1000);
    }

    /** One character per reading, a second apart: which of these are reported. */
    private String run(ReportPolicy policy, long... temperatures) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < temperatures.length; i++) {
            reading.value(0, temperatures[i]);
            reading.value(1, 5000 + i);
            out.append(policy.wants(reading, 1_000L * i + i % 3) ? 'R' : '.');
        }
        return out.toString();
    }

    @Test
    void withoutRulesEveryReadingIsReported() {
        ReportPolicy policy = policy(ReportRule.EVERY_READING, ReportRule.EVERY_READING);
        assertThat(run(policy, 1, 1, 1, 2)).isEqualTo("RRRR");
        assertThat(policy.nominalMs()).isEqualTo(1000);
    }

    @Test
    void deltaCountsFromTheLastReportNotFromTheLastReading() {
        ReportPolicy policy = policy(rule("0.1", null, null), ReportRule.EVERY_READING);
        assertThat(run(policy, 2000, 2004, 2008, 2012, 2021, 2022, 2011))
                .as("humidity moves all the time, and goes along")
                .isEqualTo("R..R.RR");
    }

    @Test
    void aDeltaBetweenTwoStepsIsRoundedUp() {
        ReportPolicy policy = policy(rule("0.015", null, null), ReportRule.EVERY_READING);
        assertThat(run(policy, 2000, 2001, 2002)).isEqualTo("R.R");
    }

    @Test
    void percentIsOfTheLastReport() {
        ReportPolicy policy = policy(rule("10%", null, null), ReportRule.EVERY_READING);
        assertThat(run(policy, 1000, 1099, 1100, 1209, 1210, 0, 0, 1, -1)).isEqualTo("R.R.RR.RR");
    }

    @Test
    void heartbeatEndsASilenceInTimeAlthoughReadingsJitter() {
        ReportPolicy policy = policy(rule("1", "3S", null), ReportRule.EVERY_READING);
        assertThat(run(policy, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).isEqualTo("R..R..R..R");
    }

    @Test
    void heartbeatThatIsNoMultipleOfTheIntervalComesEarlyRatherThanLate() {
        ReportPolicy policy = policy(rule("1", "2.5S", null), ReportRule.EVERY_READING);
        assertThat(run(policy, 0, 0, 0, 0, 0)).isEqualTo("R.R.R");
    }

    @Test
    void throttleHoldsBackChangesUntilItIsOver() {
        ReportPolicy policy = policy(rule("0.01", null, "3S"), ReportRule.EVERY_READING);
        assertThat(run(policy, 1, 2, 3, 4, 4, 4, 4, 5, 6)).isEqualTo("R..R...R.");
    }

    @Test
    void throttleAloneThinsOutReadingsAndIsTheirInterval() {
        ReportPolicy policy = policy(rule(null, null, "3S"), rule(null, null, "3S"));
        assertThat(run(policy, 1, 2, 3, 4, 5, 6, 7)).isEqualTo("R..R..R");
        assertThat(policy.nominalMs()).isEqualTo(3000);
    }

    @Test
    void eachChannelHasItsOwnRules() {
        ReportPolicy policy = policy(rule("1", null, null), rule("0.03", null, null));
        assertThat(run(policy, 0, 0, 0, 0, 100, 100, 100, 100)).isEqualTo("R..RR..R");
    }

    @Test
    void aFaultThatComesGoesOrChangesIsReported() {
        ReportPolicy policy = policy(rule("1", null, null), ReportRule.EVERY_READING);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            reading.value(0, 0);
            reading.value(1, 0);
            switch (i) {
                case 2, 3 -> reading.fail(Fault.CHECKSUM);
                case 4, 5 -> reading.fail(Fault.NO_ANSWER);
                default -> {}
            }
            out.append(policy.wants(reading, 1_000L * i) ? 'R' : '.');
        }
        assertThat(out.toString()).isEqualTo("R.R.R.R.");
    }
}
