package dev.pipit.command;

import java.util.Set;

/**
 * A key whose signatures this device believes.
 *
 * @param id as signed commands name it
 * @param key the raw public key, or the shared secret; 32 bytes
 * @param roles what its holder may do
 */
// Never compared, and copied by nobody.
@SuppressWarnings("ArrayRecordComponent")
public record TrustedKey(String id, SigningKey algorithm, byte[] key, Set<String> roles) {
    public TrustedKey {
        roles = Set.copyOf(roles);
        if (key.length != SigningKey.BYTES) {
            throw new IllegalArgumentException(
                    "key '" + id + "' has " + key.length + " bytes: expected " + SigningKey.BYTES);
        }
    }

    /** Without the key: a shared secret must not reach a log. */
    @Override
    public String toString() {
        return "TrustedKey[" + id + ", " + algorithm.word() + ", roles " + roles + "]";
    }
}
