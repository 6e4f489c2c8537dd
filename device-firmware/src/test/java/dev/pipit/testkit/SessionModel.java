package dev.pipit.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a correct MQTT server keeps of one client, as plain bookkeeping without sockets: it answers
 * packets, sends again what a reconnect left open, and remembers every publish it accepted, so that
 * a test can judge what an interruption did. Not thread-safe.
 */
public final class SessionModel {
    private static final int PUBLISH = 3;
    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int PUBREL = 6;
    private static final int PUBCOMP = 7;

    private final int level;
    private final byte[] connack;

    /** Publishes taken over from the client, {@code topic=payload}, in order. */
    private final List<String> accepted = new ArrayList<>();

    // The session.
    private final Set<Integer> unreleased = new TreeSet<>();
    private final Map<Integer, byte[]> outbound = new LinkedHashMap<>();
    private final Map<String, Integer> subscriptions = new TreeMap<>();
    private boolean exists;
    private boolean survives;
    private int lost;
    private int connects;
    private int nextIdentifier = 20_000;

    /**
     * @param level 3, 4 or 5
     * @param connack an accepting CONNACK; its Session Present is set as it has to be
     */
    public SessionModel(int level, byte[] connack) {
        this.level = level;
        this.connack = connack.clone();
    }

    /** {@code topic=payload} of every PUBLISH that was not a repetition known as such. */
    public List<String> accepted() {
        return List.copyOf(accepted);
    }

    /** Filter to the options byte asked for. */
    public Map<String, Integer> subscriptions() {
        return Map.copyOf(subscriptions);
    }

    /** Whether every message to the client has been acknowledged to the end. */
    public boolean isSettled() {
        return outbound.isEmpty();
    }

    /** How often a session with something in it was dropped. */
    public int lost() {
        return lost;
    }

    public int connects() {
        return connects;
    }

    /** The server forgets, as one without persistence does when it restarts. */
    public void lose() {
        if (exists) {
            lost++;
        }
        exists = false;
        unreleased.clear();
        subscriptions.clear();
        // Whoever published them does it again, as new messages.
        List<byte[]> again = new ArrayList<>();
        for (byte[] packet : outbound.values()) {
            if (packet[0] >>> 4 == PUBLISH) {
                packet[0] &= ~0x08;
                again.add(packet);
            }
        }
        outbound.clear();
        again.forEach(packet -> outbound.put(identifier(packet), packet));
    }

    /**
     * A packet arrived.
     *
     * @return the answers, in order
     */
    public List<byte[]> received(byte[] packet) {
        int type = (packet[0] & 0xFF) >>> 4;
        return switch (type) {
            case 1 -> connect(packet);
            case PUBLISH -> publish(packet);
            case PUBACK -> {
                outbound.remove(identifier(packet));
                yield List.of();
            }
            case PUBREC -> {
                byte[] pubrel = shorter(0x62, identifier(packet));
                boolean refused = packet.length > 4 && (packet[4] & 0x80) != 0;
                if (refused) {
                    outbound.remove(identifier(packet));
                    yield List.of();
                }
                outbound.replace(identifier(packet), pubrel);
                yield List.of(pubrel);
            }
            case PUBREL -> {
                unreleased.remove(identifier(packet));
                yield List.of(shorter(0x70, identifier(packet)));
            }
            case PUBCOMP -> {
                outbound.remove(identifier(packet));
                yield List.of();
            }
            case 8 -> {
                int at = afterIdentifier(packet);
                String filter = string(packet, at);
                int options = packet[at + 2 + twoBytes(packet, at)];
                subscriptions.put(filter, options);
                yield List.of(subscriptionAnswer(0x90, packet, options & 3));
            }
            case 10 -> {
                subscriptions.remove(string(packet, afterIdentifier(packet)));
                yield List.of(
                        level == 5
                                ? subscriptionAnswer(0xB0, packet, 0)
                                : shorter(0xB0, identifier(packet)));
            }
            case 12 -> List.of(new byte[] {(byte) 0xD0, 0});
            case 14 -> List.of();
            default -> throw new AssertionError("a client may not send " + Bytes.hex(packet));
        };
    }

