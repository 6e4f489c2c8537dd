package dev.pipit.agent;

import static dev.pipit.testkit.Watcher.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.monitor.DeviceFeed;
import dev.pipit.monitor.ReceivedReading;
import dev.pipit.monitor.Viewer;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.testkit.Mosquitto;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
 * end, and no reading twice with different values. {@code -Dpipit.kills=10000} makes the night
 * long.
 */
@Tag("real")
class KilledAgentTest {
    private static final int DEVICES = 3;

    @TempDir Path folder;
    private @Nullable String jars;

    @Test
    void killedAgentsLoseNothingThatAnybodySaw() throws Exception {
        int kills = Integer.getInteger("pipit.kills", 300);
        try (Mosquitto broker = Mosquitto.start("max_queued_messages 0");
                Ledger ledger = new Ledger(broker.url())) {
            int reported = killAll(broker.url(), ledger, kills, "durable");
            System.out.println(
                    kills
                            + " kills: "
                            + ledger.seen()
                            + " readings seen live, "
                            + ledger.recorded()
                            + " in the record, "
                            + ledger.again
                            + " of them more than once");
            assertThat(ledger.lost()).as("seen live and not in the record").isEmpty();
            assertThat(ledger.different).as("twice, with different values").isEmpty();
            assertThat(ledger.undecodable).isEmpty();
            assertThat(reported).as("gaps, for nothing was lost").isZero();
            assertThat(ledger.seen()).as("readings seen").isGreaterThan(kills / 2);
        }
    }

    /** The check can fail: readings that survive nothing are missed. */
    @Test
    void killedAgentsThatKeepNothingAreFoundOut() throws Exception {
        try (Mosquitto broker = Mosquitto.start("max_queued_messages 0");
                Ledger ledger = new Ledger(broker.url())) {
            killAll(broker.url(), ledger, 12, "volatile");
            assertThat(ledger.lost()).as("seen live and not in the record").isNotEmpty();
        }
    }

    /** Returns how many gaps were reported. */
    private int killAll(URI broker, Ledger ledger, int kills, String keep) throws Exception {
        Path archive = folder.resolve("classes.jsa");
        ExecutorService pool = Executors.newFixedThreadPool(DEVICES);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                String device = keep + i;
                int share = kills / DEVICES;
                int seed = i;
                Callable<@Nullable Void> work =
                        () -> {
                            kill(device, keep, broker, ledger, archive, share, seed);
                            return null;
                        };
                if (i == 0 && !Files.exists(archive)) {
                    // The first run, which ends in order, leaves its classes for faster starts.
                    endInOrder(start(device, keep, broker, archive), ledger, device);
                }
                ends.add(pool.submit(work));
            }
            for (Future<?> end : ends) {
                end.get(12, TimeUnit.HOURS);
            }
        } finally {
            pool.shutdownNow();
        }
        return ledger.gaps.get();
    }

    private void kill(
            String device,
            String keep,
            URI broker,
            Ledger ledger,
            Path archive,
            int kills,
            long seed)
            throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < kills; i++) {
            long before = ledger.liveOf(device);
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
        }
        Process last = start(device, keep, broker, archive);
        long goal = ledger.liveOf(device) + 10;
        await("the last run's readings", () -> ledger.liveOf(device) >= goal);
        endInOrder(last, ledger, device);
    }

    private static void endInOrder(Process agent, Ledger ledger, String device) throws Exception {
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
                                "-Xshare:auto",
                                "-Xlog:disable",
                                "-Dtinylog.level=error",
                                Files.exists(archive)
                                        ? "-XX:SharedArchiveFile=" + archive
                                        : "-XX:ArchiveClassesAtExit=" + archive,
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

    /** Everything that came from the broker, and what of it does not add up. */
    private static final class Ledger implements Viewer, AutoCloseable {
        private final Map<String, TreeSet<Long>> live = new ConcurrentHashMap<>();
        private final Map<String, TreeMap<Long, String>> record = new ConcurrentHashMap<>();
        private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
        final List<String> different = new ArrayList<>();
        final List<String> undecodable = new ArrayList<>();
        final AtomicInteger gaps = new AtomicInteger();
        private int again;
        private final MqttClient client;

        Ledger(URI broker) {
            DeviceFeed feed = new DeviceFeed("pipit", this);
            client =
                    MqttClient.builder()
                            .url(broker)
                            .clientId("ledger")
                            .sessionExpiry(Duration.ZERO)
                            .listener(
                                    new MqttListener() {
                                        @Override
                                        public void message(InboundPublish message) {
                                            feed.message(message);
                                        }
                                    })
                            .build();
            feed.subscribe(client);
            client.start();
            await("the ledger's connection", client::isConnected);
        }

        long liveOf(String device) {
            AtomicInteger count = counts.get(device);
            return count == null ? 0 : count.get();
        }

        @Override
        public synchronized void reading(ReceivedReading reading) {
            String device = reading.device();
            if (reading.live()) {
                live.computeIfAbsent(device, unseen -> new TreeSet<>()).add(reading.timeMs());
                counts.computeIfAbsent(device, unseen -> new AtomicInteger()).incrementAndGet();
                return;
            }
            String values = reading.values().toString();
            String before =
                    record.computeIfAbsent(device, unseen -> new TreeMap<>())
                            .put(reading.timeMs(), values);
            if (before != null) {
                again++;
                if (!before.equals(values)) {
                    different.add(device + " " + reading.time() + ": " + before + " " + values);
                }
            }
        }

        synchronized List<String> lost() {
            List<String> lost = new ArrayList<>();
            live.forEach((device, times) -> {
                TreeMap<Long, String> kept = record.getOrDefault(device, new TreeMap<>());
                times.stream()
                        .filter(time -> !kept.containsKey(time))
                        .forEach(time -> lost.add(device + " " + time));
            });
            return lost;
        }

        synchronized int seen() {
            return live.values().stream().mapToInt(TreeSet::size).sum();
        }

        synchronized int recorded() {
            return record.values().stream().mapToInt(TreeMap::size).sum();
        }

        @Override
        public void gap(String device, String payload) {
            gaps.incrementAndGet();
        }

        @Override
        public synchronized void undecodable(String device, String topic, String why) {
            undecodable.add(device + " " + topic + ": " + why);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
