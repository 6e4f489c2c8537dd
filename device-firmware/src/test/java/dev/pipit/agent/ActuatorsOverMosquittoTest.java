package dev.pipit.agent;

import dev.pipit.testkit.TestBroker;
import org.junit.jupiter.api.Tag;

/** Every kind of output, input and local rule over mosquitto. */
@Tag("real")
class ActuatorsOverMosquittoTest extends ActuatorScenarios {
    @Override
    protected TestBroker startBroker() {
        return new WholePathOverMosquittoTest().startBroker();
    }
}
