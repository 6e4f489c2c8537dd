package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.driver.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputAlarmsTest {
    private final List<String> told = new ArrayList<>();
    private final OutputAlarms alarms = new OutputAlarms();

    @Test
    void aFaultIsRaisedOnceAndClearedByAWriteThatSucceeds() {
        alarms.tellThrough((id, payload) -> told.add(id + " " + payload));
        alarms.written("pump", null);
        assertThat(told).isEmpty();
        alarms.written("pump", Fault.OTHER);
        alarms.written("pump", Fault.OTHER);
        assertThat(told)
                .singleElement()
                .asString()
                .startsWith(
                        "pump {\"alarm\":\"hardware\",\"actuator\":\"pump\",\"fault\":\"other\"");
        alarms.written("pump", null);
        assertThat(told).hasSize(2).last().isEqualTo("pump ");
    }

    @Test
    void aLatchStandsBehindAFaultUntilItIsAcknowledged() {
        alarms.tellThrough((id, payload) -> told.add(payload));
        alarms.latched("pump", "tank.level is missing");
        assertThat(told.getLast()).contains("\"latched\"", "tank.level is missing");
        alarms.written("pump", Fault.OTHER);
        assertThat(told.getLast()).contains("\"hardware\"");
        alarms.written("pump", null);
        assertThat(told.getLast()).contains("\"latched\"");
        alarms.latched("pump", "");
        assertThat(told.getLast()).isEmpty();
        assertThat(told).hasSize(4);
    }

    @Test
    void whatWasWrongBeforeAnybodyListenedIsToldFirst() {
        alarms.written("pump", Fault.OTHER);
        alarms.written("lamp", null);
        alarms.tellThrough((id, payload) -> told.add(id));
        assertThat(told).containsExactly("pump");
    }
}
