package dev.pipit.demonstration;

import dev.pipit.agent.FormatScenarios;
import dev.pipit.testkit.TestBroker;
import java.net.URI;

/** Every format over the broker that the demonstration brings. */
class FormatsOverEmbeddedBrokerTest extends FormatScenarios {
    @Override
    protected TestBroker startBroker() {
        return new Embedded();
    }

    private static final class Embedded implements TestBroker {
        private EmbeddedBroker broker = EmbeddedBroker.start(0);

        @Override
        public URI url() {
            return broker.url();
        }

        @Override
        public void kill() {
            broker.close();
        }

        @Override
        public void restart() {
            broker = EmbeddedBroker.start(broker.url().getPort());
        }

        @Override
        public void close() {
            broker.close();
        }
    }
}
