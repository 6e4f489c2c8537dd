package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.Connack;
import dev.pipit.mqtt.packet.Connect;
import dev.pipit.mqtt.packet.Publish;
import dev.pipit.mqtt.packet.PublishProperties;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.Subscribe;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.mqtt.session.PublishStore;
import dev.pipit.mqtt.session.Session;
import dev.pipit.mqtt.session.SessionOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an MQTT broker that mends itself.
 *
 * <pre>{@code
 * var client = MqttClient.builder()
 *         .url(URI.create("mqtt://127.0.0.1:1883"))
 *         .clientId("greenhouse")
 *         .will(Will.of("pipit/greenhouse/status", new byte[] {'0'}, Qos.AT_LEAST_ONCE, true))
 *         .listener(new MqttListener() {
 *             @Override
 *             public void message(InboundPublish message) {
 *                 System.out.println(message.topic() + " " + message.payloadText());
 *             }
 *         })
 *         .build();
 * client.subscribe("pipit/greenhouse/command/#", Qos.AT_LEAST_ONCE);
 * client.start();
 * client.publish("pipit/greenhouse/status", new byte[] {'1'}, Qos.AT_LEAST_ONCE, true);
 * }</pre>
 *
 * <p><b>Threads.</b> Every method may be called from any thread, also inside a listener's call, and
 * none but {@link #disconnect} and {@link #close} waits for anything but a short lock that is never
 * held over a read, a write or a listener's call. Three daemon threads serve a client: {@code
 * reader} connects, reads, decodes, calls the listener and sends what that caused; {@code writer}
 * sends what other threads publish; {@code timer} watches keep alive and deadlines.
 *
 * <p><b>Guarantees.</b> QoS 1 and 2 publishes are sent in the order they were given, per store, and
 * again with DUP after a reconnect until the server has settled them, within this process (and,
 * with a store that survives it, beyond). QoS 0 is lost with the connection. Inbound QoS 2 is
 * delivered once within a session.
 */
public final class MqttClient implements AutoCloseable {
    /** How long the goodbye itself may take. */
    private static final long GOODBYE_MS = 500;

    /** Answers not yet delivered to the listener; beyond it they are dropped. */
    private static final int MOST_EVENTS = 1_024;

    private final MqttListener listener;
    private final MemoryStore memory;
    private final Link link;
    private final Connector connector;
    private final Thread reader;
    private final Thread writer;
    private final Thread timer;
    private final Reader readerLoop;
    private final long connectTimeoutMs;
    private final long writeTimeoutMs;
    private final int sendBuffer;

    /** What the listener is to hear of, from under the lock; guarded by the link's monitor. */
    private final Deque<Runnable> events = new ArrayDeque<>();

    private volatile boolean anyEvents;
    private volatile boolean started;
    private volatile boolean refusing;
    private volatile boolean leaving;
    private volatile boolean stopping;
    private volatile boolean writerWanted;

    /** When CONNACK has to be there, in ms of {@link Link#nowMs}; {@link Long#MAX_VALUE}: never. */
    private volatile long connackDeadlineMs = Long.MAX_VALUE;

    private volatile int maximumPacketSize = Integer.MAX_VALUE;

    MqttClient(MqttClientBuilder from) {
        listener = from.listener;
        connectTimeoutMs = from.connectTimeoutMs;
        writeTimeoutMs = from.writeTimeoutMs;
        sendBuffer = from.sendBuffer;
        memory = new MemoryStore(from.memoryStoreBytes, this::refused);
        List<PublishStore> stores =
                from.store == null ? List.of(memory) : List.of(memory, from.store);
        Session session =
                new Session(
                        new SessionOptions(
                                from.clientId,
                                from.keepAliveSeconds,
                                from.cleanStart,
                                from.sessionExpirySeconds,
                                from.receiveMaximum,
                                from.exactlyOnceMaximum,
                                from.topicAliasMaximum,
                                from.authenticator),
                        new Connect()
                                .will(from.will)
                                .userName(from.username)
                                .password(from.password)
                                .maximumPacketSize(from.maximumPacketSize),
                        stores,
                        this::subscribed);
        link = new Link(session, from.sendBuffer, from.wills);
        connector = new Connector(from.urls, from.connectTimeoutMs, from.tls);
        readerLoop = new Reader(this, from, link, connector);
        String name = "mqtt-" + (from.clientId.isEmpty() ? "client" : from.clientId);
        reader = daemon(readerLoop, name + "-reader");
        writer = daemon(this::write, name + "-writer");
        timer = daemon(this::watch, name + "-timer");
    }

    private static Thread daemon(Runnable body, String name) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    public static MqttClientBuilder builder() {
        return new MqttClientBuilder();
    }

