package dev.pipit.config;

import dev.pipit.spool.DropPolicy;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where readings wait for the broker, how many, and how the backlog goes out.
 *
 * @param directory on the card; {@code null}: nothing is kept over a power cut
 * @param runtime in memory, but outside the process; {@code null}: the agent finds one
 * @param bytes bound on the card
 * @param ringBytes bound in the runtime directory
 * @param floorBytes what is left free on the card
 * @param policy what goes when all is full
 * @param moveAfter what is not acknowledged for so long goes to the card
 * @param group the card is synced at most once in this time
 * @param backlogDelay the backlog waits at random up to this long after a connection was made
 * @param pace between two messages of the backlog
 */
public record SpoolConfig(
        @Nullable Path directory,
        @Nullable Path runtime,
        long bytes,
        long ringBytes,
        long floorBytes,
        DropPolicy policy,
        Duration moveAfter,
        Duration group,
        Duration backlogDelay,
        Duration pace) {
    /** In memory only; all else as where nothing is written. */
    public static SpoolConfig usual() {
        return new SpoolConfig(
                null,
                null,
                16 << 20,
                1 << 20,
                64 << 20,
                DropPolicy.OLDEST,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofMillis(100));
    }

    /** The same in these directories. */
    public SpoolConfig in(@Nullable Path onCard, @Nullable Path inMemory) {
        return new SpoolConfig(
                onCard,
                inMemory,
                bytes,
                ringBytes,
                floorBytes,
                policy,
                moveAfter,
                group,
                backlogDelay,
                pace);
    }
}
