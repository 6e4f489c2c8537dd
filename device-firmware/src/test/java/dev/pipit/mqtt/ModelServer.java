package dev.pipit.mqtt;

import dev.pipit.testkit.Bytes;
import dev.pipit.testkit.ScriptedBroker;
import dev.pipit.testkit.ScriptedBroker.Peer;
import dev.pipit.testkit.SessionModel;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets a {@link SessionModel} answer one connection after the other, on a thread of its own. */
final class ModelServer {
    private final ScriptedBroker broker;
    private final SessionModel model;
    private final List<String> refused;
    private final Thread thread = new Thread(this::serve, "model-server");
    private volatile boolean ended;
    private volatile @Nullable Throwable failure;

    /**
     * @param refused topics whose publishes are refused with 0x87 (MQTT 5)
     */
    ModelServer(ScriptedBroker broker, SessionModel model, List<String> refused) {
        this.broker = broker;
        this.model = model;
        this.refused = refused;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    boolean isSettled() {
        synchronized (model) {
            return model.isSettled();
        }
    }

    private void serve() {
        while (!ended) {
            try (Peer peer = broker.accept()) {
                while (true) {
                    byte[] packet = peer.readPacket();
                    if ((packet[0] & 0xF0) == 0xE0) {
                        peer.expectEnd();
                        return;
                    }
                    answer(peer, packet);
                }
            } catch (IOException e) {
                // The next connection, if there is one.
                Thread.onSpinWait();
            } catch (AssertionError | RuntimeException e) {
                failure = e;
                return;
            }
        }
    }

    private void answer(Peer peer, byte[] packet) throws IOException {
        synchronized (model) {
            byte[] all = new byte[0];
            for (byte[] answer : model.received(packet)) {
                byte[] sent = answer;
                if ((packet[0] & 0xF0) == 0x30 && refused(packet)) {
                    sent = Bytes.join(answer, new byte[] {(byte) 0x87});
                    sent[1] = 3;
                    model.sent(sent);
                }
                all = Bytes.join(all, sent);
            }
            if (all.length > 0) {
                peer.send(all);
            }
        }
    }

    private boolean refused(byte[] packet) {
        String text = model.text(packet);
        return refused.contains(text.substring(0, text.indexOf('=')));
    }

    /** Waits until the client has said goodbye. */
    void end() throws InterruptedException {
        thread.join(3_000);
        ended = true;
        Throwable failed = failure;
        if (failed != null) {
            throw new AssertionError("the server did not like what came", failed);
        }
        if (thread.isAlive()) {
            throw new AssertionError("the client did not say goodbye");
        }
    }
}
