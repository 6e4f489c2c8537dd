package dev.pipit.config;

import dev.pipit.spool.Durability;
import java.time.Duration;

/**
 * How one sensor's readings are kept and put together until they are sent.
 *
 * @param batch readings in a frame at most, 1..1024; 1 where {@code durability} is {@link
 *     Durability#SYNCED}, for such a reading is a record of its own
 * @param age longest time that the first reading of a batch waits for the last one
 * @param durability what a reading survives before the broker has it
 */
public record RecordingConfig(int batch, Duration age, Durability durability) {
    /** 60 readings or a minute, whatever comes first; no loss when the process ends. */
    public static RecordingConfig usual() {
        return new RecordingConfig(60, Duration.ofSeconds(60), Durability.DURABLE);
    }
}
