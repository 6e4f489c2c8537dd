package dev.pipit.cli;

import dev.pipit.command.KeyFile;
import dev.pipit.command.SendCounter;
import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import dev.pipit.monitor.DeviceFeed;
import dev.pipit.monitor.Viewer;
import dev.pipit.mqtt.Connected;
import dev.pipit.mqtt.Disconnected;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.uplink.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pipit send ACTUATOR VALUE}. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        header = "Sends a command to a device and waits for its answer.",
        description = {
            "Ends with 0 when the device did it, with 1 when it refused (the answer says why), with"
                    + " 75 when no answer came.",
            "",
            "  pipit send relay on",
            "  pipit send fan 45.5 --device greenhouse",
            "  pipit send pump on --for 10s --sign ops.key",
            "  pipit send control/safe"
        })
final class SendCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "ACTUATOR",
            description = "As the configuration names it; or control/VERB.")
    String actuator;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VALUE",
            description = "on, off, 45.5, ...; verbs may do without.")
    @Nullable String value;

    @Mixin BrokerOptions broker;

    @Option(
            names = "--device",
            paramLabel = "ID",
            description = "Which device. Usually the one that is online, if it is the only one.")
    @Nullable String device;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "Only so long, then the safe value: 500ms, 10s.")
    @Nullable String duration;

    @Option(
            names = "--sign",
            paramLabel = "KEY",
            description =
                    "Signs it with a key of 'pipit keygen'. Its counter stands in KEY.counter"
                            + " beside it.")
    @Nullable Path key;

    @Option(
            names = "--expires",
            paramLabel = "SECONDS",
            description =
                    "The device refuses it from then on, by its clock. Usually 30 for what is"
                            + " signed, else never.")
    @Nullable Integer expiresSeconds;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "How long to wait for broker, device and answer. Usually ${DEFAULT-VALUE}.",
            defaultValue = "5")
    int timeoutSeconds;

    @Spec CommandSpec spec;

    private static final String CONTROL = "control/";
    private static final int USUAL_EXPIRY_SECONDS = 30;

    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final Set<String> online = new TreeSet<>();
    private final String id = randomId();
    private volatile String trouble = "";

    @Override
    public Integer call() throws InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        boolean control = actuator.startsWith(CONTROL);
        if (value == null && !control) {
            throw new CannotGoOn(
                    ExitCode.USAGE,
                    "what shall " + actuator + " be? 'pipit send " + actuator + " on'");
        }
        KeyFile signer = key == null ? null : read(key);
        DeviceFeed feed = new DeviceFeed(broker.root, new Answers());
        try (MqttClient client = broker.client("send").listener(new Listening(feed)).build()) {
            client.subscribe(broker.root + "/+/status", Qos.AT_LEAST_ONCE);
            client.subscribe(broker.root + "/+/response", Qos.AT_LEAST_ONCE);
            client.start();
            waitForConnection(deadlineNs);
            String chosen = device == null ? onlyDeviceOnline(deadlineNs) : device;
            String text = signer == null ? payload() : signed(signer, chosen);
            byte[] payload = text.getBytes(StandardCharsets.UTF_8);
            Topics topics = new Topics(broker.root, chosen);
            TopicName topic =
                    control
                            ? topics.control(actuator.substring(CONTROL.length()))
                            : topics.command(actuator);
            client.publish(topic, payload, 0, payload.length, Qos.AT_LEAST_ONCE, false);
            String answered = waitForAnswer(chosen, deadlineNs);
            client.disconnect(Duration.ofSeconds(1));
            return report(answered);
        }
    }

    private String payload() {
        JsonWriter json = new JsonWriter().object();
        json.key("value").value(value == null ? "" : value).key("id").value(id);
        if (duration != null) {
            json.key("for").value(duration);
        }
        if (expiresSeconds != null && key == null) {
            json.key("expires").value(expiry(expiresSeconds));
        }
        return json.end().toString();
    }

    private String signed(KeyFile signer, String chosen) {
        try {
            Path counters = SendCounter.beside(Objects.requireNonNull(key));
            long counter = SendCounter.next(counters, System.currentTimeMillis());
            String expires = expiry(expiresSeconds == null ? USUAL_EXPIRY_SECONDS : expiresSeconds);
            String topic = actuator.startsWith(CONTROL) ? actuator : "command/" + actuator;
            return signer.sign(chosen, topic, counter, expires, payload());
        } catch (IOException unwritable) {
            throw new CannotGoOn(
                    ExitCode.USAGE, "the key's counter cannot be kept: " + unwritable.getMessage());
        }
    }

    private static String expiry(int seconds) {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(seconds).toString();
    }

    private static KeyFile read(Path key) {
        try {
            return KeyFile.read(key);
        } catch (IOException unusable) {
            String what =
                    unusable instanceof NoSuchFileException
                            ? key + " is not there: make it with 'pipit keygen ID'"
                            : String.valueOf(unusable.getMessage());
            throw new CannotGoOn(ExitCode.USAGE, what);
        }
    }

    private void waitForConnection(long deadlineNs) throws InterruptedException {
        try {
            connected.get(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException none) {
            throw new CannotGoOn(
                    ExitCode.UNAVAILABLE,
                    "no connection to " + broker.url + (trouble.isEmpty() ? "" : ": " + trouble));
        }
    }

    /** Retained status messages tell which devices there are; they come within moments or never. */
    private String onlyDeviceOnline(long deadlineNs) throws InterruptedException {
        synchronized (online) {
            while (online.isEmpty() && deadlineNs - System.nanoTime() > 0) {
                online.wait(50);
            }
            online.wait(100);
            if (online.isEmpty()) {
                throw new CannotGoOn(
                        ExitCode.NO_ANSWER,
                        "no device is online below '" + broker.root + "/' at " + broker.url);
            }
            if (online.size() > 1) {
                throw new CannotGoOn(
                        ExitCode.USAGE,
                        "several devices are online: say --device and one of " + online);
            }
            return online.iterator().next();
        }
    }

    private String waitForAnswer(String chosen, long deadlineNs) throws InterruptedException {
        try {
            return answer.get(Math.max(1, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException none) {
            throw new CannotGoOn(
                    ExitCode.NO_ANSWER,
                    "no answer from " + chosen + " within " + timeoutSeconds + " s");
        }
    }

    private int report(String text) {
        spec.commandLine().getOut().println(text);
        try {
            return Json.parse(text) instanceof Json.Obj parsed
                            && parsed.string("answer", "").equals("ok")
                    ? ExitCode.DONE
                    : ExitCode.REFUSED;
        } catch (JsonException wrong) {
            return ExitCode.BAD_DATA;
        }
    }

    private static String randomId() {
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private final class Answers implements Viewer {
        @Override
        public void status(String name, boolean up) {
            synchronized (online) {
                if (up) {
                    online.add(name);
                } else {
                    online.remove(name);
                }
                online.notifyAll();
            }
        }

        @Override
        public void response(String name, String payload) {
            try {
                if (Json.parse(payload) instanceof Json.Obj parsed
                        && parsed.string("id", "").equals(id)) {
                    answer.complete(payload);
                }
            } catch (JsonException notForUs) {
                spec.commandLine().getErr().println("an answer that is no JSON: " + payload);
            }
        }
    }

    private final class Listening implements MqttListener {
        private final DeviceFeed feed;

        Listening(DeviceFeed feed) {
            this.feed = feed;
        }

        @Override
        public void connected(Connected connection) {
            connected.complete(null);
        }

        @Override
        public void disconnected(Disconnected cause) {
            trouble = cause.reason();
        }

        @Override
        public void message(InboundPublish message) {
            feed.message(message);
        }
    }
}
