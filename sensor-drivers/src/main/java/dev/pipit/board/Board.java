package dev.pipit.board;

import com.pi4j.context.Context;
import dev.pipit.driver.Wiring;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** A device's pins and buses: a Pi4J context over one explicitly chosen set of providers. */
public interface Board extends Wiring, AutoCloseable {
    /** As written behind {@code --board}: {@code simulated}, {@code linuxfs}, {@code kernel}. */
    String name();

    /** For users' own Pi4J code. */
    Context context();

    /**
     * What this board cannot do, a sentence each, for the log at start; empty where all is well.
     */
    default List<String> limits() {
        return List.of();
    }

    /**
     * Loops of the board's own, by name: each counter grows at least once a second while its loop
     * advances. Asked once everything is open.
     */
    default Map<String, LongSupplier> loops() {
        return Map.of();
    }

    /**
     * What drives every output that was claimed so far to the level that it was claimed with, its
     * safe one, after this process's death: lines for {@code pipit-safe}, whose source describes
     * them. In the order in which the outputs were claimed.
     */
    default java.util.List<String> safeLines() {
        return java.util.List.of();
    }

    /** Releases every line and bus. Never throws. */
    @Override
    void close();
}
