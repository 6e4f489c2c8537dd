package dev.pipit.demonstration;

import dev.pipit.agent.Agent;
import dev.pipit.agent.Boards;
import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.board.simulated.WorldProtocol;
import dev.pipit.cli.ReadingLines;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.monitor.DeviceFeed;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.time.SystemTime;
import dev.pipit.uplink.BrokerConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deploy/demo}: the whole path in one process, seen from the broker. */
@Command(
        name = "deploy/demo",
        mixinStandardHelpOptions = true,
        header =
                "pipit without a Raspberry Pi: a broker, a simulated board and the agent in one process.",
        description = {
            "Prints live readings as they come back from the broker. Lines typed here play the world:",
            "set air.temperature 35, press 17, release 17, unplug i2c-1 0x76, plug i2c-1 0x76, show, help.",
            "Ctrl-C ends it: outputs safe, status 0."
        })
public final class Demonstration implements Callable<Integer> {
    private static final int USUAL_PORT = 1883;
    private static final int BAD_CONFIGURATION = 78;

    /** For a broker to answer the one who watches. */
    private static final int WATCHER_S = 5;

    @Option(names = "--broker", paramLabel = "URL", description = "A broker that already runs.")
    @Nullable URI broker;

    @Option(names = "--seconds", paramLabel = "N", description = "End by itself after N seconds.")
    @Nullable Long seconds;

    @Option(names = "--config", paramLabel = "FILE", description = "Another configuration.")
    @Nullable Path file;

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private final CountDownLatch ended = new CountDownLatch(1);

    public static void main(String[] arguments) {
        // Its log would drown the readings; what matters is printed from what the broker sends
        // back.
        System.setProperty("tinylog.level", "warn");
        System.setProperty("tinylog.level@org.apache.activemq", "off");
        System.exit(new CommandLine(new Demonstration()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        ConfigFile.Result result = load();
        if (result instanceof ConfigFile.Result.Invalid invalid) {
            invalid.problems().forEach(System.err::println);
            return BAD_CONFIGURATION;
        }
        ConfigFile.Result.Valid valid = (ConfigFile.Result.Valid) result;
        EmbeddedBroker embedded = broker == null ? startBroker() : null;
        URI url = embedded == null ? broker : embedded.url();
        AgentConfig config = valid.config();
        AgentConfig settled = url == null ? config : config.at(config.broker().movedTo(url));
        World world = new World(System::nanoTime, System.nanoTime(), true);
        world.onOutput(line -> out.println(clock() + "  " + line));
        SimulatedBoard board = Boards.simulated(settled, world);
        Agent agent = new Agent(settled, valid.hash(), board, new SystemTime());
        CountDownLatch watching = new CountDownLatch(1);
        MqttClient watcher = watcher(settled, watching);
        Thread end = new Thread(() -> end(agent, watcher, embedded), "shutdown");
        Runtime.getRuntime().addShutdownHook(end);
        watcher.start();
        // The embedded broker loses what crosses a new subscription. One that cannot be reached
        // must not keep the agent from sensing.
        if (!watching.await(WATCHER_S, TimeUnit.SECONDS)) {
            out.println("no answer from the broker yet; the agent starts without it");
        }
        agent.start();
        explain(settled);
        play(world);
        if (seconds == null) {
            ended.await();
        } else {
            ended.await(seconds, TimeUnit.SECONDS);
        }
        Runtime.getRuntime().removeShutdownHook(end);
        end(agent, watcher, embedded);
        return 0;
    }

    private static String clock() {
        return java.time.LocalTime.now(java.time.ZoneId.systemDefault())
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString();
    }

    private ConfigFile.Result load() {
        if (file != null) {
            return ConfigFile.load(file, Drivers.installed());
        }
        try (InputStream own = Demonstration.class.getResourceAsStream("demo.yaml")) {
            if (own == null) {
                throw new IllegalStateException("demo.yaml is not in the jar");
            }
            Path copy = Files.createTempFile("pipit-demo", ".yaml");
            Files.write(copy, own.readAllBytes());
            ConfigFile.Result result = ConfigFile.load(copy, Drivers.installed());
            Files.delete(copy);
            return result;
        } catch (IOException unwritable) {
            throw new java.io.UncheckedIOException(unwritable);
        }
    }

    private EmbeddedBroker startBroker() {
        boolean free = EmbeddedBroker.isFree(USUAL_PORT);
        out.println("starting a broker on 127.0.0.1 ...");
        return EmbeddedBroker.start(free ? USUAL_PORT : 0);
    }

    /** A second client, as anybody's would be: it sees only what the broker sends. */
    private MqttClient watcher(AgentConfig settled, CountDownLatch watching) {
        DeviceFeed feed = new DeviceFeed(settled.device().root(), new ReadingLines(out));
        AtomicInteger missing = new AtomicInteger();
        MqttClient client =
                BrokerConnection.builder(settled.broker())
                        .clientId("pipit-demo-" + ProcessHandle.current().pid())
                        .sessionExpiry(Duration.ZERO)
                        .listener(
                                new MqttListener() {
                                    @Override
                                    public void subscribed(String filter, int reasonCode) {
                                        if (missing.decrementAndGet() == 0) {
                                            watching.countDown();
                                        }
                                    }

                                    @Override
                                    public void message(InboundPublish message) {
                                        feed.message(message);
                                    }
                                })
                        .build();
        missing.set(feed.subscribe(client));
        return client;
    }

    private void explain(AgentConfig settled) {
        URI url = settled.broker().urls().getFirst();
        String at = url.getPort() == USUAL_PORT || url.getPort() < 0 ? "" : " --broker " + url;
        String output =
                settled.actuators().isEmpty() ? "relay" : settled.actuators().getFirst().name();
        out.println(
                """

                pipit %s runs: a simulated board, a broker at %s, and below what comes back from it.
                In a second terminal:
                    deploy/pipit monitor%s
                    deploy/pipit send %s on%s
                Here, to play the world:  set air.temperature 35 | press 17 | unplug i2c-1 0x76 | help
                Ctrl-C ends it.
                """
                        .formatted(settled.device().id(), url, at, output, at));
    }

    private void play(World world) {
        WorldProtocol protocol = new WorldProtocol(world);
        Thread typist =
                new Thread(
                        () -> {
                            try (BufferedReader lines =
                                    new BufferedReader(
                                            new InputStreamReader(
                                                    System.in, StandardCharsets.UTF_8))) {
                                for (String line = lines.readLine();
                                        line != null;
                                        line = lines.readLine()) {
                                    String answer = protocol.answer(line);
                                    if (!answer.isEmpty()) {
                                        out.println(answer);
                                    }
                                }
                            } catch (IOException closed) {
                                out.println("standard input: " + closed.getMessage());
                            }
                        },
                        "world");
        typist.setDaemon(true);
        typist.start();
    }

    /** The agent first, while its broker is there to hear status 0; then whoever watches. */
    private synchronized void end(
            Agent agent, MqttClient watcher, @Nullable EmbeddedBroker embedded) {
        agent.close();
        try {
            // Long enough for the last status to come back.
            Thread.sleep(200);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        watcher.close();
        if (embedded != null) {
            embedded.close();
        }
        out.println("ended");
        ended.countDown();
    }
}
