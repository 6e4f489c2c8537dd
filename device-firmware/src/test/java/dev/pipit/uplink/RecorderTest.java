package dev.pipit.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pipit.config.RecordingConfig;
import dev.pipit.config.SpoolConfig;
import dev.pipit.mqtt.packet.ReasonCode;
import dev.pipit.spool.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** From readings to what a broker has in the end, in virtual time. */
class RecorderTest extends RecorderHarness {
    @Test
    void anErrorThatIsLoggedIsInTheRecordOfTheRunAtOnce() throws Exception {
        LastError.note(time.monotonicNs(), "of this test");
        recorder.start(() -> {}, fault -> {}, () -> {}, now -> {});
        Path file = home.resolve("card").resolve("run");
        for (int i = 0; i < 500 && !Files.readString(file).contains("of this test"); i++) {
            Thread.sleep(10);
        }
        LastError.forget();
        assertThat(file).content().contains("of this test");
    }

    @Test
    void whatFailsToBeToldDoesNotEndTheThreadThatKeepsTheRecord() throws Exception {
        CountDownLatch thrice = new CountDownLatch(3);
        recorder.start(
                () -> {},
                fault -> {},
                () -> {
                    thrice.countDown();
                    throw new IllegalStateException("of this test");
                },
                now -> {});
        for (int i = 0; i < 500 && thrice.getCount() > 0; i++) {
            recorder.connected();
            Thread.sleep(10);
        }
        assertThat(thrice.getCount()).isZero();
    }

    @Test
    void theSchemaIsAcknowledgedBeforeTheFirstFrameThatNeedsIt() {
        broker.window = 1;
        recorder.connected();
        seconds(60);
        settle();
        assertThat(broker.log).containsExactly("pipit/d/schema/0 retained", "pipit/d/data");
        assertThat(broker.times()).isEqualTo(ticks(START + 6_000, 60));
        assertThat(broker.rows).noneMatch(FakeBroker.Row::backfilled);
    }

    @Test
    void aBatchIsSentWhenItGrowsOldThoughItIsNotFull() {
        recorder.connected();
        seconds(3);
        assertThat(broker.rows).isEmpty();
        for (int i = 0; i < 60; i++) {
            time.advanceMs(1_000);
            recorder.turn(nowMs());
            turn();
        }
        assertThat(broker.rows).hasSize(3);
    }

    @Test
    void aKilledProcessLosesNothingOfItsOpenBatch() throws IOException {
        seconds(130);
        kill();
        recorder.connected();
        settle();
        assertThat(broker.times()).isEqualTo(ticks(START + 6_000, 130));
        assertThat(broker.gaps).isEmpty();
    }

    @Test
    void killedAgainAndAgainItBringsEveryReadingBackOnce() throws IOException {
        for (int i = 0; i < 20; i++) {
            seconds(7 * i % 90 + 1);
            kill();
        }
        recorder.connected();
        settle();
        assertThat(broker.times()).isEqualTo(ticks(START + 6_000, (int) count));
    }

    @Test
    void volatileReadingsDoNotSurviveAndSyncedOnesSurviveAPowerCut() throws IOException {
        recorder.close();
        home = folder.resolve("synced");
        recording = new RecordingConfig(1, Duration.ofSeconds(60), Durability.SYNCED);
        open();
        seconds(10);
        powerCut();
        recorder.connected();
        settle();
        assertThat(broker.times()).isEqualTo(ticks(START + 6_000, 10));

        recorder.close();
        home = folder.resolve("volatile");
        recording = new RecordingConfig(5, Duration.ofSeconds(60), Durability.VOLATILE);
        open();
        seconds(20);
        kill();
        recorder.connected();
        settle();
        assertThat(broker.rows).isEmpty();
    }

    @Test
    void aPowerCutTakesAtMostTheLastGroupAndIsReported() throws IOException {
        seconds(600);
        powerCut();
        recorder.connected();
        settle();
        int came = broker.rows.size();
        assertThat(broker.times()).isEqualTo(ticks(START + 6_000, came));
        // The open batch of a minute, and the group of a minute before it.
        assertThat(came).isGreaterThanOrEqualTo(480);
        assertThat(broker.gaps).singleElement().asString().contains("\"reason\":\"power-cut\"");
    }

