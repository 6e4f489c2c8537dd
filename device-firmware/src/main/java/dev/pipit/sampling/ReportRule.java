package dev.pipit.sampling;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When one channel asks for its sensor's reading to be reported.
 *
 * @param delta only when its value has moved so far; {@code null}: see {@link ReportPolicy}
 * @param heartbeat at the latest after so long a silence; {@code null}: never for that reason
 * @param throttle not before so long after the report before; {@code null}: at any time
 */
public record ReportRule(
        @Nullable Delta delta, @Nullable Duration heartbeat, @Nullable Duration throttle) {
    public static final ReportRule EVERY_READING = new ReportRule(null, null, null);

    /** What is not said here, as said there. */
    public ReportRule or(ReportRule usual) {
        return new ReportRule(
                delta == null ? usual.delta : delta,
                heartbeat == null ? usual.heartbeat : heartbeat,
                throttle == null ? usual.throttle : throttle);
    }
}
