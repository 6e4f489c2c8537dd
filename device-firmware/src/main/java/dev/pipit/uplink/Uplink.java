package dev.pipit.uplink;

import dev.pipit.config.AgentConfig;
import dev.pipit.config.HomeAssistantConfig;
import dev.pipit.config.SensorConfig;
import dev.pipit.driver.Fault;
import dev.pipit.json.JsonWriter;
import dev.pipit.mqtt.Connected;
import dev.pipit.mqtt.Disconnected;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttClientBuilder;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.SubscribeOptions;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.packet.Will;
import dev.pipit.sampling.HealthSink;
import dev.pipit.sampling.ReadingSink;
import dev.pipit.telemetry.FlatFrame;
import dev.pipit.telemetry.FrameFlags;
import dev.pipit.telemetry.Reading;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.format.PayloadBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tinylog.Logger;

/**
 * The device's one connection: readings, states, events and alarms out, commands in.
 *
 * <p>{@link #reading} is hot: it is called on the sampler threads and allocates nothing. Everything
 * that a broker must know to understand this device (status, birth message, schemas, states,
 * alarms) is told again whenever a connection is made, so none of it waits in a queue meanwhile.
 */
public final class Uplink implements ReadingSink, HealthSink, MqttListener {
    private static final byte[] ONLINE = {'1'};
    private static final byte[] OFFLINE = {'0'};

    /** Nothing that waited at the broker, and the RETAIN flag as the sender set it. */
    private static final SubscribeOptions COMMANDS =
            new SubscribeOptions(false, true, SubscribeOptions.RetainHandling.DO_NOT_SEND, 0);

    private static final PublishProperties EXPIRING =
            PublishProperties.builder().messageExpirySeconds(10).build();

    /** Raised while a disk of the spool does not work. */
    static final String SPOOL_ALARM = "spool";

    /** What tells of commands that were refused, as event and as alarm. */
    public static final String SECURITY = "security";

    private static final Duration WILL_DELAY = Duration.ofSeconds(5);

    private final Topics topics;
    private final TopicName status;
    private final SensorStream[] streams;
    private final Supplier<String> info;
    private final CommandHandler commands;
    private final PlainTranslation.@Nullable Live[] live;
    private final @Nullable SparkplugTranslation sparkplug;
    private final MqttClient client;
    private final Recorder recorder;
    private final Alarms alarms;
    private final Map<String, String> states = new LinkedHashMap<>();
    private @Nullable HomeAssistant homeAssistant;
    private @Nullable Diagnostics diagnostics;

    /** Faults by sensor. */
    private final Map<String, String> failing = new TreeMap<>();

    /** Connections made since the start. */
    private final AtomicInteger connections = new AtomicInteger();

    // Of this connection, by the MQTT reader thread: what comes before is from an earlier one.
    private boolean commandsGranted;
    private boolean controlsGranted;

    /**
     * @param client prepared with URLs, identity and credentials; will and listener are set here
     * @param sensors in the order of the configuration
     * @param recorder where readings wait; started and closed with this
     * @param info the birth message as it is now
     */
    public Uplink(
            MqttClientBuilder client,
            Topics topics,
            List<SensorConfig> sensors,
            Recorder recorder,
            Supplier<String> info,
            CommandHandler commands) {
        this.sparkplug =
                recorder.translation() instanceof SparkplugTranslation translation
                        ? translation
                        : null;
        List<String> names = sensors.stream().map(SensorConfig::name).toList();
        this.live = new PlainTranslation.Live[sensors.size()];
        this.topics = topics;
        this.status = topics.status();
        this.info = info;
        this.commands = commands;
        this.recorder = recorder;
        this.streams = new SensorStream[sensors.size()];
        for (int i = 0; i < streams.length; i++) {
            Schema schema = recorder.schemas().get(i);
            streams[i] =
                    new SensorStream(
                            names.get(i),
                            schema,
                            topics.live(names.get(i)),
                            sensors.get(i).live(),
                            FlatFrame.length(schema, FrameFlags.CRC));
            if (recorder.translation() instanceof PlainTranslation plain) {
                live[i] = plain.live(names.get(i), schema);
            }
        }
        List<String> alarmIds = new ArrayList<>(names);
        alarmIds.add(SPOOL_ALARM);
        this.alarms = new Alarms(alarmIds, (id, payload) -> tell(topics.alarm(id), payload, true));
        if (sparkplug == null) {
            client.will(
                    Will.of(status.toString(), OFFLINE, Qos.AT_LEAST_ONCE, true)
                            .delayed(WILL_DELAY));
        } else {
            client.wills(sparkplug::will);
        }
        this.client =
                // Commands that wait at a broker are stale; readings wait here.
                client.sessionExpiry(Duration.ZERO)
                        .store(recorder.publishes())
                        .listener(this)
                        .build();
        subscribe();
    }

