package dev.pipit.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Fault;
import dev.pipit.sampling.filter.CalibrationPoints;
import dev.pipit.sampling.filter.ExponentialAverage;
import dev.pipit.sampling.filter.Filter;
import dev.pipit.sampling.filter.FilterPipeline;
import dev.pipit.sampling.filter.Polynomial;
import dev.pipit.sampling.filter.Pulses;
import dev.pipit.sampling.filter.Range;
import dev.pipit.sampling.filter.Window;
import dev.pipit.telemetry.Reading;
import dev.pipit.testkit.FakeTime;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagesTest {
    private static final BigDecimal CENT = new BigDecimal("0.01");
    private static final BigDecimal TENTH = new BigDecimal("0.1");

    private final FakeTime time = new FakeTime(1_767_225_600_000L);
    private final List<String> told = new ArrayList<>();

    private static ChannelPlan plan(
            int source, String name, BigDecimal resolution, ReportRule rule, Filter... filters) {
        return new ChannelPlan(
                source,
                new Channel(name, "", resolution, 4, 0),
                new FilterPipeline(CENT, resolution, List.of(filters)),
                rule);
    }

    private void tell(int sensor, Reading reading, boolean synchronised) {
        StringBuilder out = new StringBuilder();
        for (int c = 0; c < reading.channels(); c++) {
            out.append(
                            reading.present(c)
                                    ? Long.toString(reading.value(c))
                                    : "fault " + reading.reason(c))
                    .append(' ');
        }
        told.add(out.toString().strip());
    }

    @Test
    void channelsComeFromTheirSourcesThroughTheirFiltersAtTheirResolution() {
        ChannelStage stage = new ChannelStage(time, this::tell);
        stage.add(
                List.of(
                        plan(1, "b", CENT, ReportRule.EVERY_READING),
                        plan(0, "a", TENTH, ReportRule.EVERY_READING, Polynomial.offset(0.26)),
                        plan(0, "valid", CENT, ReportRule.EVERY_READING, Range.orFault(0, 20))));
        Reading reading = new Reading(2);
        reading.timeMs(1);
        reading.value(0, 1999);
        reading.value(1, -7);
        stage.reading(0, reading, true);
        reading.value(0, 2001);
        reading.missing(1, Fault.CHECKSUM);
        stage.reading(0, reading, true);
        assertThat(told).containsExactly("-7 203 1999", "fault 2 203 fault 4");
    }

    @Test
    void filtersForgetWhatCameBeforeAFault() {
        ChannelStage stage = new ChannelStage(time, this::tell);
        stage.add(
                List.of(
                        plan(
                                0,
                                "a",
                                CENT,
                                ReportRule.EVERY_READING,
                                new Window(Window.Kind.MEAN, 2))));
        Reading reading = new Reading(1);
        for (int value : new int[] {100, 200, -1, 400}) {
            if (value < 0) {
                reading.missing(0, Fault.NO_ANSWER);
            } else {
                reading.value(0, value);
            }
            stage.reading(0, reading, true);
        }
        assertThat(told).containsExactly("100", "150", "fault 1", "400");
    }

    @Test
    void nothingIsAllocatedByAnyFilterOrPolicy() {
        long[] count = new long[1];
        ReportStage reports = new ReportStage(time, (sensor, reading, ok) -> count[0]++);
        ChannelStage stage = new ChannelStage(time, reports);
        ReportRule rule =
                new ReportRule(
                        new Delta(BigDecimal.ONE, true),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(2));
        List<ChannelPlan> plans =
                List.of(
                        plan(
                                0,
                                "a",
                                TENTH,
                                rule,
                                new CalibrationPoints(
                                        new double[] {0, 50, 100}, new double[] {1, 50, 99}),
                                new Polynomial(1, 0.9, 0.001),
                                Range.orFault(-100, 1000),
                                new Window(Window.Kind.MEDIAN, 9),
                                new Window(Window.Kind.MEAN, 5),
                                new ExponentialAverage(0.3),
                                Range.clamp(0, 90)),
                        plan(0, "b", CENT, rule, new Window(Window.Kind.LEAST, 60)),
                        plan(0, "c", CENT, rule, new Window(Window.Kind.GREATEST, 60)),
                        plan(0, "total", CENT, rule, Pulses.total(0.001, 32)),
                        plan(0, "rate", CENT, rule, Pulses.rate(0.001, 32)));
        stage.add(plans);
        reports.add(
                new ReportPolicy(
                        plans.stream().map(ChannelPlan::channel).toList(),
                        plans.stream().map(ChannelPlan::rule).toList(),
                        1000));
        Reading reading = new Reading(1);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20_000; i++) {
                time.advanceMs(1000);
                if (i % 97 == 0) {
                    reading.missing(0, Fault.TIMEOUT);
                } else {
                    reading.value(0, i * 7 % 11_000);
                }
                stage.reading(0, reading, true);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isZero();
        assertThat(count[0]).isPositive();
    }
}
