package dev.pipit.demonstration;

import dev.pipit.agent.WholePathScenarios;
import dev.pipit.testkit.TestBroker;
import java.net.URI;

/** The whole path over the broker that the demonstration brings. */
class WholePathOverEmbeddedBrokerTest extends WholePathScenarios {
    @Override
    protected TestBroker startBroker() {
        return new Embedded();
    }

    static final class Embedded implements TestBroker {
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
