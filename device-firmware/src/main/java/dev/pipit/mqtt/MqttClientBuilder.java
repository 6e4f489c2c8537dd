package dev.pipit.mqtt;

import dev.pipit.mqtt.packet.Will;
import dev.pipit.mqtt.session.Authenticator;
import dev.pipit.mqtt.session.PublishStore;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a client needs to know before it connects; every knob has a default but the URL.
 */
public final class MqttClientBuilder {
    private static final Set<String> SCHEMES = Set.of("mqtt", "tcp", "mqtts", "ssl", "ws", "wss");

    List<URI> urls = List.of();
    String clientId = "";
    @Nullable String username;
    byte @Nullable [] password;
    MqttVersion version = MqttVersion.AUTO;
    int keepAliveSeconds = 30;
    boolean cleanStart = true;
    long sessionExpirySeconds = 3_600;
    @Nullable Will will;
    @Nullable Supplier<Will> wills;
    int receiveMaximum = 64;
    int exactlyOnceMaximum = 20;
    int maximumPacketSize = 16 * 1024;
    int topicAliasMaximum;
    int sendBuffer = 64 * 1024;
    int memoryStoreBytes = 256 * 1024;
    long backOffMinMs = 500;
    long backOffMaxMs = 60_000;
    long connectTimeoutMs = 10_000;
    long writeTimeoutMs = 10_000;
    @Nullable PublishStore store;
    MqttListener listener = new MqttListener() {};
    TlsOptions tls = TlsOptions.DEFAULT;
    @Nullable Authenticator authenticator;
    boolean followServerReference;

    MqttClientBuilder() {}

    /** One broker; see {@link #urls}. */
    public MqttClientBuilder url(URI url) {
        return urls(List.of(url));
    }

    /**
     * Brokers, tried in turn; the name is looked up each time and each of its addresses is tried.
     *
     * @param urls {@code mqtt://host[:1883]}, {@code mqtts://host[:8883]}, {@code
     *     ws://host[:80]/path}, {@code wss://host[:443]/path}; IPv6 in brackets
     */
    public MqttClientBuilder urls(List<URI> urls) {
        for (URI url : urls) {
            if (url.getHost() == null
                    || url.getScheme() == null
                    || !SCHEMES.contains(url.getScheme())) {
                throw new IllegalArgumentException(
                        "broker URL '"
                                + url
                                + "': expected mqtt://host:port, mqtts://host:port or ws(s)://host:port/path");
            }
        }
        this.urls = List.copyOf(urls);
        return this;
    }

    /** Default empty: the server assigns one. */
    public MqttClientBuilder clientId(String value) {
        clientId = value;
        return this;
    }

    public MqttClientBuilder username(@Nullable String value) {
        username = value;
        return this;
    }

    /** At most 65,535 bytes of UTF-8; never printed or logged. */
    public MqttClientBuilder password(@Nullable String value) {
        password = value == null ? null : value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return this;
    }

    /** Default {@link MqttVersion#AUTO}. */
    public MqttClientBuilder version(MqttVersion value) {
        version = value;
        return this;
    }

    /**
     * A silent server is noticed within 1.5 times this. Default 30 s.
     *
     * @param value whole seconds, 0 (none) to 65,535 s
     */
    public MqttClientBuilder keepAlive(Duration value) {
        keepAliveSeconds = (int) within("keep alive", value, 0, 65_535_000) / 1_000;
        return this;
    }

    /**
     * Whether the first connection begins a new session (default). With {@code false} the session
     * that the server kept from an earlier run is taken over, with what waits in it. Later
     * connections of the same client always resume, as far as {@link #sessionExpiry} allows.
     */
    public MqttClientBuilder cleanStart(boolean value) {
        cleanStart = value;
        return this;
    }

    /**
     * How long the server keeps the session without a connection. Default 1 h; zero: not at all. In
     * 3.1 and 3.1.1, which know no time, zero means Clean Session 1 on every connect.
     */
    public MqttClientBuilder sessionExpiry(Duration value) {
        sessionExpirySeconds = within("session expiry", value, 0, 0xFFFF_FFFFL * 1_000) / 1_000;
        return this;
    }

    public MqttClientBuilder will(@Nullable Will value) {
        will = value;
        return this;
    }

    /**
     * A will of its own for every CONNECT.
     *
     * @param value asked on the reader thread, under the session's lock: it must not wait
     */
    public MqttClientBuilder wills(Supplier<Will> value) {
        wills = value;
        return this;
    }

    /**
     * Unacknowledged QoS 1 and 2 messages at a time, in each direction (towards the server at most
     * what it announces). Default 64.
     *
     * @param value 1 to 65,535
     */
    public MqttClientBuilder receiveMaximum(int value) {
        receiveMaximum = (int) within("receive maximum", value, 1, 65_535);
        return this;
    }

