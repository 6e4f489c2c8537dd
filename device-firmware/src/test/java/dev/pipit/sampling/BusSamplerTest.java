package dev.pipit.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.pipit.driver.Fault;
import dev.pipit.telemetry.Reading;
import dev.pipit.testkit.FakeSensor;
import dev.pipit.testkit.FakeTime;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BusSamplerTest {
    /** 2026-11-22T12:00:00.123Z: between two ticks of every interval used here. */
    private static final long START_MS = 1_795_348_800_123L;

    private record Row(
            int sensor, long timeMs, boolean present, long value, boolean synchronised) {}

    private final FakeTime time = new FakeTime(START_MS);
    private final List<Row> rows = new ArrayList<>();
    private final List<String> health = new ArrayList<>();
    private final BusSampler sampler =
            new BusSampler(
                    "i2c-1",
                    time,
                    (sensor, reading, synchronised) ->
                            rows.add(
                                    new Row(
                                            sensor,
                                            reading.timeMs(),
                                            reading.present(0),
                                            reading.value(0),
                                            synchronised)),
                    new HealthSink() {
                        @Override
                        public void failing(int sensor, Fault fault, @Nullable String trouble) {
                            health.add(sensor + " failing " + fault);
                        }

                        @Override
                        public void recovered(int sensor) {
                            health.add(sensor + " recovered");
                        }
                    });

    @Test
    void aTransferThatHangsIsReportedOnceForEverySensorOfItsBusAndOverWithTheNextValue() {
        FakeSensor first = new FakeSensor(time, 0);
        sampler.add(0, "a", first, 1_000);
        sampler.add(1, "b", new FakeSensor(time, 0), 1_000);
        runFor(2_000);
        assertThat(sampler.hangs()).isFalse();
        first.duringTransfer =
                () -> {
                    assertThat(sampler.hangs()).isFalse();
                    time.advanceMs(3_500);
                    assertThat(sampler.hangs()).isTrue();
                    time.advanceMs(60_000);
                    assertThat(sampler.hangs()).isTrue();
                    first.duringTransfer = () -> {};
                };
        runFor(1_000);
        assertThat(sampler.hangs()).isFalse();
        runFor(2_000);
        assertThat(health)
                .containsExactly(
                        "0 failing TIMEOUT", "1 failing TIMEOUT", "1 recovered", "0 recovered");
    }

    @Test
    void anAlarmIsToldAgainOnlyWhereThereIsMoreToSay() {
        FakeSensor sensor = new FakeSensor(time, 0);
        sensor.failsToBegin = Fault.TIMEOUT;
        sampler.add(0, "a", sensor, 1_000);
        runFor(60_000);
        assertThat(health).containsExactly("0 failing TIMEOUT");
        sensor.failsToBegin = Fault.NO_ANSWER;
        runFor(60_000);
        assertThat(health).containsExactly("0 failing TIMEOUT", "0 failing NO_ANSWER");
    }

    @Test
    void anotherIntervalHoldsFromTheNextOfItsMultiplesOnAndTheOthersKeepTheirs() {
        sampler.add(0, "a", new FakeSensor(time, 0), 1_000);
        sampler.add(1, "b", new FakeSensor(time, 0), 10_000);
        runFor(2_000);
        rows.clear();
        sampler.interval(0, 5_000);
        runFor(10_000);
        assertThat(rows)
                .filteredOn(row -> row.sensor() == 0)
                .extracting(Row::timeMs)
                .containsExactly(1_795_348_805_000L, 1_795_348_810_000L);
        assertThat(rows)
                .filteredOn(row -> row.sensor() == 1)
                .extracting(Row::timeMs)
                .containsExactly(1_795_348_810_000L);
    }

    @Test
    void aSensorThatFailsIsTriedBeforeItsBackOffEndsWhereSomebodyAsks() {
        FakeSensor sensor = new FakeSensor(time, 0);
        sensor.failsToBegin = Fault.NO_ANSWER;
        sampler.add(0, "a", sensor, 1_000);
        sampler.add(1, "b", new FakeSensor(time, 0), 1_000);
        runFor(60_000);
        sensor.failsToBegin = null;
        long before = rows.size();
        sampler.tryFailing();
        runFor(1_000);
        assertThat(health).containsExactly("0 failing NO_ANSWER", "0 recovered");
        assertThat(rows.subList((int) before, rows.size()))
                .extracting(Row::sensor)
                .containsOnlyOnce(0);
        List<Long> times = rows.stream().filter(r -> r.sensor() == 0).map(Row::timeMs).toList();
        assertThat(times).doesNotHaveDuplicates().isSorted();
        assertThat(times.getLast() % 1_000).isZero();
        long other = rows.stream().filter(row -> row.sensor() == 1).count();
        runFor(1_000);
        sampler.tryFailing();
        runFor(1_000);
        assertThat(rows.stream().filter(row -> row.sensor() == 1).count())
                .as("who does not fail is read as ever")
                .isEqualTo(other + 2);
    }

    @Test
    void readsAtOnceAndThenOnMultiplesOfTheInterval() {
        sampler.add(0, "a", new FakeSensor(time, 0), 10_000);
        runFor(35_000);
        assertThat(rows)
                .extracting(Row::timeMs)
                .containsExactly(
                        1_795_348_800_000L,
                        1_795_348_810_000L,
                        1_795_348_820_000L,
                        1_795_348_830_000L);
    }

    @Test
    void aConversionTakesTheTimeThatTheDriverAskedForAndTheReadingCarriesTheTick() {
        sampler.add(0, "a", new FakeSensor(time, 9), 1_000);
        runFor(3_000);
        assertThat(rows)
                .extracting(Row::timeMs)
                .containsExactly(
                        1_795_348_800_000L,
                        1_795_348_801_000L,
                        1_795_348_802_000L,
                        1_795_348_803_000L);
    }

    @Test
    void ticksDoNotDriftThoughEveryReadingTakesLong() {
        FakeSensor slow = new FakeSensor(time, 100);
        slow.transferMs = 150;
        sampler.add(0, "slow", slow, 1_000);
        runFor(3_600_000);
        assertThat(rows).hasSizeBetween(3_600, 3_601);
        assertThat(rows.subList(1, rows.size())).allMatch(row -> row.timeMs() % 1_000 == 0);
        assertThat(rows).extracting(Row::timeMs).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void aBusThatIsTooSlowSkipsTicksInsteadOfFallingBehind() {
        FakeSensor slow = new FakeSensor(time, 0);
        slow.transferMs = 700;
        sampler.add(0, "slow", slow, 1_000);
        runFor(20_000);
        long last = rows.get(rows.size() - 1).timeMs();
        assertThat(time.wallMs() - last).isLessThan(3_000);
        assertThat(rows).extracting(Row::timeMs).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void aReadingThatComesTooLateForItsTickCarriesItsTrueTimeRoundedDownToTheQuantum() {
        FakeSensor hog = new FakeSensor(time, 0);
        hog.transferMs = 300;
        sampler.add(0, "hog", hog, 1_000);
        sampler.add(1, "late", new FakeSensor(time, 0), 1_100);
        runFor(30_000);
        assertThat(rows)
                .filteredOn(row -> row.sensor() == 1)
                .allMatch(row -> row.timeMs() % 100 == 0);
    }

    @Test
    void aBrokenSensorNeitherStopsNorDelaysAnother() {
        FakeSensor broken = new FakeSensor(time, 0);
        broken.breaks = new IllegalStateException("driver bug");
        sampler.add(0, "broken", broken, 1_000);
        sampler.add(1, "well", new FakeSensor(time, 0), 1_000);
        runFor(10_000);
        assertThat(rows).filteredOn(row -> row.sensor() == 1 && row.present()).hasSize(11);
        assertThat(rows).filteredOn(row -> row.sensor() == 0).isNotEmpty().noneMatch(Row::present);
        assertThat(health).containsExactly("0 failing OTHER");
    }

    @Test
    void aMissingSensorIsRetriedForEverWithBackOffAndComesBackByItself() {
        FakeSensor sensor = new FakeSensor(time, 5);
        sensor.failsToBegin = Fault.NO_ANSWER;
        sampler.add(0, "a", sensor, 1_000);
        runFor(3_600_000);
        assertThat(health).containsExactly("0 failing NO_ANSWER");
        assertThat(sensor.begun).isBetween(360, 380);
        sensor.failsToBegin = null;
        runFor(10_000);
        assertThat(health).containsExactly("0 failing NO_ANSWER", "0 recovered");
        int before = rows.size();
        runFor(10_000);
        assertThat(rows.size() - before).isEqualTo(10);
        assertThat(rows.get(rows.size() - 1).timeMs() % 1_000).isZero();
    }

    @Test
    void aSingleGlitchRaisesNoAlarm() {
        FakeSensor sensor = new FakeSensor(time, 5);
        sampler.add(0, "a", sensor, 1_000);
        runFor(5_000);
        sensor.failsToRead = Fault.CHECKSUM;
        runFor(1_000);
        sensor.failsToRead = null;
        runFor(5_000);
        assertThat(health).isEmpty();
        assertThat(rows).filteredOn(row -> !row.present()).hasSize(1);
    }

    @Test
    void aWallClockThatIsSetMovesTheTicksOnceAndReadingsGoOnAtTheirInterval() {
        sampler.add(0, "a", new FakeSensor(time, 0), 1_000);
        runFor(5_000);
        time.setWallMs(START_MS + 365L * 86_400_000 + 456);
        rows.clear();
        runFor(10_000);
        assertThat(rows).hasSizeBetween(10, 12);
        assertThat(rows.subList(1, rows.size())).allMatch(row -> row.timeMs() % 1_000 == 0);
        assertThat(rows).extracting(Row::timeMs).isSorted();
    }

    @Test
    void withoutASetClockReadingsCountFromBootAndSaySo() {
        time.synchronised(false);
        sampler.add(0, "a", new FakeSensor(time, 0), 1_000);
        runFor(2_000);
        assertThat(rows).extracting(Row::timeMs).containsExactly(0L, 1_000L, 2_000L);
        assertThat(rows).noneMatch(Row::synchronised);
    }

    @Test
    void aReadingAllocatesNothing() {
        Counter counter = new Counter();
        BusSampler quiet = new BusSampler("i2c-1", time, counter, noHealth());
        quiet.add(0, "a", new FakeSensor(time, 5), 1_000);
        quiet.add(1, "b", new FakeSensor(time, 0), 1_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        spin(quiet, 20_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        spin(quiet, 20_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(counter.readings).isGreaterThan(20_000);
        assertThat(allocated).isLessThan(20_000);
    }

    private static final class Counter implements ReadingSink {
        private long readings;

        @Override
        public void reading(int sensor, Reading reading, boolean synchronised) {
            readings++;
        }
    }

    private static HealthSink noHealth() {
        return new HealthSink() {
            @Override
            public void failing(int sensor, Fault fault, @Nullable String trouble) {}

            @Override
            public void recovered(int sensor) {}
        };
    }

    private void spin(BusSampler quiet, int turns) {
        for (int turn = 0; turn < turns; turn++) {
            long waitNs = quiet.advance() - time.monotonicNs();
            if (waitNs > 0) {
                time.advanceNs(waitNs);
            }
        }
    }

    /** Plays the loop's thread: calls when it is due, and lets virtual time pass in between. */
    private void runFor(long ms) {
        long endNs = time.monotonicNs() + ms * 1_000_000;
        while (true) {
            long nextNs = sampler.advance();
            if (nextNs > endNs) {
                time.advanceNs(Math.max(0, endNs - time.monotonicNs()));
                return;
            }
            time.advanceNs(Math.max(0, nextNs - time.monotonicNs()));
        }
    }
}
