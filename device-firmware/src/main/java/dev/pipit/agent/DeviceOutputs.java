package dev.pipit.agent;

import dev.pipit.actuation.Cause;
import dev.pipit.actuation.GuardedOutput;
import dev.pipit.actuation.Measurements;
import dev.pipit.actuation.OutputGuard;
import dev.pipit.actuation.OutputListener;
import dev.pipit.board.Board;
import dev.pipit.command.Access;
import dev.pipit.command.Answer;
import dev.pipit.command.AuditLog;
import dev.pipit.command.CommandGate;
import dev.pipit.command.CounterFile;
import dev.pipit.command.Gestures;
import dev.pipit.command.Incoming;
import dev.pipit.command.Moment;
import dev.pipit.command.SecurityWatch;
import dev.pipit.command.Signing;
import dev.pipit.command.TokenBucket;
import dev.pipit.command.Verb;
import dev.pipit.config.ActuatorConfig;
import dev.pipit.config.AgentConfig;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.Fault;
import dev.pipit.driver.ValueKind;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.time.TimeSource;
import dev.pipit.uplink.Uplink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The outputs of a device with their guard, their gate and their clock, joined to the uplink: a
 * command comes in from there, its answer and the new state go out there.
 */
final class DeviceOutputs implements OutputListener, AutoCloseable {
    private static final long AUDIT_BYTES = 1 << 20;

    /** How often it is looked whether pins still follow. */
    private static final long READ_BACK_NS = 1_000_000_000L;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<GuardedOutput> outputs = new ArrayList<>();
    private final Map<String, ValueKind> values = new LinkedHashMap<>();
    private final Measurements measurements;
    private final OutputGuard guard;
    private final ActuationLoop loop;
    private final TimeSource time;
    private final @Nullable AuditLog audit;
    private final SecurityWatch security = new SecurityWatch(new SecuritySink());
    private final GateRecord record;
    private final OutputAlarms alarms = new OutputAlarms();

    /** Answers at QoS 1, by the MQTT reader thread; beyond this they leave at QoS 0. */
    private final TokenBucket sureAnswers = new TokenBucket(200, 100);

    private @Nullable CounterFile counters;
    private @Nullable InputEvents events;
    private @Nullable Uplink uplink;
    private volatile boolean refusedAtTheEnd;

    /** Made at the start, so that nothing has to be at the end. */
    private final Function<OutputGuard, Boolean> stop = this::stop;

    /**
     * Claims every output with its safe value already in force.
     *
     * @param verbs device verbs that concern no output
     */
    DeviceOutputs(AgentConfig config, Board board, TimeSource time, Map<String, Verb> verbs) {
        this.time = time;
        Map<String, Access> access = new LinkedHashMap<>();
        for (ActuatorConfig actuator : config.actuators()) {
            outputs.add(guarded(actuator, board));
            values.put(actuator.name(), actuator.values());
            access.put(actuator.name(), actuator.access());
        }
        List<String> channels = new ArrayList<>(LocalControl.channels(config));
        for (GuardedOutput output : outputs) {
            channels.addAll(Measurements.of(List.of(output.rules())).channels());
        }
        measurements = new Measurements(channels);
        guard = new OutputGuard(outputs, measurements, this, READ_BACK_NS);
        audit = config.state() == null ? null : audit(config.state());
        record = new GateRecord(audit, security);
        config.groups().forEach(group -> access.put(group.name(), group.access()));
        CommandGate gate =
                new CommandGate(
                        LocalControl.grouped(config, guard),
                        access,
                        verbs(verbs),
                        signing(config),
                        record);
        LocalControl local =
                new LocalControl(config, guard, measurements, time, record::ruled, this::gesture);
        loop = new ActuationLoop(guard, gate, record, local, this::isConnected, time);
        guard.start(time.monotonicNs());
    }

    /**
     * @throws java.io.UncheckedIOException where counters of signed commands cannot be kept: then
     *     they would be open to replays after a restart
     */
    private Signing signing(AgentConfig config) {
        Path state = config.state();
        if (config.signing().isEmpty() || state == null) {
            return Signing.none();
        }
        try {
            Files.createDirectories(state);
            CounterFile file = CounterFile.open(state.resolve("counters"));
            counters = file;
            return Signing.of(config.device().id(), config.signing(), file)
                    .withVerbRoles(config.control());
        } catch (IOException e) {
            throw new UncheckedIOException("counters of signed commands: " + e.getMessage(), e);
        }
    }