    @Test
    void aDayWithoutABrokerArrivesWholeInOrderLiveFirst() throws IOException {
        int day = 86_400;
        seconds(day);
        assertThat(recorder.health().backlog()).isEqualTo(day / 60);
        long connectedMs = nowMs();
        recorder.connected();
        broker.roundTripMs = 50;
        // Ten minutes more, in steps of 50 ms, with a reading each second.
        for (int step = 1; step <= 20 * 600; step++) {
            time.advanceMs(50);
            if (step % 20 == 0) {
                sample();
                recorder.turn(nowMs());
            }
            turn();
        }
        time.advanceMs(100);
        turn();
        List<FakeBroker.Row> late =
                broker.rows.stream().filter(FakeBroker.Row::backfilled).toList();
        List<FakeBroker.Row> live = broker.rows.stream().filter(row -> !row.backfilled()).toList();
        assertThat(late.stream().map(FakeBroker.Row::timeMs).toList())
                .as("the backlog, in order")
                .isEqualTo(ticks(START + 6_000, day));
        assertThat(live.stream().map(FakeBroker.Row::timeMs).toList())
                .as("live, in order")
                .isEqualTo(ticks(START + 6_000 + day * 1_000L, 600));
        assertThat(late.stream().map(FakeBroker.Row::value).toList())
                .isEqualTo(LongStream.range(0, day).boxed().toList());
        // The newest of a live batch is never older than a turn, whatever waits behind it.
        for (int i = 59; i < live.size(); i += 60) {
            long stampedMs = live.get(i).timeMs() - START;
            assertThat(live.get(i).atMs() - stampedMs).isLessThanOrEqualTo(50);
        }
        long lastMs = late.get(late.size() - 1).atMs() - connectedMs;
        assertThat(lastMs)
                .as("paced: 1440 messages, 100 ms apart, after up to 60 s")
                .isBetween(143_900L, 210_000L);
        assertThat(broker.mostInFlight).as("room for answers").isLessThan(5);
        assertThat(broker.gaps).isEmpty();
        assertThat(recorder.health().backlog()).isZero();
    }

    @Test
    void readingsFromBeforeTheClockWasSetGetTheirTimes() {
        bootWithoutClock();
        recorder.connected();
        seconds(70);
        assertThat(broker.rows).as("they wait for the clock").isEmpty();
        time.setWallMs(START + 75_000);
        time.synchronised(true);
        seconds(60);
        settle();
        assertThat(broker.times()).isEqualTo(ticks(START + 6_000, 130));
        assertThat(broker.rows).noneMatch(FakeBroker.Row::sinceBoot);
    }

    @Test
    void whereTheClockIsNeverSetTimesCountFromBootAndSaySo() {
        bootWithoutClock();
        recorder.connected();
        seconds(300);
        settle();
        assertThat(broker.times()).isEqualTo(ticks(6_000, 300));
        assertThat(broker.rows).allMatch(FakeBroker.Row::sinceBoot);
    }

    @Test
    void anEarlierBootsReadingsGetTheirTimesByItsOwnClock() throws IOException {
        bootWithoutClock();
        seconds(60);
        time.setWallMs(START + 65_000);
        time.synchronised(true);
        seconds(1);
        recorder.close();
        boot++;
        open();
        recorder.connected();
        settle();
        assertThat(broker.times()).isEqualTo(ticks(START + 6_000, 61));
    }

    @Test
    void aClockThatJumpsAYearLeavesNoWrongTimeBehind() {
        // Set, but by a battery that had died a year ago.
        seconds(90);
        time.setWallMs(START + 95_000 + YEAR);
        seconds(90);
        recorder.connected();
        settle();
        assertThat(broker.times())
                .containsExactlyInAnyOrderElementsOf(ticks(START + YEAR + 6_000, 180));
        assertThat(broker.rows).noneMatch(FakeBroker.Row::sinceBoot);
    }

