package dev.pipit.agent;

import dev.pipit.command.PulseCounter;
import dev.pipit.command.TotalsFile;
import dev.pipit.command.TotalsFile.Total;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.InputConfig;
import dev.pipit.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The pulse counters: edges come from the inputs' thread, reports and the card from the thread that
 * keeps records. A card is written once a minute at most and at the end: a power cut costs what was
 * counted within that minute.
 *
 * <p>Thread-safe; no edge waits for the card.
 */
final class PulseTotals {
    static final long SAVE_NS = 60_000_000_000L;

    /** Hears of a total that has grown; on the thread that keeps records. */
    interface Report {
        void counted(String input, long sinceLast, long total, long sinceEpochMs, long glitches);
    }

    private static final class Meter {
        final PulseCounter counter;
        final long reportNs;
        long sinceEpochMs;
        long told;
        long toldNs;

        Meter(PulseCounter counter, long reportNs, long sinceEpochMs, long nowNs) {
            this.counter = counter;
            this.reportNs = reportNs;
            this.sinceEpochMs = sinceEpochMs;
            told = counter.total();
            toldNs = nowNs;
        }
    }

    private final TimeSource time;
    private final @Nullable TotalsFile file;

    // guarded by this
    private final Map<String, Meter> meters = new LinkedHashMap<>();
    private Map<String, Total> saved;

    // of the thread that keeps records
    private long savedNs;

    PulseTotals(AgentConfig config, TimeSource time) {
        this.time = time;
        savedNs = time.monotonicNs();
        boolean any =
                config.inputs().stream()
                        .anyMatch(input -> input.kind() instanceof InputConfig.Kind.Counter);
        Path state = config.state();
        file = !any || state == null ? null : new TotalsFile(state.resolve("totals"));
        saved = read(state);
        for (InputConfig input : config.inputs()) {
            if (input.kind() instanceof InputConfig.Kind.Counter kind) {
                Total before = saved.getOrDefault(input.name(), new Total(0, 0));
                meters.put(
                        input.name(),
                        new Meter(
                                new PulseCounter(kind.shortest().toNanos(), before.pulses()),
                                kind.report().toNanos(),
                                before.sinceEpochMs(),
                                time.monotonicNs()));
            }
        }
    }

    private Map<String, Total> read(@Nullable Path state) {
        if (file == null || state == null) {
            return Map.of();
        }
        try {
            Files.createDirectories(state);
            return file.read();
        } catch (IOException e) {
            Logger.error("totals of counters: {}; counting begins at 0", e.toString());
            return Map.of();
        }
    }

    boolean none() {
        return meters.isEmpty();
    }

    /**
     * An edge; on the inputs' thread.
     *
     * @return whether the input is a counter
     */
    synchronized boolean edge(String input, boolean active, long atNs) {
        Meter meter = meters.get(input);
        if (meter == null) {
            return false;
        }
        meter.counter.edge(active, atNs);
        return true;
    }

    /** Tells totals that have grown and saves them when it is time; on a thread that may wait. */
    void turn(Report report) {
        long nowNs = time.monotonicNs();
        synchronized (this) {
            for (Map.Entry<String, Meter> entry : meters.entrySet()) {
                Meter meter = entry.getValue();
                if (meter.sinceEpochMs == 0 && time.synchronised()) {
                    meter.sinceEpochMs = time.wallMs();
                }
                long total = meter.counter.total();
                if (total != meter.told && nowNs - meter.toldNs >= meter.reportNs) {
                    report.counted(
                            entry.getKey(),
                            total - meter.told,
                            total,
                            meter.sinceEpochMs,
                            meter.counter.glitches());
                    meter.told = total;
                    meter.toldNs = nowNs;
                }
            }
        }
        if (nowNs - savedNs >= SAVE_NS) {
            save();
        }
    }

    /** Puts totals that have changed on the card. */
    void save() {
        savedNs = time.monotonicNs();
        Map<String, Total> totals = new LinkedHashMap<>();
        synchronized (this) {
            meters.forEach((name, meter) ->
                    totals.put(name, new Total(meter.counter.total(), meter.sinceEpochMs)));
        }
        TotalsFile to = file;
        if (to == null || totals.equals(saved)) {
            return;
        }
        try {
            to.write(totals);
            saved = totals;
        } catch (IOException e) {
            Logger.error("totals of counters: {}; tried again in a minute", e.toString());
        }
    }
}
