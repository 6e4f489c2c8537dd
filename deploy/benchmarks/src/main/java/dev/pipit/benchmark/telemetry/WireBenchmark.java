package dev.pipit.benchmark.telemetry;

import dev.pipit.driver.Channel;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttVersion;
import dev.pipit.mqtt.TlsOptions;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.telemetry.Batch;
import dev.pipit.telemetry.DenseEncoder.Effort;
import dev.pipit.telemetry.FrameEncoder;
import dev.pipit.telemetry.Schema;
import dev.pipit.telemetry.format.JsonReadings;
import dev.pipit.telemetry.format.PayloadBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * {@code WireBenchmark ADDRESS MQTTS-PORT HTTPS-PORT CA-PEM INTERFACE DATA}: what one-second
 * readings of three channels cost on the wire, all bytes of both directions from the kernel's
 * counters of an interface that carries nothing else. Time is accelerated: a message every {@value
 * #PAUSE_MS} ms, long enough for every acknowledgement of the one before; keep-alive packets, which
 * in real time would come where nothing is sent for so long, are not in it.
 */
public final class WireBenchmark {
    private static final PrintStream OUT = System.out;
    private static final int PAUSE_MS = 300;
    private static final int WARM_UP = 3;
    private static final int FRAMES = 40;

    /** Of the network namespace that this process is in. */
    private static final Path TIMESTAMPS = Path.of("/proc/sys/net/ipv4/tcp_timestamps");

    private static final String TOPIC = "pipit/bench-01/data1";
    private static final String VALUE_TOPIC = "pipit/bench-01/air/";

    private final String address;
    private final int mqttPort;
    private final int httpsPort;
    private final Path ca;
    private final Meter meter;

    private WireBenchmark(String[] arguments) {
        address = arguments[0];
        mqttPort = Integer.parseInt(arguments[1]);
        httpsPort = Integer.parseInt(arguments[2]);
        ca = Path.of(arguments[3]);
        meter = new Meter(arguments[4]);
    }

    private interface Sending {
        /** Sends what stands for a payload; gives its length. */
        int send(byte[] payload, int number) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        WireBenchmark benchmark = new WireBenchmark(arguments);
        Series recorded = Series.recorded(Path.of(arguments[5])).getFirst();
        Series held = Series.everySecond(recorded, Series.Seconds.HELD);
        Series lines = Series.everySecond(recorded, Series.Seconds.LINES);
        Series hurried = Series.everySecond(recorded, Series.Seconds.HURRIED);
        OUT.println(
                "wire: TLS 1.3, QoS 1, one-second readings of 3 channels (Sense HAT: temperature,"
                        + " humidity, pressure to 0.01; each row recorded is held for its ten"
                        + " seconds),");
        OUT.println(
                "  IPv4 with TCP timestamps, a subscriber at the broker; IP bytes of both"
                        + " directions; accelerated: a message each "
                        + PAUSE_MS
                        + " ms; data/ alone, no live/, no keep-alive");
        OUT.printf(
                "%-42s %9s %9s %12s %14s%n",
                "", "bytes/rdg", "payload", "packets/rdg", "wake-ups/hour");
        benchmark.dense(held, 60, false, "pipit, 60", 4.7);
        benchmark.dense(held, 60, true, "pipit, 60, topic alias", 4.4);
        benchmark.dense(held, 300, true, "pipit, 300, topic alias", 1.4);
        benchmark.json(held, 40);
        benchmark.https(held, 40, true);
        benchmark.https(held, 20, false);
        OUT.println("  data that changes faster:");
        benchmark.dense(lines, 60, false, "pipit, 60, straight lines between rows", 0);
        benchmark.dense(lines, 60, true, "pipit, 60, alias, straight lines", 0);
        benchmark.dense(lines, 300, true, "pipit, 300, alias, straight lines", 1.4);
        benchmark.dense(hurried, 60, true, "pipit, 60, alias, each row for a second", 0);
        benchmark.dense(
                Series.simulated(14_000), 60, true, "pipit, 60, alias, simulated BME280", 0);
        OUT.println("  without TCP timestamps, as deploy/install --metered sets a device:");
        Files.writeString(TIMESTAMPS, "0");
        benchmark.dense(held, 60, false, "pipit, 60", 4.7);
        benchmark.dense(held, 60, true, "pipit, 60, topic alias", 4.4);
        benchmark.dense(held, 300, true, "pipit, 300, topic alias", 1.4);
        benchmark.dense(lines, 60, false, "pipit, 60, straight lines between rows", 4.7);
        benchmark.dense(lines, 60, true, "pipit, 60, alias, straight lines", 4.4);
        benchmark.dense(lines, 300, true, "pipit, 300, alias, straight lines", 1.4);
        benchmark.dense(hurried, 60, true, "pipit, 60, alias, each row for a second", 0);
        benchmark.dense(
                Series.simulated(14_000), 60, true, "pipit, 60, alias, simulated BME280", 0);
        benchmark.json(held, 40);
        Files.writeString(TIMESTAMPS, "1");
        Runtime.getRuntime().halt(Figures.status());
    }

    private MqttClient client(boolean alias) throws InterruptedException {
        MqttClient client =
                MqttClient.builder()
                        .url(URI.create("mqtts://" + address + ":" + mqttPort))
                        .clientId("bench-01")
                        .keepAlive(Duration.ofMinutes(30))
                        .sessionExpiry(Duration.ZERO)
                        .version(alias ? MqttVersion.V5 : MqttVersion.V3_1_1)
                        .tls(new TlsOptions(ca, null, null, List.of()))
                        .build();
        client.start();
        for (int i = 0; i < 500 && !client.isConnected(); i++) {
            Thread.sleep(20);
        }
        if (!client.isConnected()) {
            throw new IllegalStateException("no connection to the broker");
        }
        return client;
    }

    /**
     * @param figure bytes per reading that were meant; 0: none
     */
    private void dense(Series series, int size, boolean alias, String name, double figure)
            throws Exception {
        List<byte[]> frames = new ArrayList<>();
        int readings = 0;
        List<Batch> batches = series.batches(size);
        int count = Math.min(FRAMES, batches.size() - 1);
        for (int i = 0; i < count; i++) {
            // From all over the series; the last one is not full.
            Batch batch = batches.get(i * (batches.size() - 1) / count);
            Schema schema = batch.schema();
            FrameEncoder encoder = new FrameEncoder(schema, size, Effort.FULL);
            byte[] out = new byte[FrameEncoder.maxLength(schema, size)];
            int length = encoder.encode(batch, 0, 0, out, 0);
            frames.add(Arrays.copyOf(out, length));
            readings += batch.size();
        }
        MqttClient client = client(alias);
        measure(
                name,
                frames,
                readings,
                (frame, number) -> {
                    client.publish(TOPIC, frame, Qos.AT_LEAST_ONCE, false);
                    return frame.length;
                },
                figure);
        client.close();
        if (series.name().contains("held") && size == 60) {
            boolean timestamps = !Files.readString(TIMESTAMPS).strip().equals("0");
            explain(frames, alias, timestamps ? 52 : 40);
        }
    }

    /**
     * Where the bytes of a publish go, from what the kernel counted.
     *
     * @param tcp bytes of a packet's headers, IP and TCP
     */
    private void explain(List<byte[]> frames, boolean alias, int tcp) {
        int count = frames.size();
        double payload = frames.stream().mapToInt(frame -> frame.length).average().orElseThrow();
        double out = (double) meter.bytesOut() / count;
        // A TLS 1.3 record 5, its type 1, its tag 16.
        double rest = out - 2 * tcp - 22 - (alias ? 10 : 26) - payload;
        OUT.printf(
                "  a publish: %.1f bytes to the broker in %.2f packets, of them %.1f frame, %d MQTT,"
                        + " 22 TLS, %.1f more in TLS (zeros: the JDK pads every record by 16 and"
                        + " nothing turns it off), %d and %d TCP/IP for it and for the"
                        + " acknowledgement of the answer; %.1f bytes back in %.2f packets%n",
                out,
                (double) meter.packetsOut() / count,
                payload,
                alias ? 10 : 26,
                rest,
                tcp,
                tcp,
                (double) (meter.bytes() - meter.bytesOut()) / count,
                (double) (meter.packets() - meter.packetsOut()) / count);
    }

    private static List<byte[]> objects(Series series, int count) {
        List<byte[]> objects = new ArrayList<>();
        JsonReadings encoder = new JsonReadings("air", series.schema());
        PayloadBuffer out = new PayloadBuffer();
        for (Batch batch : series.batches(1).subList(0, count)) {
            out.clear();
            encoder.encode(batch, 0, 1, 0, 0, out);
            objects.add(out.toBytes());
        }
        return objects;
    }

    /** As many devices do it: each value at once, on a topic of its own. */
    private void json(Series series, int count) throws Exception {
        List<byte[]> none = new ArrayList<>();
        List<Batch> readings = series.batches(1).subList(0, count);
        readings.forEach(reading -> none.add(new byte[0]));
        MqttClient client = client(false);
        List<Channel> channels = series.schema().channels();
        measure(
                "JSON per value over MQTT, a message each",
                none,
                count,
                (ignored, number) -> {
                    Batch row = readings.get(number);
                    int bytes = 0;
                    for (int c = 0; c < channels.size(); c++) {
                        String json =
                                "{\"time\":"
                                        + row.timeMs(0)
                                        + ",\"value\":"
                                        + row.schema().inUnits(c, row.value(0, c)).toPlainString()
                                        + "}";
                        bytes += json.length();
                        client.publish(
                                VALUE_TOPIC + channels.get(c).name(),
                                json.getBytes(StandardCharsets.UTF_8),
                                Qos.AT_LEAST_ONCE,
                                false);
                    }
                    return bytes;
                },
                0);
        client.close();
    }

    private void https(Series series, int count, boolean kept) throws Exception {
        SSLContext tls = trusting();
        SSLSocket[] open = new SSLSocket[1];
        measure(
                kept ? "JSON by HTTPS, one connection" : "JSON by HTTPS, a connection per reading",
                objects(series, count),
                count,
                (object, number) -> {
                    SSLSocket before = open[0];
                    SSLSocket socket =
                            before == null
                                    ? (SSLSocket)
                                            tls.getSocketFactory().createSocket(address, httpsPort)
                                    : before;
                    post(socket, object, kept);
                    if (kept) {
                        open[0] = socket;
                    } else {
                        socket.close();
                    }
                    return object.length;
                },
                0);
    }

    private void post(SSLSocket socket, byte[] body, boolean kept) throws IOException {
        String head =
                "POST /readings HTTP/1.1\r\nHost: "
                        + address
                        + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length
                        + (kept ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        socket.getOutputStream().write(request);
        InputStream in = socket.getInputStream();
        int ends = 0;
        for (int b = in.read(); b >= 0 && ends < 4; b = in.read()) {
            ends = b == '\r' || b == '\n' ? ends + 1 : 0;
            if (ends == 4) {
                return;
            }
        }
        throw new IOException("the answer ended early");
    }

    private SSLContext trusting() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, trust.getTrustManagers(), null);
        return tls;
    }

    /** The first few open what is kept, and are not counted. */
    private void measure(
            String name, List<byte[]> payloads, int readings, Sending sending, double figure)
            throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            sending.send(payloads.get(i), i);
            Thread.sleep(PAUSE_MS);
        }
        Thread.sleep(1_000);
        meter.start();
        long payload = 0;
        for (int i = 0; i < payloads.size(); i++) {
            payload += sending.send(payloads.get(i), i);
            Thread.sleep(PAUSE_MS);
        }
        Thread.sleep(1_000);
        meter.stop();
        double bytes = (double) meter.bytes() / readings;
        OUT.printf(
                "%-42s %9.2f %9.2f %12.3f %14.0f %s%n",
                name,
                bytes,
                (double) payload / readings,
                (double) meter.packets() / readings,
                3_600.0 * meter.bursts() / readings,
                figure == 0 ? "" : Figures.atMost(figure, bytes));
    }
}
