package dev.pipit.command;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Whose signatures count on this device.
 *
 * @param device its id, which every signature covers
 */
public record Signing(String device, Map<String, TrustedKey> keys, Counters counters) {
    public Signing {
        keys = Map.copyOf(keys);
    }

    public static Signing of(String device, Collection<TrustedKey> keys, Counters counters) {
        Map<String, TrustedKey> byId = new HashMap<>();
        keys.forEach(key -> byId.put(key.id(), key));
        return new Signing(device, byId, counters);
    }

    /** A device without keys: no command need be signed, and none can be. */
    public static Signing none() {
        return new Signing("", Map.of(), Counters.inMemory());
    }
}
