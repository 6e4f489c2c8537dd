package dev.pipit.agent;

import static dev.pipit.testkit.Watcher.await;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.monitor.DeviceFeed;
import dev.pipit.monitor.ReceivedReading;
import dev.pipit.monitor.Viewer;
import dev.pipit.mqtt.MqttClient;
import dev.pipit.mqtt.MqttListener;
import dev.pipit.mqtt.packet.InboundPublish;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps the books of devices of one sensor each: what anybody saw on the live topic, what the
 * record holds after an upsert by (device, schema id, time), which gaps were reported, and what of
 * it does not add up.
 */
final class Ledger implements Viewer {
    private record Span(long fromMs, long toMs) {
        boolean holds(long timeMs) {
            return fromMs <= timeMs && timeMs <= toMs;
        }
    }

    private static final class Account {
        final TreeSet<Long> live = new TreeSet<>();
        final TreeMap<Long, String> record = new TreeMap<>();
        final TreeSet<Integer> schemas = new TreeSet<>();
        final List<Span> gaps = new ArrayList<>();
        final List<Span> lives = new ArrayList<>();
    }

    private final Map<String, Account> accounts = new TreeMap<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final List<String> different = new ArrayList<>();
    private final List<String> undecodable = new ArrayList<>();
    private int again;

    /** Listens to all devices at a broker, for the ledger. */
    MqttClient listen(URI broker) {
        DeviceFeed feed = new DeviceFeed("pipit", this);
        MqttClient client =
                MqttClient.builder()
                        .url(broker)
                        .clientId("ledger")
                        .sessionExpiry(Duration.ZERO)
                        .keepAlive(Duration.ofHours(1))
                        .listener(
                                new MqttListener() {
                                    @Override
                                    public void message(InboundPublish message) {
                                        String[] levels = message.topic().split("/", 3);
                                        if (levels[2].equals("data")) {
                                            schema(levels[1], message.payload()[1] & 0xFF);
                                        }
                                        feed.message(message);
                                    }
                                })
                        .build();
        feed.subscribe(client);
        client.start();
        await("the ledger's connection", client::isConnected);
        return client;
    }

    private Account account(String device) {
        return accounts.computeIfAbsent(device, unseen -> new Account());
    }

    /** A frame of the record came with this schema. */
    synchronized void schema(String device, int id) {
        account(device).schemas.add(id);
    }

    /** A process of the device has lived so long, by the wall clock. */
    synchronized void lived(String device, long fromMs, long toMs) {
        account(device).lives.add(new Span(fromMs, toMs));
    }

    /** Readings that came on the live topic so far. */
    long liveOf(String device) {
        AtomicInteger count = counts.get(device);
        return count == null ? 0 : count.get();
    }

    @Override
    public synchronized void reading(ReceivedReading reading) {
        String device = reading.device();
        Account account = account(device);
        if (reading.live()) {
            account.live.add(reading.timeMs());
            counts.computeIfAbsent(device, unseen -> new AtomicInteger()).incrementAndGet();
            return;
        }
        String values = reading.values().toString();
        String before = account.record.put(reading.timeMs(), values);
        if (before != null) {
            again++;
            if (!before.equals(values)) {
                different.add(device + " " + reading.time() + ": " + before + " " + values);
            }
        }
    }

    @Override
    public synchronized void gap(String device, String payload) {
        try {
            Json.Obj gap = Json.object(Json.parse(payload), "gap");
            account(device)
                    .gaps
                    .add(
                            new Span(
                                    gap.whole("from", Long.MIN_VALUE, Long.MAX_VALUE),
                                    gap.whole("to", Long.MIN_VALUE, Long.MAX_VALUE)));
        } catch (JsonException wrong) {
            undecodable.add(device + " gap " + payload + ": " + wrong.getMessage());
        }
    }

    @Override
    public synchronized void undecodable(String device, String topic, String why) {
        undecodable.add(device + " " + topic + ": " + why);
    }

    /** Seen live up to a time, and not in the record. */
    synchronized List<String> lost(long upToMs) {
        List<String> lost = new ArrayList<>();
        accounts.forEach((device, account) -> {
            for (long time : account.live.headSet(upToMs, true)) {
                if (!account.record.containsKey(time)) {
                    lost.add(device + " " + time);
                }
            }
        });
        return lost;
    }

    /** Seen live, not in the record, and in no gap that was reported either. */
    synchronized List<String> unreportedGaps() {
        List<String> unreported = new ArrayList<>();
        accounts.forEach((device, account) -> {
            for (long time : account.live) {
                boolean told = account.gaps.stream().anyMatch(gap -> gap.holds(time));
                if (!account.record.containsKey(time) && !told) {
                    unreported.add(device + " " + time);
                }
            }
        });
        return unreported;
    }

    /**
     * What an upsert by (device, schema id, time) leaves twice or changes: a reading told again
     * with other values; one under a second schema id; one at a second time, which shows as a row
     * between two live readings of one process that nobody saw live.
     */
    synchronized List<String> duplicates() {
        List<String> duplicates = new ArrayList<>(different);
        accounts.forEach((device, account) -> {
            if (account.schemas.size() > 1) {
                duplicates.add(device + " under schemas " + account.schemas);
            }
            for (Span life : account.lives) {
                var live = account.live.subSet(life.fromMs, true, life.toMs, true);
                if (live.isEmpty()) {
                    continue;
                }
                for (long time : account.record.subMap(live.first(), live.last()).keySet()) {
                    if (!live.contains(time)) {
                        duplicates.add(device + " " + time + ": never seen live");
                    }
                }
            }
        });
        return duplicates;
    }

    synchronized int gaps() {
        return accounts.values().stream().mapToInt(account -> account.gaps.size()).sum();
    }

    synchronized List<String> undecodable() {
        return List.copyOf(undecodable);
    }

    synchronized int seen() {
        return accounts.values().stream().mapToInt(account -> account.live.size()).sum();
    }

    synchronized int recorded() {
        return accounts.values().stream().mapToInt(account -> account.record.size()).sum();
    }

    /** Readings that came again, as they were. */
    synchronized int again() {
        return again - different.size();
    }
}
