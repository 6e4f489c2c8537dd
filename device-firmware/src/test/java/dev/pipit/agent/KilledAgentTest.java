package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.MqttClient;
import dev.pipit.testkit.Mosquitto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent as it is installed, killed without warning again and again, before a real mosquitto.
 *
 * <p>What anybody saw on the live topic had been accepted: all of it has to be in the record in the
 * end or in a gap that was reported, and no reading twice ({@link Ledger}). {@code
 * -Dpipit.kills=10000} makes the night long, {@code -Dpipit.agents} says how many are killed beside
 * each other, {@code -Dpipit.progress} names a file for a line every ten seconds.
 */
@Tag("real")
class KilledAgentTest {
    private static final int AGENTS = Integer.getInteger("pipit.agents", 3);

    /** After so long nobody waits for a reading any more: the agent has been back several times. */
    private static final long OVERDUE_MS = 60_000;

    @TempDir Path folder;
    private @Nullable String jars;
    private final Ledger ledger = new Ledger();
    private final AtomicInteger killed = new AtomicInteger();

    @Test
    void killedAgentsLoseNothingThatAnybodySaw() throws Exception {
        int kills = Integer.getInteger("pipit.kills", 300);
        try (Mosquitto broker = Mosquitto.start("max_queued_messages 0");
                MqttClient ear = ledger.listen(broker.url());
                Progress progress = new Progress(kills)) {
            killAll(broker.url(), kills, "durable");
            assertThat(ear.isConnected()).isTrue();
            // The broker has it all; the ledger may have some of it still to read.
            for (int i = 0; i < 100 && !ledger.lost(Long.MAX_VALUE).isEmpty(); i++) {
                Thread.sleep(50);
            }
            progress.tell();
            System.out.printf(
                    "%d kills: %d readings seen live, %d in the record, %d lost, %d unreported gaps,"
                            + " %d duplicates after upsert; %d readings came again, as they were%n",
                    killed.get(),
                    ledger.seen(),
                    ledger.recorded(),
                    ledger.lost(Long.MAX_VALUE).size(),
                    ledger.unreportedGaps().size(),
                    ledger.duplicates().size(),
                    ledger.again());
            assertThat(ledger.lost(Long.MAX_VALUE)).as("seen live, not in the record").isEmpty();
            assertThat(ledger.unreportedGaps()).as("unreported gaps").isEmpty();
            assertThat(ledger.duplicates()).as("duplicates after upsert").isEmpty();
            assertThat(ledger.undecodable()).isEmpty();
            assertThat(ledger.gaps()).as("gaps, for nothing was lost").isZero();
            assertThat(killed).hasValue(kills);
            assertThat(ledger.seen()).as("readings seen").isGreaterThan(kills / 2);
        }
    }

    /** The check can fail: readings that survive nothing are missed. */
    @Test
    void killedAgentsThatKeepNothingAreFoundOut() throws Exception {
        try (Mosquitto broker = Mosquitto.start("max_queued_messages 0");
                MqttClient ear = ledger.listen(broker.url())) {
            killAll(broker.url(), 12, "volatile");
            assertThat(ear.isConnected()).isTrue();
            assertThat(ledger.lost(Long.MAX_VALUE)).as("seen, not in the record").isNotEmpty();
            assertThat(ledger.unreportedGaps()).as("unreported gaps").isNotEmpty();
        }
    }

    /** Says how far the kills are, for whoever watches: a night is long. */
    private final class Progress implements AutoCloseable {
        private final int kills;
        private final long begunNs = System.nanoTime();
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final @Nullable String file = System.getProperty("pipit.progress");

        Progress(int kills) {
            this.kills = kills;
            if (file != null) {
                Future<?> unused = clock.scheduleAtFixedRate(this::tell, 10, 10, TimeUnit.SECONDS);
            }
        }

