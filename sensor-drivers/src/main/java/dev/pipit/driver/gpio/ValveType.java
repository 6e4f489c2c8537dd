package dev.pipit.driver.gpio;

/** A motor valve. */
public final class ValveType extends TravelType {
    @Override
    public String name() {
        return "valve";
    }

    @Override
    public String summary() {
        return "a motor valve on two relays, placed by its travel time";
    }
}
