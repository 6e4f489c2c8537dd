package dev.pipit.agent;

import dev.pipit.board.Board;
import dev.pipit.board.kernel.SystemdNotifier;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.HomeAssistantConfig;
import dev.pipit.config.InputConfig;
import dev.pipit.config.SensorConfig;
import dev.pipit.driver.Location;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorDriver;
import dev.pipit.driver.Wiring.InputLine;
import dev.pipit.driver.gpio.DigitalInputDriver;
import dev.pipit.driver.gpio.InputLoop;
import dev.pipit.driver.kernel.Health;
import dev.pipit.sampling.BusSampler;
import dev.pipit.sampling.ChannelStage;
import dev.pipit.sampling.ReportStage;
import dev.pipit.telemetry.Schema;
import dev.pipit.time.TimeSource;
import dev.pipit.uplink.Birth;
import dev.pipit.uplink.BrokerConnection;
import dev.pipit.uplink.Diagnostics;
import dev.pipit.uplink.Recorder;
import dev.pipit.uplink.Topics;
import dev.pipit.uplink.Uplink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * A device: its outputs, sensors, inputs and its one connection, put together and started in the
 * order that is safe. Outputs get their safe values first, before the network, and last at the end.
 *
 * <p>{@link #start()} and {@link #close()} may come from different threads; every other thread is
 * listed in {@code docs/threads.md}.
 */
public final class Agent implements AutoCloseable {
    /** How long readings that wait may take to leave at the end. */
    private static final Duration FLUSH = Duration.ofSeconds(5);

    private final AgentConfig config;
    private final Board board;
    private final TimeSource time;
    private final DeviceOutputs outputs;
    private final DeviceVerbs verbs;
    private final List<SensorDriver> sensors = new ArrayList<>();
    private final List<SensorPlans> plans = new ArrayList<>();
    private final List<BusSampler> samplers = new ArrayList<>();
    private final Recorder recorder;
    private final Uplink uplink;
    private final InputEvents events;
    private final Watchdog watchdog = new Watchdog(new SystemdNotifier(System.getenv()));
    private final @Nullable RuntimeDirectory runtime;
    private final SensorDriver machine;
    private InputLoop inputs;
    private boolean closed;

    /** As the other one, with nothing left for others on this machine: for boards in memory. */
    public Agent(AgentConfig config, String configHash, Board board, TimeSource time) {
        this(config, configHash, board, time, null);
    }

    /**
     * Opens outputs with their safe values in force. Nothing else moves before {@link #start()}.
     *
     * @param configHash told in the birth message
     * @param board closed together with this agent
     * @param runtime where it is written what must be done if this process dies; closed together
     *     with this agent
     */
    public Agent(
            AgentConfig config,
            String configHash,
            Board board,
            TimeSource time,
            @Nullable RuntimeDirectory runtime) {
        this.config = config;
        this.board = board;
        this.time = time;
        this.runtime = runtime;
        this.verbs = new DeviceVerbs(config, time);
        this.outputs = new DeviceOutputs(config, board, time, verbs.verbs());
        if (runtime != null) {
            runtime.leaveSafeLines(board.safeLines());
        }
        Topics topics = new Topics(config.device());
        this.recorder = new Recorder(config, openSensors(), time);
        List<Schema> schemas = recorder.schemas();
        this.uplink =
                new Uplink(
                        BrokerConnection.builder(config.broker()).clientId(config.device().id()),
                        topics,
                        config.sensors(),
                        recorder,
                        () ->
                                Birth.message(
                                        Software.VERSION,
                                        configHash,
                                        board.name(),
                                        config,
                                        schemas,
                                        recorder.run()),
                        outputs::command);
        HomeAssistantConfig homeAssistant = config.homeAssistant();
        if (homeAssistant != null) {
            uplink.findableBy(homeAssistant, config, Software.VERSION);
        }
        this.machine =
                new Health().create(board, Location.kernel("health"), Options.usual(List.of()));
        uplink.diagnoseBy(new Diagnostics(time, machine, config.broker().certificate()));
        this.outputs.tellThrough(uplink);
        this.verbs.reportThrough(uplink::report);
        this.outputs.configuration(config.state(), configHash);
        this.events = new InputEvents(config, time, uplink);
        this.events.actThrough(outputs);
        this.outputs.gesturesTo(events);
        this.inputs = new InputLoop(List.of());
    }

    /**
     * What {@code control/restart} does; before {@link #start()}. Without it, the verb is refused.
     *
     * @param restart ends this process so that somebody starts it again; must not wait
     */
    public void restartThrough(Runnable restart) {
        verbs.restartThrough(restart);
    }

    /** Starts outputs, inputs, sampling and the connection, in this order; returns at once. */
    public synchronized void start() {
        Logger.info(
                "pipit {}: device {}, board {}, {} sensors, {} inputs, {} actuators",
                Software.VERSION,
                config.device().id(),
                board.name(),
                config.sensors().size(),
                config.inputs().size(),
                config.actuators().size());
        board.limits().forEach(limit -> Logger.warn("board {}: {}", board.name(), limit));
        outputs.start();
        inputs = new InputLoop(inputDrivers());
        startSampling();
        uplink.start();
        watchdog.watch("actuation", outputs::turns);
        watchdog.watch("inputs", inputs::turns);
        board.loops().forEach(watchdog::watch);
        samplers.forEach(sampler ->
                watchdog.watch("sampling of " + sampler.bus(), sampler::turns, sampler::hangs));
        watchdog.ready();
    }

    /**
     * Ends it: outputs safe, sampling stopped, what waits sent for up to 5 s, status 0. Never
     * throws; a second call does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Before anything that logs, tells or waits.
        try {
            outputs.safe();
        } catch (RuntimeException failed) {
            Logger.error(failed, "outputs: stopping failed");
        }
        Logger.info("stopping");
        watchdog.stopping();
        quietly("inputs", inputs::close);
        samplers.forEach(sampler -> quietly("sampling", sampler::stop));
        quietly("uplink", () -> uplink.stop(FLUSH));
        quietly("outputs", outputs::close);
        quietly("diagnostics", machine::close);
        quietly("board", board::close);
        if (runtime != null) {
            quietly("runtime directory", () -> endRuntime(runtime));
        }
        Logger.info("stopped: outputs safe");
    }

    public boolean isConnected() {
        return uplink.isConnected();
    }

    private List<DigitalInputDriver> inputDrivers() {
        List<DigitalInputDriver> drivers = new ArrayList<>();
        for (InputConfig input : config.inputs()) {
            try {
                for (InputLine line : InputEvents.lines(input)) {
                    DigitalInputDriver driver = new DigitalInputDriver(board, line, events);
                    events.stands(line.id(), driver.active());
                    drivers.add(driver);
                }
            } catch (RuntimeException refused) {
                // One pin that is taken must not keep a device from doing the rest.
                Logger.error("input {}: {}", input.name(), refused.getMessage());
            }
        }
        return drivers;
    }

    private void startSampling() {
        // Interlocks see calibrated values, and all of them: what is reported is nobody's safety.
        ReportStage reports = new ReportStage(time, uplink);
        ConditionFeed feed = new ConditionFeed(outputs.measurements(), time, reports);
        ChannelStage channels = new ChannelStage(time, feed);
        for (int i = 0; i < config.sensors().size(); i++) {
            channels.add(plans.get(i).plans());
            feed.add(config.sensors().get(i), plans.get(i).channels());
            reports.add(plans.get(i).policy());
        }
        for (String unknown : outputs.measurements().unbound()) {
            Logger.error(
                    "an actuator requires '{}', which no sensor measures: it stays safe", unknown);
        }
        Map<String, BusSampler> byBus = new LinkedHashMap<>();
        for (int i = 0; i < config.sensors().size(); i++) {
            SensorConfig sensor = config.sensors().get(i);
            byBus.computeIfAbsent(
                            sensor.location().bus(),
                            bus -> new BusSampler(bus, time, channels, uplink))
                    .add(i, sensor.name(), sensors.get(i), sensor.every().toMillis());
        }
        samplers.addAll(byBus.values());
        verbs.sampleThrough(samplers);
        samplers.forEach(BusSampler::start);
    }

    /** Makes every driver and says how its readings go out. */
    private List<Schema> openSensors() {
        List<Schema> schemas = new ArrayList<>();
        for (SensorConfig sensor : config.sensors()) {
            long everyMs = sensor.every().toMillis();
            SensorDriver driver = sensor.type().create(board, sensor.location(), sensor.options());
            sensors.add(driver);
            SensorPlans plan = new SensorPlans(sensor, driver.channels());
            plans.add(plan);
            schemas.add(
                    new Schema(
                            schemas.size(),
                            plan.policy().nominalMs(),
                            BusSampler.quantumMs(everyMs),
                            Math.max(1, sensor.recording().batch()),
                            plan.channels()));
        }
        return schemas;
    }

    private void endRuntime(RuntimeDirectory directory) {
        // Where the hardware refused a safe value, pipit-safe tries once more.
        if (outputs.safeValuesTaken()) {
            directory.outputsAreSafe();
        }
        directory.close();
    }

    private static void quietly(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException failed) {
            Logger.error(failed, "{}: stopping failed", what);
        }
    }
}