    /**
     * Begins connecting in the background and never stops trying until {@link #close()}. Returns at
     * once.
     *
     * @throws IllegalStateException when called twice or after {@link #close()}
     */
    public void start() {
        synchronized (link) {
            if (started || refusing) {
                throw new IllegalStateException(
                        "the MQTT client was started or closed before: build another");
            }
            started = true;
        }
        reader.start();
        writer.start();
        timer.start();
    }

    /** Whether a connection stands at this moment. */
    public boolean isConnected() {
        return link.isOnline();
    }

    /** Publishes a whole array; see {@link #publish(TopicName, byte[], int, int, Qos, boolean)}. */
    public PublishStatus publish(String topic, byte[] payload, Qos qos, boolean retain) {
        return publish(TopicName.of(topic), payload, 0, payload.length, qos, retain);
    }

    /** Publishes without properties: allocates nothing over plain TCP. */
    public PublishStatus publish(
            TopicName topic, byte[] payload, int offset, int length, Qos qos, boolean retain) {
        return publish(topic, payload, offset, length, qos, retain, PublishProperties.NONE);
    }

    /**
     * Publishes and returns at once. QoS 0 goes to the connection, if there is one. QoS 1 and 2 go
     * to the built-in memory store (bounded, see {@link MqttClientBuilder#memoryStore}) also
     * without a connection and are sent until settled.
     *
     * @param payload copied before this returns: {@code length} bytes from {@code offset} on
     */
    public PublishStatus publish(
            TopicName topic,
            byte[] payload,
            int offset,
            int length,
            Qos qos,
            boolean retain,
            PublishProperties properties) {
        if (refusing) {
            return PublishStatus.CLOSED;
        }
        if (qos == Qos.AT_MOST_ONCE) {
            int result = link.publishNow(topic, payload, offset, length, retain, properties);
            if (result == Session.SENT) {
                wakeWriter();
                return PublishStatus.ACCEPTED;
            }
            return result == Session.OFFLINE
                    ? PublishStatus.NOT_CONNECTED
                    : result == Session.NO_ROOM ? PublishStatus.FULL : PublishStatus.TOO_LARGE;
        }
        boolean sendable;
        synchronized (link) {
            if (Publish.size(5, 2, topic, properties, true, length)
                    > Math.min(maximumPacketSize, sendBuffer - Session.RESERVE)) {
                return PublishStatus.TOO_LARGE;
            }
            if (!memory.add(
                    topic, payload, offset, length, qos, retain, properties, Link.nowMs())) {
                return PublishStatus.FULL;
            }
            sendable = link.windowHasRoom(qos.level());
        }
        if (sendable) {
            wakeWriter();
        }
        return PublishStatus.ACCEPTED;
    }

    /** Subscribes as 3.1.1 does; see {@link #subscribe(String, Qos, SubscribeOptions)}. */
    public void subscribe(String filter, Qos qos) {
        subscribe(filter, qos, SubscribeOptions.DEFAULT);
    }

    /**
     * Remembers the subscription and sends it: now, if there is a connection, and again after each
     * reconnect that found no session. The answer comes to {@link MqttListener#subscribed}.
     * Subscribing to the same filter again replaces QoS and options.
     *
     * @throws IllegalArgumentException saying what is wrong with the filter
     */
    public void subscribe(String filter, Qos qos, SubscribeOptions options) {
        Subscribe.check(filter);
        if (options.noLocal() && Subscribe.isShared(filter)) {
            throw new IllegalArgumentException(
                    "the shared subscription '" + filter + "' cannot be No Local [MQTT-3.8.3-4]");
        }
        link.subscribe(filter, options.bits(qos), options.subscriptionIdentifier());
        wakeWriter();
    }

    /** Forgets the subscription and tells the server, if there is a connection. */
    public void unsubscribe(String filter) {
        Subscribe.check(filter);
        link.unsubscribe(filter);
        wakeWriter();
    }

    /**
     * Tells the client that its {@link MqttClientBuilder#store} has new records. Takes no lock,
     * allocates nothing, may be called as often as wanted.
     */
    public void wake() {
        wakeWriter();
    }

    /**
     * Authenticates again on the connection that stands (MQTT 5, section 4.12.1).
     *
     * @return whether AUTH was sent: there is a connection and a method was agreed on
     */
    public boolean reauthenticate() {
        boolean sent = link.reauthenticate();
        wakeWriter();
        return sent;
    }

    /** Whether everything accepted has been sent, and acknowledged where its QoS asks for that. */
    public boolean isSettled() {
        return link.isSettled();
    }