    private void subscribe() {
        client.subscribe(topics.commands(), Qos.EXACTLY_ONCE, COMMANDS);
        client.subscribe(topics.controls(), Qos.EXACTLY_ONCE, COMMANDS);
        if (sparkplug != null) {
            client.subscribe(sparkplug.commandTopic(), Qos.AT_LEAST_ONCE, COMMANDS);
        }
    }

    /** Has this device found by Home Assistant; before {@link #start}. */
    public void findableBy(HomeAssistantConfig names, AgentConfig config, String software) {
        HomeAssistant found =
                HomeAssistant.of(
                        names,
                        config,
                        recorder.schemas(),
                        software,
                        recorder.stateFile("home-assistant"));
        homeAssistant = found;
        client.subscribe(found.statusTopic(), Qos.AT_LEAST_ONCE, COMMANDS);
    }

    /** Adds how the machine is to {@code health}; before {@link #start}. */
    public void diagnoseBy(Diagnostics machine) {
        diagnostics = machine;
    }

    private void second(long nowMs) {
        HomeAssistant found = homeAssistant;
        if (found == null) {
            return;
        }
        switch (found.turn(nowMs)) {
            case DISCOVERY -> tell(found.topic, found.message, true);
            case STATES -> report();
            case NOTHING -> {}
        }
    }

    /** Begins connecting; returns at once. */
    public void start() {
        recorder.start(client::wake, this::spoolFault, this::tellHealth, this::second);
        client.start();
    }

    private void tellHealth() {
        JsonWriter json = new JsonWriter().object();
        Diagnostics machine = diagnostics;
        if (machine != null) {
            machine.write(json);
        }
        json.key("connections").value(connections.get());
        json.key("sensors").object().key("count").value(streams.length).key("failing").object();
        synchronized (failing) {
            failing.forEach((sensor, fault) -> json.key(sensor).value(fault));
        }
        json.end().end();
        recorder.health().write(json);
        byte[] bytes = bytes(json.end().toString());
        client.publish(topics.health(), bytes, 0, bytes.length, Qos.AT_MOST_ONCE, false);
    }

    /** Sensing and actuating go on; what a disk should hold waits in memory. */
    private void spoolFault(@Nullable String fault) {
        if (fault == null) {
            Logger.info("the spool's disks work again");
            alarms.clear(SPOOL_ALARM);
            return;
        }
        Logger.error("spool: {}; going on without that disk, trying it again", fault);
        JsonWriter json = new JsonWriter().object();
        json.key("alarm").value("spool").key("what").value(fault);
        alarms.raise(SPOOL_ALARM, json.end().toString());
    }

