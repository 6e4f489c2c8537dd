package dev.pipit.agent;

import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.Fault;

/** Stands in for an output that could not be claimed: every command is answered, none is done. */
final class UnavailableActuator implements ActuatorDriver {
    @Override
    public Fault write(long value) {
        return Fault.NO_ACCESS;
    }

    @Override
    public long readBack() {
        return UNKNOWN;
    }

    @Override
    public void close() {}
}
