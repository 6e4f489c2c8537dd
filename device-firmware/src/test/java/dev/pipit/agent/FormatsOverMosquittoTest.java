package dev.pipit.agent;

import dev.pipit.testkit.Mosquitto;
import dev.pipit.testkit.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.junit.jupiter.api.Tag;

/** Every format over mosquitto. */
@Tag("real")
class FormatsOverMosquittoTest extends FormatScenarios {
    @Override
    protected TestBroker startBroker() {
        try {
            return new RealBroker(Mosquitto.start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static final class RealBroker implements TestBroker {
        private final Mosquitto mosquitto;

        RealBroker(Mosquitto mosquitto) {
            this.mosquitto = mosquitto;
        }

        @Override
        public URI url() {
            return mosquitto.url();
        }

        @Override
        public void kill() {
            mosquitto.kill();
        }

        @Override
        public void restart() {
            try {
                mosquitto.restart();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public void close() {
            try {
                mosquitto.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