    @Override
    public void reading(int sensor, Reading reading, boolean synchronised) {
        SensorStream stream = streams[sensor];
        // Kept first, shown then: what anybody saw is in the record.
        recorder.add(sensor, reading, synchronised);
        if (!stream.live) {
            return;
        }
        PlainTranslation.Live plain = live[sensor];
        if (plain != null) {
            plain.encode(reading, synchronised);
            PayloadBuffer payload = plain.payload;
            client.publish(
                    stream.topic,
                    payload.array(),
                    0,
                    payload.length(),
                    Qos.AT_MOST_ONCE,
                    stream.retained);
        } else if (sparkplug == null && recorder.publishes().isTold(stream.schema.id())) {
            int flags = synchronised ? 0 : FrameFlags.SINCE_BOOT;
            int length = FlatFrame.encode(stream.schema, flags, reading, stream.frame, 0);
            client.publish(
                    stream.topic, stream.frame, 0, length, Qos.AT_MOST_ONCE, stream.retained);
        }
    }

    @Override
    public void failing(int sensor, Fault fault, @Nullable String trouble) {
        String name = streams[sensor].name;
        String what = trouble == null ? fault.words() : fault.words() + ": " + trouble;
        Logger.warn("sensor {}: {}; trying again for ever", name, what);
        JsonWriter json = new JsonWriter().object();
        json.key("alarm").value("sensor");
        json.key("sensor").value(name);
        String word = fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
        json.key("fault").value(word);
        synchronized (failing) {
            failing.put(name, word);
        }
        json.key("what").value(what);
        alarms.raise(name, json.end().toString());
        if (sparkplug != null) {
            sparkplug.failing(sensor);
            client.wake();
        }
    }

    @Override
    public void recovered(int sensor) {
        String name = streams[sensor].name;
        Logger.info("sensor {} is back", name);
        alarms.clear(name);
        synchronized (failing) {
            failing.remove(name);
        }
        if (sparkplug != null) {
            sparkplug.recovered(sensor);
            client.wake();
        }
    }

    /** Tells the value that an actuator now has; remembered for the next connection. */
    public void state(String actuator, String value) {
        synchronized (states) {
            states.put(actuator, value);
        }
        tell(topics.state(actuator), value, true);
    }

    /** Says which alarms there can be beside those of sensors; before {@link #start}. */
    public void declareAlarms(Iterable<String> ids) {
        alarms.declare(ids);
    }

    /**
     * Raises an alarm, or clears it.
     *
     * @param payload JSON; empty: cleared
     */
    public void alarm(String id, String payload) {
        if (payload.isEmpty()) {
            alarms.clear(id);
        } else {
            alarms.raise(id, payload);
        }
    }

    /**
     * Tells something that concerns the device's safety.
     *
     * @return whether there is a broker to tell
     */
    public boolean security(String payload) {
        event(SECURITY, payload);
        return client.isConnected();
    }

    /** Tells something that happened at an input. An event that nobody can hear now is not kept. */
    public void event(String input, String payload) {
        if (client.isConnected()) {
            byte[] bytes = bytes(payload);
            client.publish(
                    topics.event(input),
                    bytes,
                    0,
                    bytes.length,
                    Qos.AT_LEAST_ONCE,
                    false,
                    EXPIRING);
        }
    }

    /** Tells what a broker must know to understand this device: status, birth, states, alarms. */
    public void report() {
        if (sparkplug != null) {
            sparkplug.rebirth();
            client.wake();
        }
        tellStanding();
    }

    private void tellStanding() {
        if (sparkplug == null) {
            client.publish(status, ONLINE, 0, ONLINE.length, Qos.AT_LEAST_ONCE, true);
        }
        tell(topics.info(), info.get(), true);
        synchronized (states) {
            states.forEach((actuator, value) -> tell(topics.state(actuator), value, true));
        }
        alarms.tellAll();
    }

    /** Publishes an answer to the device's response topic. */
    public void answer(Qos qos, String payload) {
        byte[] bytes = bytes(payload);
        client.publish(topics.response(), bytes, 0, bytes.length, qos, false);
    }

    /** Answers on the topic that the command named (MQTT 5). */
    public void answer(
            TopicName responseTopic, PublishProperties properties, Qos qos, String payload) {
        byte[] bytes = bytes(payload);
        client.publish(responseTopic, bytes, 0, bytes.length, qos, false, properties);
    }

