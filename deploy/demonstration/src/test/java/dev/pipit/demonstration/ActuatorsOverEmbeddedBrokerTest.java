package dev.pipit.demonstration;

import dev.pipit.agent.ActuatorScenarios;
import dev.pipit.testkit.TestBroker;

/** Every kind of output, input and local rule over the broker that the demonstration brings. */
class ActuatorsOverEmbeddedBrokerTest extends ActuatorScenarios {
    @Override
    protected TestBroker startBroker() {
        return new WholePathOverEmbeddedBrokerTest.Embedded();
    }
}
