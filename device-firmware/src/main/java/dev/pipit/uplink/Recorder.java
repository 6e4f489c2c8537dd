package dev.pipit.uplink;

import dev.pipit.config.AgentConfig;
import dev.pipit.config.DeviceConfig;
import dev.pipit.config.SensorConfig;
import dev.pipit.config.SpoolConfig;
import dev.pipit.spool.Spool;
import dev.pipit.spool.SpoolOptions;
import dev.pipit.telemetry.FormatException;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.SchemaIds;
import dev.pipit.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The record of a device: readings become batches, batches become frames, frames wait in the spool
 * until the broker has acknowledged them.
 *
 * <p>One thread of its own, {@code spool}, closes old batches, moves records to the card and lets
 * the backlog flow; samplers never wait for it.
 */
public final class Recorder implements AutoCloseable {
    private static final long TURN_MS = 1_000;
    private static final long SHORTEST_WAIT_MS = 10;

    private final SpoolFolders folders;
    private final RunRecord run;
    private final Spool spool;
    private final List<Schema> schemas;
    private final ReadingStore readings;
    private final SpooledPublishes publishes;
    private final @Nullable FrameTranslation translation;
    private final BootClock clock;
    private final TimeSource time;
    private final Thread thread;

    private volatile Runnable wake = () -> {};
    private volatile Consumer<@Nullable String> faults = fault -> {};
    private volatile Runnable diagnose = () -> {};
    private volatile LongConsumer second = nowMs -> {};
    private volatile boolean stopping;
    private final long healthMs;
    private volatile long nextHealthMs;

    /**
     * Opens the spool, brings back what an earlier process left, and numbers the schemas.
     *
     * @param unnumbered a schema per sensor, in the order of the configuration; ids do not matter
     * @throws IllegalStateException if another process has the directories
     */
    public Recorder(AgentConfig config, List<Schema> unnumbered, TimeSource time) {
        this(config, unnumbered, time, bootNumber(Birth.bootId()), new SplittableRandom());
    }

    /**
     * As above, with what differs from boot to boot.
     *
     * @param boot names this boot
     */
    Recorder(
            AgentConfig config,
            List<Schema> unnumbered,
            TimeSource time,
            long boot,
            RandomGenerator random) {
        this.time = time;
        SpoolConfig settings = config.spool();
        folders = new SpoolFolders(settings);
        if (!folders.keepsAnything() && !unnumbered.isEmpty()) {
            Logger.info(
                    "readings that wait for the broker are kept in memory only: write 'state:"
                            + " DIRECTORY' to keep them over restarts");
        }
        spool =
                Spool.open(
                        options(settings),
                        folders.ring(),
                        folders.drafts(),
                        folders.card(),
                        folders.synced());
        spool.online(false, nowMs());
        StateFile idFile = folders.file("schemas");
        SchemaIds ids = ids(idFile);
        long wallMs = time.synchronised() ? time.wallMs() : 0;
        List<Schema> numbered = new ArrayList<>();
        for (int i = 0; i < unnumbered.size(); i++) {
            numbered.add(ids.assign(config.sensors().get(i).name(), unnumbered.get(i), wallMs));
        }
        if (idFile != null) {
            // Before the first frame with a new id.
            idFile.write(ids.toJson());
        }
        schemas = List.copyOf(numbered);
        clock = new BootClock(time, boot, folders.file("boots"));
        healthMs = config.health().toMillis();
        run = new RunRecord(folders.file("run"), Long.toHexString(boot), time);
        clock.observe();
        int recovered = new DraftRecovery(spool, ids::byId).run();
        if (recovered > 0) {
            Logger.info("{} readings of open batches brought back", recovered);
        }
        List<ReadingStore.Sensor> sensors = new ArrayList<>();
        for (int i = 0; i < schemas.size(); i++) {
            SensorConfig sensor = config.sensors().get(i);
            sensors.add(new ReadingStore.Sensor(schemas.get(i), sensor.recording()));
        }
        readings = new ReadingStore(spool, sensors, clock, time);
        translation = translation(config, ids);
        publishes =
                new SpooledPublishes(
                        spool,
                        new Topics(config.device()),
                        schemas,
                        ids::byId,
                        ids::sensorOf,
                        translation,
                        clock,
                        settings.pace().toMillis(),
                        settings.backlogDelay().toMillis(),
                        random);
        thread = new Thread(this::loop, "spool");
        thread.setDaemon(true);
    }

    private @Nullable FrameTranslation translation(AgentConfig config, SchemaIds ids) {
        DeviceConfig device = config.device();
        return switch (config.format()) {
            case COMPACT -> null;
            case JSON, SENML_JSON, SENML_CBOR ->
                    new PlainTranslation(
                            config.format(),
                            device.id(),
                            new Topics(device),
                            ids::byId,
                            ids::sensorOf,
                            time);
            case SPARKPLUG_B ->
                    new SparkplugTranslation(
                            device.root(),
                            device.id(),
                            config.sensors().stream().map(SensorConfig::name).toList(),
                            schemas,
                            time);
        };
    }