    /** Readings that found no room in the spool since start. */
    public long dropped() {
        return recorder.refused();
    }

    public boolean isConnected() {
        return client.isConnected();
    }

    /**
     * Says goodbye: ends every batch, sends what is queued, then status 0, then DISCONNECT. What
     * cannot be sent in time goes to the card.
     *
     * @param flushFor how long sending what is queued may take
     */
    public void stop(Duration flushFor) {
        recorder.closeBatches();
        if (client.isConnected()) {
            if (sparkplug == null) {
                client.publish(status, OFFLINE, 0, OFFLINE.length, Qos.AT_LEAST_ONCE, true);
            } else {
                byte[] death = sparkplug.death();
                client.publish(
                        sparkplug.deathTopic(), death, 0, death.length, Qos.AT_LEAST_ONCE, false);
            }
            if (!client.disconnect(flushFor)) {
                Logger.warn("not everything could be sent within {} s", flushFor.toSeconds());
            }
        }
        client.close();
        recorder.close();
    }

    @Override
    public void connected(Connected connection) {
        connections.incrementAndGet();
        commandsGranted = false;
        controlsGranted = false;
        HomeAssistant found = homeAssistant;
        if (found != null) {
            tell(found.topic, found.message, true);
            found.connected();
        }
        if (connection.sessionPresent()) {
            // Asked to forget this device, the broker did not: without a SUBACK of this connection,
            // nobody would know where what it had kept ends.
            subscribe();
        }
        Logger.info(
                "connected to {} ({}{})",
                connection.url(),
                connection.version(),
                connection.sessionPresent() ? ", session resumed" : "");
        tellStanding();
        // With it come the births of Sparkplug B: asked for before, they could be told twice.
        recorder.connected();
        client.wake();
    }

    @Override
    public void disconnected(Disconnected cause) {
        recorder.disconnected();
        Duration retryIn = cause.retryIn();
        if (retryIn == null) {
            return;
        }
        Logger.warn(
                "{}: {}; trying again in {} s",
                cause.wasConnected()
                        ? "connection lost"
                        : connections.get() > 0 ? "still no broker" : "no broker",
                cause.reason(),
                Math.max(1, retryIn.toSeconds()));
    }

    @Override
    public void message(InboundPublish message) {
        if (sparkplug != null && message.topic().equals(sparkplug.commandTopic())) {
            sparkplug.command(message);
            client.wake();
            return;
        }
        HomeAssistant found = homeAssistant;
        if (found != null && message.topic().equals(found.statusTopic())) {
            if ("online".equals(message.payloadText())) {
                found.online();
            }
            return;
        }
        String actuator = topics.actuatorOf(message.topic());
        if (!actuator.isEmpty()) {
            commands.command(actuator, false, !commandsGranted, message);
            return;
        }
        String verb = topics.verbOf(message.topic());
        if (!verb.isEmpty()) {
            commands.command(verb, true, !controlsGranted, message);
        }
    }

    @Override
    public void subscribed(String filter, int reasonCode) {
        if (reasonCode >= 0x80) {
            HomeAssistant found = homeAssistant;
            boolean status = found != null && filter.equals(found.statusTopic());
            Logger.error(
                    "the broker refuses the subscription to {} (reason 0x{}): {}",
                    filter,
                    Integer.toHexString(reasonCode),
                    status
                            ? "Home Assistant gets states and alarms late after it starts"
                            : "no command will arrive");
            return;
        }
        commandsGranted |= filter.equals(topics.commands());
        controlsGranted |= filter.equals(topics.controls());
    }

    private void tell(TopicName topic, String payload, boolean retain) {
        // Before a connection there is nobody to tell; connected() tells what counts then.
        if (client.isConnected()) {
            byte[] bytes = bytes(payload);
            client.publish(topic, bytes, 0, bytes.length, Qos.AT_LEAST_ONCE, retain);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