    /**
     * QoS 2 publishes under way at a time before MQTT 5, in which servers announce no Receive
     * Maximum: above its {@code max_inflight_messages}, 20 by default, mosquitto 2.0 answers PUBREC
     * and drops the message. Default 20.
     *
     * @param value 1 to 65,535; what the server is known to take
     */
    public MqttClientBuilder exactlyOnceMaximum(int value) {
        exactlyOnceMaximum = (int) within("exactly once maximum", value, 1, 65_535);
        return this;
    }

    /**
     * Largest packet accepted from the server; a larger one closes the connection. Default 16 KiB.
     *
     * @param bytes 128 to 268,435,460
     */
    public MqttClientBuilder maximumPacketSize(int bytes) {
        maximumPacketSize = (int) within("maximum packet size", bytes, 128, 268_435_460);
        return this;
    }

    /**
     * Topic Aliases accepted from the server (MQTT 5). Default 0: they save a few bytes of each
     * message, and a server that mixes them up hands a command to the wrong receiver without a
     * trace (Artemis 2.55 gives two topics one alias when two of its threads send at once).
     *
     * @param value 0 (none) to 65,535
     */
    public MqttClientBuilder topicAliasMaximum(int value) {
        topicAliasMaximum = (int) within("topic alias maximum", value, 0, 65_535);
        return this;
    }

    /**
     * Bytes that wait for the socket, and so the largest packet that can be sent. Default 64 KiB.
     *
     * @param bytes 1,024 to 268,435,460
     */
    public MqttClientBuilder sendBuffer(int bytes) {
        sendBuffer = (int) within("send buffer", bytes, 1_024, 268_435_460);
        return this;
    }

    /**
     * Room for unacknowledged QoS 1 and 2 publishes that were given to {@code publish}. Default 256
     * KiB.
     *
     * @param bytes 1,024 and above
     */
    public MqttClientBuilder memoryStore(int bytes) {
        memoryStoreBytes = (int) within("memory store", bytes, 1_024, Integer.MAX_VALUE);
        return this;
    }

    /**
     * Bounds of the pause before the next attempt, which doubles from the lower to the upper and is
     * drawn at random between half and all of it. Default 500 ms to 60 s.
     */
    public MqttClientBuilder backOff(Duration min, Duration max) {
        backOffMinMs = within("back-off", min, 1, Integer.MAX_VALUE);
        backOffMaxMs = within("back-off", max, backOffMinMs, Integer.MAX_VALUE);
        return this;
    }

    /**
     * How long connecting (TCP, TLS and WebSocket, CONNACK: each) may take. Default 10 s. A name is
     * looked up for as long as the system's resolver takes, which {@link MqttClient#close} does not
     * wait for.
     */
    public MqttClientBuilder connectTimeout(Duration value) {
        connectTimeoutMs = within("connect timeout", value, 1, Integer.MAX_VALUE);
        return this;
    }

    /** How long a write may be stuck before the connection counts as dead. Default 10 s. */
    public MqttClientBuilder writeTimeout(Duration value) {
        writeTimeoutMs = within("write timeout", value, 1, Integer.MAX_VALUE);
        return this;
    }

    /**
     * The caller's store of QoS 1 and 2 publishes, besides the built-in one for {@code publish}.
     */
    public MqttClientBuilder store(@Nullable PublishStore value) {
        store = value;
        return this;
    }

    public MqttClientBuilder listener(MqttListener value) {
        listener = value;
        return this;
    }

    public MqttClientBuilder tls(TlsOptions value) {
        tls = value;
        return this;
    }

    /** Enhanced authentication (MQTT 5); without it an AUTH from the server ends the connection. */
    public MqttClientBuilder authenticator(@Nullable Authenticator value) {
        authenticator = value;
        return this;
    }

    /**
     * Whether to go where a server sends us with reason code 0x9C (for the next attempt) or 0x9D
     * (from now on, before the configured URLs) and a Server Reference. Default: no, because
     * whoever can answer for the server could then lead the device away. Scheme, path, trust and
     * credentials stay those of the URL that redirected.
     */
    public MqttClientBuilder followServerReference(boolean value) {
        followServerReference = value;
        return this;
    }

    /**
     * @throws IllegalArgumentException where no URL was given, or the version does not allow a
     *     combination
     */
    public MqttClient build() {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("no broker URL: call url(...) or urls(...)");
        }
        if (version == MqttVersion.V3_1 && clientId.isEmpty()) {
            throw new IllegalArgumentException("MQTT 3.1 needs a client identifier");
        }
        if (version != MqttVersion.V5 && password != null && username == null) {
            throw new IllegalArgumentException("a password without a user name needs version V5");
        }
        return new MqttClient(this);
    }

    private static long within(String what, Duration value, long minMs, long maxMs) {
        return within(what + " in ms", value.toMillis(), minMs, maxMs);
    }

    private static long within(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    what + " " + value + ": expected " + min + " to " + max);
        }
        return value;
    }
}
