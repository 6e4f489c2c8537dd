package dev.pipit.command;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whose signatures count on this device.
 *
 * @param device its id, which every signature covers
 * @param verbRoles by verb: roles, one of which the key must have; not in it: any key will do
 */
public record Signing(
        String device,
        Map<String, TrustedKey> keys,
        Counters counters,
        Map<String, Set<String>> verbRoles) {
    public Signing {
        keys = Map.copyOf(keys);
        verbRoles = Map.copyOf(verbRoles);
    }

    public static Signing of(String device, Collection<TrustedKey> keys, Counters counters) {
        Map<String, TrustedKey> byId = new HashMap<>();
        keys.forEach(key -> byId.put(key.id(), key));
        return new Signing(device, byId, counters, Map.of());
    }

    /** The same, with roles for verbs. */
    public Signing withVerbRoles(Map<String, Set<String>> roles) {
        return new Signing(device, keys, counters, roles);
    }

    /** A device without keys: no command need be signed, and none can be. */
    public static Signing none() {
        return new Signing("", Map.of(), Counters.inMemory(), Map.of());
    }
}
