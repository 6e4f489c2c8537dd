package dev.pipit.sampling.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.driver.Fault;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterPipelineTest {
    private static FilterPipeline pipeline(String resolution, Filter... filters) {
        return new FilterPipeline(new BigDecimal(resolution), List.of(filters));
    }

    private static String run(FilterPipeline pipeline, long... values) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            boolean present = pipeline.apply(values[i], i * 1000L);
            out.append(present ? Long.toString(pipeline.value()) : pipeline.fault().name())
                    .append(' ');
        }
        return out.toString().strip();
    }

    @Test
    void emptyPipelinePassesEveryIntegerAsItIs() {
        assertThat(run(pipeline("0.01"), 2149, -1, Long.MAX_VALUE))
                .isEqualTo("2149 -1 9223372036854775807");
    }

    @Test
    void everyHundredthComesBackFromDoublesAsItWas() {
        FilterPipeline same = pipeline("0.01", Polynomial.offset(0));
        for (long i = -1_000_000; i <= 1_000_000; i += 7) {
            same.apply(i, 0);
            assertThat(same.value()).isEqualTo(i);
        }
    }

    @Test
    void offsetAndScaleAreInTheChannelsUnit() {
        FilterPipeline fahrenheit = pipeline("0.01", Polynomial.scale(1.8), Polynomial.offset(32));
        assertThat(run(fahrenheit, 0, 10000, -4000)).isEqualTo("3200 21200 -4000");
    }

    @Test
    void polynomialCurves() {
        assertThat(run(pipeline("1", new Polynomial(1, 2, 3)), 0, 1, 2, -1)).isEqualTo("1 6 17 2");
    }

    @Test
    void calibrationPointsAreMetAndTheOutermostLinesGoOn() {
        FilterPipeline calibrated =
                pipeline(
                        "1",
                        new CalibrationPoints(new double[] {0, 10, 20}, new double[] {5, 15, 45}));
        assertThat(run(calibrated, 0, 10, 20, 5, 15, -10, 30)).isEqualTo("5 15 45 10 30 -5 75");
    }

    @Test
    void medianPassesOverASpike() {
        assertThat(run(pipeline("1", new Window(Window.Kind.MEDIAN, 3)), 10, 10, 900, 11, 12, 12))
                .isEqualTo("10 10 10 11 12 12");
    }

    @Test
    void windowsAreShortAtFirst() {
        assertThat(run(pipeline("1", new Window(Window.Kind.MEAN, 4)), 4, 8, 12, 16, 20))
                .isEqualTo("4 6 8 10 14");
        assertThat(run(pipeline("1", new Window(Window.Kind.LEAST, 2)), 4, 8, 3, 9, 9))
                .isEqualTo("4 4 3 3 9");
        assertThat(run(pipeline("1", new Window(Window.Kind.GREATEST, 2)), 4, 8, 3, 2, 1))
                .isEqualTo("4 8 8 3 2");
    }

    @Test
    void exponentialAverageStartsAtTheFirstValue() {
        assertThat(run(pipeline("1", new ExponentialAverage(0.5)), 8, 16, 16, 0))
                .isEqualTo("8 12 14 7");
    }

    @Test
    void clampHoldsAndRangeFaults() {
        assertThat(run(pipeline("1", Range.clamp(0, 10)), -5, 5, 15)).isEqualTo("0 5 10");
        assertThat(run(pipeline("1", Range.orFault(0, 10)), -5, 5, 15))
                .isEqualTo("UNDER_RANGE 5 OVER_RANGE");
    }

    @Test
    void pulsesBecomeTotalAndRate() {
        assertThat(run(pipeline("1", Pulses.total(2, 0)), 100, 103, 110, 4)).isEqualTo("0 6 20 28");
        assertThat(run(pipeline("1", Pulses.rate(2, 0)), 100, 103, 110))
                .isEqualTo("WARMING_UP 6 14");
        assertThat(run(pipeline("1", Pulses.total(1, 8)), 250, 255, 2, 2)).isEqualTo("0 5 8 8");
    }

    @Test
    void resetForgetsAllButTotals() {
        FilterPipeline average = pipeline("1", new Window(Window.Kind.MEAN, 4));
        run(average, 100, 100);
        average.reset();
        assertThat(run(average, 4, 8)).isEqualTo("4 6");
        FilterPipeline total = pipeline("1", Pulses.total(1, 0));
        run(total, 0, 10);
        total.reset();
        assertThat(run(total, 50, 51)).isEqualTo("10 11");
    }

    @Test
    void resultBeyondWhatAFrameHoldsIsARangeFault() {
        FilterPipeline huge = pipeline("1", Polynomial.scale(1e300));
        assertThat(run(huge, 1, -1, 0)).isEqualTo("OVER_RANGE UNDER_RANGE 0");
        assertThat(huge.fault()).isEqualTo(Fault.UNDER_RANGE);
    }

    @Test
    void latencyIsStated() {
        assertThat(
                        pipeline(
                                        "1",
                                        new Window(Window.Kind.MEDIAN, 5),
                                        new ExponentialAverage(0.2),
                                        Polynomial.offset(1))
                                .latencyMs(1000))
                .isEqualTo(6000);
    }

    @Test
    void whatCannotBeAFilterIsRefusedWithItsReason() {
        assertThatThrownBy(() -> new Window(Window.Kind.MEAN, 0))
                .hasMessage("window of 0 samples: expected 1 to 1024");
        assertThatThrownBy(() -> new ExponentialAverage(0)).hasMessageContaining("weight 0.0");
        assertThatThrownBy(() -> Range.clamp(3, 3)).hasMessageContaining("lower bound first");
        assertThatThrownBy(() -> new Polynomial()).hasMessageContaining("expected 1 to 8");
        assertThatThrownBy(() -> Polynomial.offset(Double.NaN)).hasMessageContaining("a number");
        assertThatThrownBy(() -> new CalibrationPoints(new double[] {1, 1}, new double[] {1, 2}))
                .hasMessageContaining("lower bound first");
        assertThatThrownBy(() -> Pulses.total(1, 60)).hasMessageContaining("0 to 48");
    }

    @Test
    void filteringAllocatesNothing() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        FilterPipeline all =
                pipeline(
                        "0.01",
                        new Polynomial(0.1, 1.01, 0.0001),
                        new CalibrationPoints(new double[] {0, 50}, new double[] {0.2, 50}),
                        new Window(Window.Kind.MEDIAN, 9),
                        new Window(Window.Kind.MEAN, 9),
                        new ExponentialAverage(0.3),
                        Range.clamp(-40, 85),
                        Range.orFault(-40, 85),
                        Pulses.total(1, 0));
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 5 && allocated > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long unit = threads.getCurrentThreadAllocatedBytes() - before;
            before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20_000; i++) {
                all.apply(2000 + i % 100, i);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before - unit;
        }
        assertThat(allocated).isZero();
    }
}