    /**
     * Says goodbye: waits until what was accepted has been sent and settled, then sends DISCONNECT
     * (so that no will is published) and closes. Called on the reader thread, it does not wait.
     *
     * @param flushFor how long to wait for settling at most; zero: not at all. In any case this
     *     returns within that time plus two seconds
     * @return whether everything accepted was settled
     */
    public boolean disconnect(Duration flushFor) {
        refusing = true;
        boolean settled = link.isSettled();
        if (!started) {
            return settled;
        }
        if (Thread.currentThread() == reader) {
            leaving = true;
            stopping = true;
            return settled;
        }
        try {
            settled = awaitSettled(Link.nowMs() + flushFor.toMillis());
            stopping = true;
            long deadlineMs = Link.nowMs() + GOODBYE_MS;
            if (link.leave()) {
                wakeWriter();
                link.awaitWritten(deadlineMs);
                // What arrived unread would turn closing into a reset that overtakes DISCONNECT.
                link.shutdownOutput();
                reader.join(Math.max(1, deadlineMs - Link.nowMs()));
            }
            stop();
            reader.join(GOODBYE_MS);
            writer.join(GOODBYE_MS / 2);
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
        }
        return settled;
    }

    private boolean awaitSettled(long deadlineMs) throws InterruptedException {
        while (!link.isSettled()) {
            long left = deadlineMs - Link.nowMs();
            if (left <= 0 || !reader.isAlive()) {
                return false;
            }
            Thread.sleep(Math.min(left, 5));
        }
        return true;
    }

    private void stop() {
        stopping = true;
        connector.cancel();
        link.end("closed by this client", -1);
        LockSupport.unpark(reader);
        LockSupport.unpark(writer);
        LockSupport.unpark(timer);
    }

    /** {@code disconnect(Duration.ZERO)}. */
    @Override
    public void close() {
        disconnect(Duration.ZERO);
    }

    // ---- the threads ----

    private void wakeWriter() {
        if (!writerWanted && Thread.currentThread() != reader) {
            writerWanted = true;
            LockSupport.unpark(writer);
        }
    }

    /** The writer thread: sends what other threads than the reader have published. */
    private void write() {
        while (!stopping || link.needsWriter()) {
            while (!writerWanted && !stopping) {
                LockSupport.park(this);
            }
            writerWanted = false;
            link.flush();
        }
    }

    /** The timer thread: keep alive and deadlines. */
    private void watch() {
        while (!stopping) {
            long now = Link.nowMs();
            int tick = link.tick(now);
            if (tick == Link.PINGED) {
                wakeWriter();
            } else if (tick == Link.DEAD) {
                link.end("nothing was heard from the server for 1.4 times the keep alive", -1);
            }
            if (now >= connackDeadlineMs) {
                connackDeadlineMs = Long.MAX_VALUE;
                link.end(
                        "the server did not answer CONNECT within " + connectTimeoutMs + " ms", -1);
            }
            if (link.stuckMs(now) >= writeTimeoutMs) {
                link.end("a write was stuck for " + writeTimeoutMs + " ms", -1);
            }
            connector.watch(now);
            long next = Math.min(link.deadline(), connackDeadlineMs);
            long sleepMs =
                    Math.min(
                            next - now,
                            Math.max(10, Math.min(connectTimeoutMs, writeTimeoutMs) / 4));
            LockSupport.parkNanos(this, Math.max(1, sleepMs) * 1_000_000);
        }
    }

    // ---- called by the reader thread ----

    boolean isStopping() {
        return stopping;
    }

    boolean isLeaving() {
        return leaving;
    }

    void connecting() {
        connackDeadlineMs = Link.nowMs() + connectTimeoutMs;
        LockSupport.unpark(timer);
    }

    void connected(Connack connack) {
        connackDeadlineMs = Long.MAX_VALUE;
        maximumPacketSize = connack.maximumPacketSize();
        LockSupport.unpark(timer);
    }

    void disconnected() {
        connackDeadlineMs = Long.MAX_VALUE;
        deliverEvents();
    }

    /** Tells the listener what was noted under the lock. */
    void deliverEvents() {
        while (anyEvents) {
            @Nullable Runnable event;
            synchronized (link) {
                event = events.poll();
                anyEvents = !events.isEmpty();
            }
            if (event != null) {
                readerLoop.tell(event);
            }
        }
    }

    private void subscribed(String filter, int reasonCode) {
        note(() -> listener.subscribed(filter, reasonCode));
    }

    private void refused(TopicName topic, int reasonCode) {
        note(() -> listener.publishRefused(topic, reasonCode));
    }

    private void note(Runnable event) {
        if (events.size() < MOST_EVENTS) {
            events.add(event);
            anyEvents = true;
        }
    }
}
