package dev.pipit.config;

import dev.pipit.command.Access;
import java.util.List;

/**
 * Several actuators that take one command together.
 *
 * @param members their names; all take the same values
 * @param access what the strictest of them allows
 */
public record GroupConfig(String name, List<String> members, Access access) {
    public GroupConfig {
        members = List.copyOf(members);
    }
}
