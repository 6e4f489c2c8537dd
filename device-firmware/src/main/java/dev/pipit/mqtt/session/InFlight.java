package dev.pipit.mqtt.session;

import java.util.Arrays;

/**
 * Outbound publishes of QoS 1 and 2 that were read from a store and are not settled, in the order
 * they were first sent: the session state of the sending side. Holds numbers only; the publishes
 * stay in their store.
 *
 * <pre>
 *             +-------------- QUEUED &lt;-- session lost -- (any)
 *             v  new identifier
 *  read --&gt; SENT --PUBACK--&gt; settled                   QoS 1
 *  read --&gt; SENT --PUBREC--&gt; RELEASED --PUBCOMP--&gt; settled   QoS 2
 * </pre>
 *
 * Slots are used from left to right and moved together when the end is reached, so that a slow
 * acknowledgement does not hold back those behind it.
 */
final class InFlight {
    static final byte SETTLED = 0;

    /** PUBLISH of QoS 1 sent (on this or an earlier connection of the session). */
    static final byte SENT_QOS_1 = 1;

    /** PUBLISH of QoS 2 sent. */
    static final byte SENT_QOS_2 = 2;

    /** PUBREC received, PUBREL sent or to be sent. */
    static final byte RELEASED = 3;

    /** To be sent as a new publish: the session that knew it is gone. No identifier. */
    static final byte QUEUED = 4;

    private final int window;
    private byte[] states;
    private char[] identifiers;
    private byte[] stores;
    private long[] sequences;

    /** Sent on this connection, so counted against the server's Receive Maximum. */
    private boolean[] counted;

    private int first;
    private int end;
    private int count;
    private int hint;

    InFlight(int window) {
        this.window = window;
        int slots = Math.min(2 * window, 32);
        states = new byte[slots];
        identifiers = new char[slots];
        stores = new byte[slots];
        sequences = new long[slots];
        counted = new boolean[slots];
    }

    /** Publishes in flight. */
    int count() {
        return count;
    }

    /** Publishes that may be added. */
    int room() {
        return window - count;
    }

    /** Slot to begin a walk with; slots before it are settled. */
    int first() {
        return first;
    }

    /** Slot to end a walk before. */
    int end() {
        return end;
    }

    byte state(int slot) {
        return states[slot];
    }

    int identifier(int slot) {
        return identifiers[slot];
    }

    int store(int slot) {
        return stores[slot];
    }

    long sequence(int slot) {
        return sequences[slot];
    }

    /**
     * Adds a publish behind the others; while there is {@link #room}. May move the others: no walk
     * that remembers a slot is under way.
     */
    void add(byte state, int identifier, int store, long sequence) {
        if (end == states.length) {
            makeRoom();
        }
        int slot = end++;
        states[slot] = state;
        identifiers[slot] = (char) identifier;
        stores[slot] = (byte) store;
        sequences[slot] = sequence;
        counted[slot] = true;
        count++;
    }

    boolean counted(int slot) {
        return counted[slot];
    }

    void count(int slot, boolean value) {
        counted[slot] = value;
    }

    void change(int slot, byte state, int identifier) {
        states[slot] = state;
        identifiers[slot] = (char) identifier;
    }

    void settle(int slot) {
        states[slot] = SETTLED;
        count--;
        if (count == 0) {
            first = 0;
            end = 0;
            hint = 0;
            return;
        }
        while (states[first] == SETTLED) {
            first++;
        }
    }

    /** The slot with this identifier, or -1. Acknowledgements come in order, mostly. */
    int find(int identifier) {
        int from = Math.max(first, Math.min(hint, end));
        for (int slot = from; slot < end; slot++) {
            if (identifiers[slot] == identifier && holdsIdentifier(slot)) {
                hint = slot;
                return slot;
            }
        }
        for (int slot = first; slot < from; slot++) {
            if (identifiers[slot] == identifier && holdsIdentifier(slot)) {
                hint = slot;
                return slot;
            }
        }
        return -1;
    }

    private boolean holdsIdentifier(int slot) {
        byte state = states[slot];
        return state != SETTLED && state != QUEUED;
    }

    private void makeRoom() {
        if (count > states.length / 2) {
            int slots = 2 * states.length;
            states = Arrays.copyOf(states, slots);
            identifiers = Arrays.copyOf(identifiers, slots);
            stores = Arrays.copyOf(stores, slots);
            sequences = Arrays.copyOf(sequences, slots);
            counted = Arrays.copyOf(counted, slots);
            return;
        }
        int to = 0;
        for (int from = first; from < end; from++) {
            if (states[from] != SETTLED) {
                states[to] = states[from];
                identifiers[to] = identifiers[from];
                stores[to] = stores[from];
                sequences[to] = sequences[from];
                counted[to] = counted[from];
                to++;
            }
        }
        first = 0;
        end = to;
        hint = 0;
    }
}