        synchronized void tell() {
            if (file == null) {
                return;
            }
            int done = killed.get();
            double minutes = (System.nanoTime() - begunNs) / 60e9;
            String line =
                    "%d of %d kills, %d readings seen, %d lost so far, %d duplicates, %.0f min left%n"
                            .formatted(
                                    done,
                                    kills,
                                    ledger.seen(),
                                    ledger.lost(System.currentTimeMillis() - OVERDUE_MS).size(),
                                    ledger.duplicates().size(),
                                    done == 0 ? 0 : minutes * (kills - done) / done);
            try {
                Files.writeString(
                        Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }
    }

    private void killAll(URI broker, int kills, String keep) throws Exception {
        Path archive = folder.resolve("classes.jsa");
        ExecutorService pool = Executors.newFixedThreadPool(AGENTS);
        try {
            // As they end, so that what ends one of them in the wrong way ends the test at once.
            CompletionService<@Nullable Void> ends = new ExecutorCompletionService<>(pool);
            for (int i = 0; i < AGENTS; i++) {
                String device = keep + i;
                int share = kills / AGENTS + (i < kills % AGENTS ? 1 : 0);
                int seed = i;
                Callable<@Nullable Void> work =
                        () -> {
                            kill(device, keep, broker, archive, share, seed);
                            return null;
                        };
                if (i == 0 && !Files.exists(archive)) {
                    // The first run, which ends in order, leaves its classes for faster starts.
                    endInOrder(start(device, keep, broker, archive), device);
                }
                ends.submit(work);
            }
            for (int i = 0; i < AGENTS; i++) {
                ends.take().get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private void kill(String device, String keep, URI broker, Path archive, int kills, long seed)
            throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < kills; i++) {
            long before = ledger.liveOf(device);
            long begunMs = System.currentTimeMillis();
            Process agent = start(device, keep, broker, archive);
            if (random.nextBoolean()) {
                await("a reading of " + device, () -> ledger.liveOf(device) > before);
                Thread.sleep(random.nextInt(1_200));
            } else {
                // While it starts, and brings back what the one before left.
                Thread.sleep(100 + random.nextInt(1_400));
            }
            assertThat(agent.isAlive()).as("the agent ran until it was killed").isTrue();
            agent.destroyForcibly();
            assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
            ledger.lived(device, begunMs, System.currentTimeMillis());
            killed.incrementAndGet();
        }
        long begunMs = System.currentTimeMillis();
        Process last = start(device, keep, broker, archive);
        long goal = ledger.liveOf(device) + 10;
        await("the last run's readings", () -> ledger.liveOf(device) >= goal);
        endInOrder(last, device);
        ledger.lived(device, begunMs, System.currentTimeMillis());
    }

    /** Counts turns rather than time: a night is long, and a machine may be suspended. */
    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (int turn = 0; !condition.getAsBoolean(); turn++) {
            assertThat(turn).as("waited in vain for %s", what).isLessThan(4_000);
            Thread.sleep(10);
        }
    }

    private void endInOrder(Process agent, String device) throws Exception {
        await("a reading of " + device, () -> ledger.liveOf(device) > 0);
        // An orderly end sends what waits, and the next run what was left.
        agent.toHandle().destroy();
        assertThat(agent.waitFor(30, TimeUnit.SECONDS)).as("ended in order").isTrue();
    }

    /** As an installation has it, in jars only: Java shares no classes of directories. */
    private synchronized String classPath() throws IOException {
        if (jars == null) {
            List<String> entries = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(":")) {
                Path path = Path.of(entry);
                entries.add(Files.isDirectory(path) ? jar(path).toString() : entry);
            }
            jars = String.join(":", entries);
        }
        return jars;
    }

    private Path jar(Path classes) throws IOException {
        Path jar = Files.createTempFile(folder, "classes", ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return jar;
    }

    /**
     * Classes are loaded, and from Java 25 on also linked, once for all: a start is half as long.
     */
    private static String archived(Path archive) {
        boolean there = Files.exists(archive);
        if (Runtime.version().feature() >= 25) {
            return (there ? "-XX:AOTCache=" : "-XX:AOTCacheOutput=") + archive;
        }
        return (there ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive;
    }

    private Process start(String device, String keep, URI broker, Path archive) throws IOException {
        Path home = Files.createDirectories(folder.resolve(device));
        Path file = home.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: %s}
                broker: {url: "%s"}
                sensors:
                  air: {driver: bme280, every: 50ms, batch: 20, batch-age: 1s, keep: %s}
                state: state
                spool: {runtime: memory, move-after: 1s, group: 1s, backlog-delay: 0s, pace: 0ms}
                """
                        .formatted(device, broker, keep));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xlog:disable",
                                "-Dtinylog.level=error",
                                archived(archive),
                                "-cp",
                                classPath(),
                                "dev.pipit.cli.Main",
                                "run",
                                file.toString(),
                                "--board",
                                "simulated"));
        return new ProcessBuilder(command)
                .redirectOutput(home.resolve("output").toFile())
                .redirectErrorStream(true)
                .start();
    }
}