    /** What frames become on their way out; {@code null}: they go as they are. */
    @Nullable FrameTranslation translation() {
        return translation;
    }

    private static SpoolOptions options(SpoolConfig config) {
        int segments = (int) (config.bytes() >> 16);
        int synced = Math.max(3, segments / 4);
        return new SpoolOptions(
                Math.max(3, segments - synced),
                synced,
                (int) (config.ringBytes() >> 16),
                config.floorBytes(),
                config.moveAfter().toMillis(),
                Math.min(10_000, config.moveAfter().toMillis()),
                config.group().toMillis(),
                config.policy(),
                StoredRecord::origin);
    }

    private static SchemaIds ids(@Nullable StateFile file) {
        String text = file == null ? null : file.read();
        if (text == null || file == null) {
            return new SchemaIds();
        }
        try {
            return SchemaIds.parse(text);
        } catch (FormatException damaged) {
            file.setAside(String.valueOf(damaged.getMessage()));
            return new SchemaIds();
        }
    }

    /** The first half of the boot's identifier: enough to tell boots of one device apart. */
    private static long bootNumber(String bootId) {
        try {
            return UUID.fromString(bootId).getMostSignificantBits();
        } catch (IllegalArgumentException odd) {
            return UUID.nameUUIDFromBytes(bootId.getBytes(StandardCharsets.UTF_8))
                    .getMostSignificantBits();
        }
    }

    /** One per sensor, with its id. */
    public List<Schema> schemas() {
        return schemas;
    }

    SpooledPublishes publishes() {
        return publishes;
    }

    /**
     * Takes a reading; hot, called on the sampler threads.
     *
     * @param synchronised whether its time counts from the epoch
     */
    void add(int sensor, Reading reading, boolean synchronised) {
        if (readings.add(sensor, reading, synchronised)) {
            wake.run();
        }
    }

    /**
     * Starts the thread.
     *
     * @param wake told when something may be due; must not wait for anything
     * @param faults told what is wrong with the disks, on the recorder's thread; {@code null}:
     *     nothing any more
     * @param diagnose called as often as configured, and soon after a connection was made
     * @param second called each second with the time, ms of a monotonic clock
     */
    void start(
            Runnable wake,
            Consumer<@Nullable String> faults,
            Runnable diagnose,
            LongConsumer second) {
        this.wake = wake;
        this.diagnose = diagnose;
        this.second = second;
        this.faults = faults;
        thread.start();
    }

    void connected() {
        clock.observe();
        publishes.connected(nowMs());
        nextHealthMs = nowMs();
        LockSupport.unpark(thread);
    }

    void disconnected() {
        publishes.disconnected(nowMs());
    }

    private long nowMs() {
        return time.monotonicNs() / 1_000_000;
    }

    private void loop() {
        String told = null;
        long nextTurnMs = nowMs();
        while (!stopping) {
            long now = nowMs();
            if (now >= nextTurnMs) {
                nextTurnMs = now + TURN_MS;
                turn(now);
                going(() -> second.accept(now));
                going(run::keep);
                String fault = spool.fault();
                if (!Objects.equals(fault, told)) {
                    told = fault;
                    faults.accept(fault);
                }
            }
            if (healthMs > 0 && now >= nextHealthMs) {
                nextHealthMs = now + healthMs;
                going(diagnose);
            }
            if (publishes.advance(now)) {
                wake.run();
            }
            long waitMs = Math.min(nextTurnMs - nowMs(), publishes.waitMs());
            LockSupport.parkNanos(this, Math.max(SHORTEST_WAIT_MS, waitMs) * 1_000_000);
        }
    }

    /** Nothing that is told is worth the thread that keeps the record. */
    private static void going(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException defect) {
            Logger.error(defect, "telling how things are failed unexpectedly; going on");
        }
    }

    /** What is due each second. */
    void turn(long now) {
        try {
            clock.observe();
            readings.closeOld();
            spool.work(now);
        } catch (RuntimeException defect) {
            Logger.error(defect, "the spool failed unexpectedly; going on");
        }
    }

    /** Ends every batch, so that what was read so far can be sent. */
    public void closeBatches() {
        readings.closeAll();
        wake.run();
    }

    /** A small file beside the spool; {@code null}: nothing survives a restart. */
    @Nullable StateFile stateFile(String name) {
        return folders.file(name);
    }

    /** Readings that found no room in the spool since start. */
    long refused() {
        return readings.refused();
    }

    /** How things stand, for diagnostics. */
    SpoolHealth health() {
        return new SpoolHealth(
                spool.backlog(),
                spool.badRecords(),
                spool.gaps().size(),
                publishes.delivered(),
                publishes.setAside(),
                readings.refused(),
                spool.fault());
    }

    /** Moves all that was not delivered to the card and lets the directories go. */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join(5_000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        readings.closeAll();
        spool.close();
        run.ended();
        folders.close();
    }

    /** Why this process runs, and its last error. */
    public RunRecord run() {
        return run;
    }
}
