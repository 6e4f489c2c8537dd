package dev.pipit.agent;

import dev.pipit.actuation.Cause;
import dev.pipit.actuation.GuardedOutput;
import dev.pipit.actuation.Measurements;
import dev.pipit.actuation.OutputGuard;
import dev.pipit.actuation.OutputListener;
import dev.pipit.board.Board;
import dev.pipit.command.Access;
import dev.pipit.command.Answer;
import dev.pipit.command.CommandGate;
import dev.pipit.command.CounterFile;
import dev.pipit.command.Incoming;
import dev.pipit.command.Signing;
import dev.pipit.command.Verb;
import dev.pipit.config.ActuatorConfig;
import dev.pipit.config.AgentConfig;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.Fault;
import dev.pipit.driver.ValueKind;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PublishProperties;
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
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The outputs of a device with their guard, their gate and their clock, joined to the uplink: a
 * command comes in from there, its answer and the new state go out there.
 */
final class DeviceOutputs implements OutputListener, AutoCloseable {
    private final List<GuardedOutput> outputs = new ArrayList<>();
    private final Map<String, ValueKind> values = new LinkedHashMap<>();
    private final Measurements measurements;
    private final OutputGuard guard;
    private final ActuationLoop loop;
    private final TimeSource time;
    private @Nullable CounterFile counters;
    private @Nullable Uplink uplink;

    /** Claims every output with its safe value already in force. */
    DeviceOutputs(AgentConfig config, Board board, TimeSource time) {
        this.time = time;
        Map<String, Access> access = new LinkedHashMap<>();
        for (ActuatorConfig actuator : config.actuators()) {
            outputs.add(guarded(actuator, board));
            values.put(actuator.name(), actuator.values());
            access.put(actuator.name(), actuator.access());
        }
        measurements = Measurements.of(outputs.stream().map(GuardedOutput::rules).toList());
        guard = new OutputGuard(outputs, measurements, this);
        CommandGate gate =
                new CommandGate(guard, access, verbs(), signing(config), DeviceOutputs::decided);
        loop = new ActuationLoop(guard, gate, time);
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
            return Signing.of(config.device().id(), config.signing(), file);
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

    private Map<String, Verb> verbs() {
        return Map.of(
                "safe", (argument, nowNs) -> guard.safe(nowNs),
                "acknowledge", (argument, nowNs) -> guard.acknowledge(argument, nowNs));
    }

    /** What conditions of outputs look at: filled by the samplers. */
    Measurements measurements() {
        return measurements;
    }

    private static GuardedOutput guarded(ActuatorConfig actuator, Board board) {
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
        for (GuardedOutput output : outputs) {
            uplink.state(output.name(), text(output.name()));
        }
    }

    void start() {
        loop.start();
    }

    /** Grows at least once a second while the clock of the outputs goes. */
    long turns() {
        return loop.turns();
    }

    /** A command from the broker; on the MQTT reader thread. */
    void command(String actuator, InboundPublish message) {
        long expiry = message.messageExpirySeconds();
        byte @Nullable [] correlation = message.correlationData();
        Incoming incoming =
                new Incoming(
                        actuator,
                        false,
                        message.payload(),
                        message.retain(),
                        message.qos().level(),
                        false,
                        expiry == PublishProperties.NO_EXPIRY ? null : expiry,
                        correlation,
                        time.monotonicNs());
        Answer answer = loop.decide(incoming);
        answer(message.responseTopic(), correlation, answer.json());
    }

    private void answer(
            @Nullable String responseTopic, byte @Nullable [] correlation, String json) {
        Uplink to = uplink;
        if (to == null) {
            return;
        }
        if (responseTopic == null) {
            to.answer(json);
            return;
        }
        PublishProperties.Builder properties = PublishProperties.builder();
        if (correlation != null) {
            properties.correlationData(correlation);
        }
        try {
            to.answer(TopicName.of(responseTopic), properties.build(), json);
        } catch (IllegalArgumentException noTopic) {
            Logger.warn("a command names a Response Topic that is none: {}", noTopic.getMessage());
            to.answer(json);
        }
    }

    private static void decided(Incoming incoming, Answer answer, dev.pipit.command.Moment now) {
        Logger.info(
                "command for {}: {}{}",
                answer.target(),
                answer.outcome().word(),
                answer.reason().isEmpty() ? "" : " (" + answer.reason() + ")");
    }

    @Override
    public void written(long nowNs, String output, long value, Cause cause, @Nullable Fault fault) {
        if (fault != null) {
            Logger.error("actuator {}: {} ({})", output, fault.words(), cause.word());
        } else if (cause != Cause.COMMAND && cause != Cause.START && cause != Cause.RAMP) {
            Logger.info("actuator {}: {} ({})", output, text(output), cause.word());
        }
        Uplink to = uplink;
        if (to != null) {
            to.state(output, text(output));
        }
    }

    @Override
    public void latched(long nowNs, String output, String reason) {
        if (!reason.isEmpty()) {
            Logger.warn("actuator {} is locked: {}", output, reason);
        }
    }

    /** Every output safe, and commands refused from now on. */
    void safe() {
        loop.withGuard(locked -> {
            locked.stop(time.monotonicNs());
            return true;
        });
    }

    /** Releases the lines; the outputs are safe already. */
    @Override
    public void close() {
        loop.stop();
        outputs.forEach(output -> output.driver().close());
        closeCounters();
    }

    private String text(String output) {
        ValueKind kind = values.get(output);
        return kind == null ? "" : kind.format(guard.value(output));
    }
}
