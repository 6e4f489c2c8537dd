package dev.pipit.driver.gpio;

/** A blind, a shutter, an awning, a window. */
public final class CoverType extends TravelType {
    @Override
    public String name() {
        return "cover";
    }

    @Override
    public String summary() {
        return "a blind, shutter or window on two relays, placed by its travel time";
    }
}