    private void closeCounters() {
        CounterFile file = counters;
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            Logger.error("counters of signed commands: {}", e.getMessage());
        }
    }

    private Map<String, Verb> verbs(Map<String, Verb> others) {
        Map<String, Verb> all = new LinkedHashMap<>(others);
        all.put("safe", (argument, nowNs) -> guard.safe(nowNs));
        all.put("acknowledge", (argument, nowNs) -> guard.acknowledge(argument, nowNs));
        return all;
    }

    private static AuditLog audit(Path state) {
        try {
            Files.createDirectories(state);
        } catch (IOException e) {
            Logger.error("audit log in {}: {}", state, e.getMessage());
        }
        return new AuditLog(state, AUDIT_BYTES);
    }

    private boolean isConnected() {
        Uplink to = uplink;
        return to != null && to.isConnected();
    }

    /** Clicks and holds go out through these; told once, before {@link #start()}. */
    void gesturesTo(InputEvents events) {
        this.events = events;
    }

    private void gesture(String input, Gestures.Kind kind, int count, long atNs) {
        InputEvents to = events;
        if (to != null) {
            to.gesture(input, kind, count, atNs);
        }
    }

    /** An encoder has moved by one detent; on the thread that reads inputs. */
    void turned(String input, boolean clockwise) {
        loop.turned(input, clockwise);
    }

    /** An edge of an input; on the thread that reads inputs. */
    void edge(String input, boolean active, long atNs) {
        loop.edge(input, active, atNs);
    }

    /** Tells when this device runs by another configuration than last time. */
    void configuration(@Nullable Path state, String hash) {
        if (state == null) {
            return;
        }
        Path file = state.resolve("configuration");
        try {
            Files.createDirectories(state);
            String before = Files.exists(file) ? Files.readString(file).strip() : hash;
            if (!before.equals(hash)) {
                security.note(
                        SecurityWatch.Kind.CONFIGURATION_CHANGED,
                        "configuration",
                        before + " became " + hash,
                        Moment.of(time));
            }
            Files.writeString(file, hash + "\n");
        } catch (IOException e) {
            Logger.warn("{}: {}", file, e.getMessage());
        }
    }

    /** What conditions of outputs look at: filled by the samplers. */
    Measurements measurements() {
        return measurements;
    }

    /** An output with its safe value in force, or one that refuses every write. */
    static GuardedOutput guarded(ActuatorConfig actuator, Board board) {
        ActuatorDriver driver;
        try {
            driver =
                    actuator.type()
                            .create(
                                    board,
                                    actuator.name(),
                                    actuator.pin(),
                                    actuator.options(),
                                    actuator.safe());
        } catch (RuntimeException refused) {
            // One pin that cannot be had must not keep a device from measuring; its commands say
            // so.
            Logger.error("actuator {}: {}", actuator.name(), refused.getMessage());
            driver = new UnavailableActuator();
        }
        return new GuardedOutput(actuator.name(), actuator.values(), actuator.rules(), driver);
    }

    /** From here on states and answers go out; told once, before {@link #start()}. */
    void tellThrough(Uplink uplink) {
        this.uplink = uplink;
        uplink.declareAlarms(values.keySet());
        uplink.declareAlarms(List.of(Uplink.SECURITY));
        alarms.tellThrough(uplink::alarm);
        for (GuardedOutput output : outputs) {
            uplink.state(output.name(), text(output.name()));
        }
    }

    void start() {
        loop.start();
        // The end goes the same way, and must not be the first to: loading code takes its time.
        loop.withGuard(locked -> true);
        Thread keeper = new Thread(this::keepRecords, "records");
        keeper.setDaemon(true);
        keeper.start();
    }

    /** Carries audit lines and counters to the card, on a thread that may wait for it. */
    private void keepRecords() {
        try {
            while (!closed.await(1, TimeUnit.SECONDS)) {
                record.advance(Moment.of(time));
                writeRecords();
                InputEvents inputs = events;
                if (inputs != null) {
                    inputs.turn();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeRecords() {
        if (audit != null) {
            audit.drain();
        }
        CounterFile file = counters;
        if (file != null) {
            try {
                file.force();
            } catch (IOException e) {
                Logger.error("counters of signed commands: {}", e.getMessage());
            }
        }
    }

    /** Grows at least once a second while the clock of the outputs goes. */
    long turns() {
        return loop.turns();
    }

    /** A command or a device verb from the broker; on the MQTT reader thread. */
    void command(String target, boolean control, boolean early, InboundPublish message) {
        long expiry = message.messageExpirySeconds();
        byte @Nullable [] correlation = message.correlationData();
        Incoming incoming =
                new Incoming(
                        target,
                        control,
                        message.payload(),
                        message.retain(),
                        message.qos().level(),
                        early,
                        expiry == PublishProperties.NO_EXPIRY ? null : expiry,
                        correlation,
                        time.monotonicNs());
        Answer answer = loop.decide(incoming);
        // What answers a flood must not fill the queue that everything goes out through.
        boolean sure = !CommandGate.flooded(answer) && sureAnswers.take(time.monotonicNs());
        Qos qos = sure ? Qos.AT_LEAST_ONCE : Qos.AT_MOST_ONCE;
        answer(message.responseTopic(), correlation, qos, answer.json());
    }

    private void answer(
            @Nullable String responseTopic, byte @Nullable [] correlation, Qos qos, String json) {
        Uplink to = uplink;
        if (to == null) {
            return;
        }
        if (responseTopic == null) {
            to.answer(qos, json);
            return;
        }
        PublishProperties.Builder properties = PublishProperties.builder();
        if (correlation != null) {
            properties.correlationData(correlation);
        }
        try {
            to.answer(TopicName.of(responseTopic), properties.build(), qos, json);
        } catch (IllegalArgumentException noTopic) {
            Logger.warn("a command names a Response Topic that is none: {}", noTopic.getMessage());
            to.answer(qos, json);
        }
    }

    @Override
    public void written(long nowNs, String output, long value, Cause cause, @Nullable Fault fault) {
        alarms.written(output, fault);
        refusedAtTheEnd |= fault != null && cause == Cause.STOP;
        if (fault != null) {
            Logger.error("actuator {}: {} ({})", output, fault.words(), cause.word());
        } else if (cause != Cause.COMMAND
                && cause != Cause.START
                && cause != Cause.RAMP
                && cause != Cause.RAMP_ENDED) {
            Logger.info("actuator {}: {} ({})", output, text(output), cause.word());
        }
        // Of a ramp only where it leads: its steps would push earlier lines out.
        if (audit != null && (cause != Cause.RAMP || fault != null)) {
            ValueKind kind = values.get(output);
            audit.output(
                    output,
                    kind == null ? "" : kind.format(value),
                    cause.word(),
                    fault == null ? "" : fault.words(),
                    Moment.of(time));
        }
        Uplink to = uplink;
        if (to != null) {
            to.state(output, text(output));
        }
    }

    @Override
    public void moved(long nowNs, String output) {
        Uplink to = uplink;
        if (to != null) {
            to.state(output, text(output));
        }
    }

    @Override
    public void astray(long nowNs, String output, String what) {
        if (!what.isEmpty()) {
            Logger.error("actuator {}: {}", output, what);
        }
        alarms.astray(output, what);
    }

    @Override
    public void latched(long nowNs, String output, String reason) {
        alarms.latched(output, reason);
        if (!reason.isEmpty()) {
            Logger.warn("actuator {} is locked: {}", output, reason);
        }
    }

    private Boolean stop(OutputGuard locked) {
        locked.stop(time.monotonicNs());
        return true;
    }

    /** Every output safe, and commands refused from now on. */
    void safe() {
        if (loop.withGuard(stop) == null) {
            refusedAtTheEnd = true;
            Logger.error("an output hangs: the safe values could not all be written");
        }
    }

    /** Whether the hardware took every safe value at the end. */
    boolean safeValuesTaken() {
        return !refusedAtTheEnd;
    }

    /** Releases the lines; the outputs are safe already. */
    @Override
    public void close() {
        loop.stop();
        outputs.forEach(output -> output.driver().close());
        closed.countDown();
        writeRecords();
        closeCounters();
        InputEvents inputs = events;
        if (inputs != null) {
            inputs.save();
        }
    }

    /** Events go to whoever hears them now; the alarm is remembered by the uplink. */
    private final class SecuritySink implements SecurityWatch.Sink {
        @Override
        public boolean event(String json) {
            Uplink to = uplink;
            boolean heard = to != null && to.security(json);
            if (heard) {
                Logger.warn("security: {}", json);
            }
            return heard;
        }

        @Override
        public void alarm(String json) {
            Uplink to = uplink;
            if (to != null) {
                to.alarm(Uplink.SECURITY, json);
            }
        }
    }

    private String text(String output) {
        ValueKind kind = values.get(output);
        return kind == null ? "" : kind.format(guard.value(output));
    }
}