    @Test
    void aQuotaThatIsExceededKeepsReadingsAndBacksOff() {
        recorder.connected();
        broker.answer =
                message ->
                        message.topic().endsWith("/data") && message.count() < 6
                                ? ReasonCode.QUOTA_EXCEEDED
                                : ReasonCode.SUCCESS;
        seconds(600);
        settle();
        assertThat(broker.times()).containsExactlyInAnyOrderElementsOf(ticks(START + 6_000, 600));
        assertThat(recorder.health().backlog()).isZero();
    }

    @Test
    void readingsThatTheBrokerRefusesAreSetAsideCountedAndTriedAgain() {
        recorder.connected();
        broker.answer =
                message ->
                        message.topic().endsWith("/data") && message.count() < 4
                                ? ReasonCode.NOT_AUTHORIZED
                                : ReasonCode.SUCCESS;
        seconds(300);
        settle();
        assertThat(recorder.health().setAside()).isEqualTo(2);
        assertThat(recorder.health().backlog()).isEqualTo(2);
        assertThat(broker.rows).hasSize(180);
        recorder.disconnected();
        broker.cut();
        recorder.connected();
        settle();
        assertThat(broker.times()).containsExactlyInAnyOrderElementsOf(ticks(START + 6_000, 300));
    }

    @Test
    void whatACutLeftUnacknowledgedComesAgainAndNothingTwiceAfterUpsert() {
        broker.roundTripMs = 2_000;
        Random random = new Random(3);
        List<Long> came = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            recorder.connected();
            seconds(random.nextInt(100));
            recorder.disconnected();
            broker.cut();
            seconds(random.nextInt(100));
        }
        recorder.connected();
        settle();
        seconds(61);
        settle();
        came.addAll(broker.rows.stream().map(FakeBroker.Row::timeMs).distinct().sorted().toList());
        assertThat(came).hasSizeGreaterThanOrEqualTo((int) count - 60);
        for (int i = 1; i < came.size(); i++) {
            assertThat(came.get(i) - came.get(i - 1)).isPositive();
        }
        assertThat(broker.rows)
                .allSatisfy(row ->
                        assertThat(broker.rows)
                                .filteredOn(other -> other.timeMs() == row.timeMs())
                                .allMatch(other -> other.value() == row.value()));
    }

    @Test
    void whatAFullSpoolDropsIsReportedRecordForRecord() {
        recorder.close();
        home = folder.resolve("small");
        settings =
                new SpoolConfig(
                        null,
                        null,
                        1 << 19,
                        1 << 18,
                        0,
                        dev.pipit.spool.DropPolicy.OLDEST,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        Duration.ZERO);
        recording = new RecordingConfig(1, Duration.ofSeconds(60), Durability.DURABLE);
        open();
        for (int i = 0; i < 15_000; i++) {
            time.advanceMs(1_000);
            sample();
            if (i % 20 == 0) {
                recorder.turn(nowMs());
                turn();
            }
        }
        recorder.connected();
        settle();
        long lost =
                broker.gaps.stream()
                        .mapToLong(gap ->
                                Long.parseLong(gap.replaceAll(".*\"records\":([0-9]+).*", "$1")))
                        .sum();
        assertThat(lost).isPositive();
        assertThat(broker.gaps).allMatch(gap -> gap.contains("\"sensor\":\"air\",\"schema\":0,"));
        assertThat(broker.times()).isSorted().doesNotHaveDuplicates();
        assertThat(lost + broker.rows.size()).as("%s", broker.gaps).isEqualTo(count);
    }

    @Test
    void onlyOneProcessMayWriteThere() {
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use by another pipit");
    }

    @Test
    void schemaIdsStayTheSameOverRestarts() throws IOException {
        assertThat(recorder.schemas().get(0).id()).isZero();
        String before = Files.readString(home.resolve("card/schemas"));
        recorder.close();
        open();
        assertThat(recorder.schemas().get(0).id()).isZero();
        assertThat(before).contains("air");
    }
}
