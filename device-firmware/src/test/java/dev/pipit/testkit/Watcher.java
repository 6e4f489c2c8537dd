package dev.pipit.testkit;

import dev.pipit.monitor.DeviceFeed;
import dev.pipit.monitor.ReceivedReading;
import dev.pipit.monitor.Viewer;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.Qos;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Somebody else at the broker: remembers all that devices say and can speak to them. */
public final class Watcher implements Viewer, AutoCloseable {
    public final List<ReceivedReading> readings = new CopyOnWriteArrayList<>();
    public final List<String> states = new CopyOnWriteArrayList<>();
    public final List<String> alarms = new CopyOnWriteArrayList<>();
    public final List<String> answers = new CopyOnWriteArrayList<>();
    public final List<String> events = new CopyOnWriteArrayList<>();
    public final List<Boolean> statuses = new CopyOnWriteArrayList<>();
    public final List<String> gaps = new CopyOnWriteArrayList<>();
    public final List<String> healths = new CopyOnWriteArrayList<>();
    public final List<String> undecodable = new CopyOnWriteArrayList<>();

    private final MqttClient client;

    public Watcher(URI broker) {
        DeviceFeed feed = new DeviceFeed("pipit", this);
        client =
                MqttClient.builder()
                        .url(broker)
                        .clientId("watcher-" + Long.toHexString(System.nanoTime()))
                        .sessionExpiry(Duration.ZERO)
                        .backOff(Duration.ofMillis(50), Duration.ofMillis(200))
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
        await("the watcher's connection", client::isConnected);
    }

    public void send(String topic, String payload) {
        client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), Qos.AT_LEAST_ONCE, false);
    }

    public void sendRetained(String topic, String payload) {
        client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), Qos.AT_LEAST_ONCE, true);
    }

    /** Waits up to 20 s for something to become true. */
    public static void await(String what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("waited 20 s in vain for " + what);
            }
            pause();
        }
    }

    /** As {@link #await(String, BooleanSupplier)}, saying what there was instead. */
    public static void await(String what, BooleanSupplier condition, Supplier<?> instead) {
        try {
            await(what, condition);
        } catch (AssertionError inVain) {
            throw new AssertionError(inVain.getMessage() + "; there was " + instead.get(), inVain);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** A value of the newest reading, as text; empty where there is none. */
    public String newest(String channel) {
        List<ReceivedReading> all = new ArrayList<>(readings);
        for (int i = all.size() - 1; i >= 0; i--) {
            for (ReceivedReading.Value value : all.get(i).values()) {
                if (value.channel().equals(channel)) {
                    return value.number() == null
                            ? "missing: " + value.missing()
                            : value.number().toPlainString();
                }
            }
        }
        return "";
    }

    @Override
    public void reading(ReceivedReading reading) {
        readings.add(reading);
    }

    @Override
    public void status(String device, boolean online) {
        statuses.add(online);
    }

    @Override
    public void state(String device, String actuator, String value) {
        states.add(actuator + "=" + value);
    }

    @Override
    public void event(String device, String input, String payload) {
        events.add(input + " " + payload);
    }

    @Override
    public void alarm(String device, String id, String payload) {
        alarms.add(id + " " + payload);
    }

    @Override
    public void response(String device, String payload) {
        answers.add(payload);
    }

    @Override
    public void gap(String device, String payload) {
        gaps.add(device + " " + payload);
    }

    @Override
    public void health(String device, String payload) {
        healths.add(device + " " + payload);
    }

    @Override
    public void undecodable(String device, String topic, String why) {
        undecodable.add(topic + ": " + why);
    }

    @Override
    public void close() {
        client.close();
    }
}
