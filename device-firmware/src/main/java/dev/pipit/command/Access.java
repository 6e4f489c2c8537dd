package dev.pipit.command;

import java.util.Set;

/**
 * Who may ask what of one actuator.
 *
 * @param critical whether a command that names a time of day is refused while the clock is not
 *     synchronised
 * @param burst commands at once
 * @param perSecond commands a second after that
 * @param roles whose signatures it needs, one of these; empty: no signature is needed
 */
public record Access(boolean critical, int burst, int perSecond, Set<String> roles) {
    public Access {
        roles = Set.copyOf(roles);
    }

    /** What an actuator has unless configured: 20 at once, 10 a second after that. */
    public static final Access USUAL = new Access(false, 20, 10, Set.of());
}