    private List<byte[]> connect(byte[] packet) {
        connects++;
        int flags = packet[body(packet) + 3 + twoBytes(packet, body(packet))];
        boolean clean = (flags & 0x02) != 0;
        if (exists && (clean || !survives)) {
            lose();
        }
        byte[] answer = connack.clone();
        answer[body(answer)] = (byte) (exists && level > 3 ? 1 : 0);
        boolean resumed = exists;
        exists = true;
        survives = level == 5 || !clean;
        List<byte[]> answers = new ArrayList<>();
        answers.add(answer);
        for (byte[] waiting : outbound.values()) {
            if (resumed && waiting[0] >>> 4 == PUBLISH) {
                waiting[0] |= 0x08;
            }
            answers.add(waiting.clone());
        }
        return answers;
    }

    private List<byte[]> publish(byte[] packet) {
        int qos = (packet[0] >>> 1) & 3;
        int identifier = qos == 0 ? 0 : identifier(packet);
        boolean known = qos == 2 && !unreleased.add(identifier);
        if (!known) {
            accepted.add(text(packet));
        }
        return qos == 0
                ? List.of()
                : List.of(qos == 1 ? shorter(0x40, identifier) : shorter(0x50, identifier));
    }

    /** A script sent this on the server's behalf. */
    public void sent(byte[] packet) {
        int type = (packet[0] & 0xFF) >>> 4;
        if (type == PUBLISH && (packet[0] & 0x06) != 0) {
            outbound.put(identifier(packet), packet.clone());
        } else if (type == PUBREL && outbound.containsKey(identifier(packet))) {
            outbound.put(identifier(packet), packet.clone());
        } else if ((type == PUBREC || type == PUBACK)
                && packet.length > 4
                && (packet[4] & 0x80) != 0) {
            unreleased.remove(identifier(packet));
            accepted.removeLast();
        }
    }

    /** A message for the client; returns the packet. */
    public byte[] publish(String topic, String payload, int qos) {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        byte[] text = payload.getBytes(StandardCharsets.UTF_8);
        int identifier = nextIdentifier++;
        byte[] rest =
                Bytes.join(
                        new byte[] {(byte) (name.length >>> 8), (byte) name.length},
                        name,
                        qos == 0
                                ? new byte[0]
                                : new byte[] {(byte) (identifier >>> 8), (byte) identifier},
                        new byte[level == 5 ? 1 : 0],
                        text);
        byte[] packet = Bytes.join(new byte[] {(byte) (0x30 | qos << 1), (byte) rest.length}, rest);
        sent(packet);
        return packet;
    }

    /** {@code topic=payload} of a PUBLISH. */
    public String text(byte[] packet) {
        int at = body(packet);
        String topic = string(packet, at);
        at += 2 + twoBytes(packet, at);
        if ((packet[0] & 0x06) != 0) {
            at += 2;
        }
        if (level == 5) {
            at += 1 + (packet[at] & 0xFF);
        }
        return topic + "=" + new String(packet, at, packet.length - at, StandardCharsets.UTF_8);
    }

    private byte[] subscriptionAnswer(int first, byte[] request, int code) {
        byte[] identifier = Arrays.copyOfRange(request, body(request), body(request) + 2);
        byte[] rest =
                Bytes.join(identifier, new byte[level == 5 ? 1 : 0], new byte[] {(byte) code});
        return Bytes.join(new byte[] {(byte) first, (byte) rest.length}, rest);
    }

    private static byte[] shorter(int first, int identifier) {
        return new byte[] {(byte) first, 2, (byte) (identifier >>> 8), (byte) identifier};
    }

    private int afterIdentifier(byte[] packet) {
        int at = body(packet) + 2;
        return level == 5 ? at + 1 + packet[at] : at;
    }

    private static int identifier(byte[] packet) {
        int at = body(packet);
        return twoBytes(packet, packet[0] >>> 4 == PUBLISH ? at + 2 + twoBytes(packet, at) : at);
    }

    /** Where the variable header begins. */
    private static int body(byte[] packet) {
        int at = 1;
        while (packet[at] < 0) {
            at++;
        }
        return at + 1;
    }

    private static String string(byte[] packet, int at) {
        return new String(packet, at + 2, twoBytes(packet, at), StandardCharsets.UTF_8);
    }

    private static int twoBytes(byte[] packet, int at) {
        return ((packet[at] & 0xFF) << 8) | (packet[at + 1] & 0xFF);
    }
}
