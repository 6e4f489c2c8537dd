package dev.pipit.command;

/** What stands behind {@code control/<verb>}. Called on the actuation thread; never blocks. */
@FunctionalInterface
public interface Verb {
    /**
     * Carries a device verb out, or refuses it.
     *
     * @param argument the payload as text, stripped; may be empty
     */
    Decision apply(String argument, long nowNs);
}
