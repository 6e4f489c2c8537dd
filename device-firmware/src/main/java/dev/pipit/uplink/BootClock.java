package dev.pipit.uplink;

import dev.pipit.json.Json;
import dev.pipit.json.JsonException;
import dev.pipit.json.JsonWriter;
import dev.pipit.time.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When each of the last boots began, as far as its clock was ever set: what turns a time since boot
 * into a time of the calendar, also for readings that an earlier boot left behind.
 *
 * <p>An offset, once used, stays: the same reading must get the same time whenever it is sent. Only
 * a clock that jumps by more than any clock drifts was wrong before, and what is still here is
 * corrected. Thread-safe.
 */
final class BootClock {
    /** A crystal of 100 ppm takes ten weeks to be so wrong: a larger step mends a wrong clock. */
    static final long JUMP_MS = 600_000;

    private static final int BOOTS = 64;

    private final TimeSource time;
    private final long boot;
    private final @Nullable StateFile file;
    private final Map<Long, Long> offsets = new LinkedHashMap<>();

    /** This boot's offset; 0: its clock was never set. */
    private volatile long ownOffsetMs;

    /**
     * @param boot this one
     * @param file where offsets survive a restart; {@code null}: they do not
     */
    BootClock(TimeSource time, long boot, @Nullable StateFile file) {
        this.time = time;
        this.boot = boot;
        this.file = file;
        String text = file == null ? null : file.read();
        if (text != null && file != null) {
            read(text, file);
        }
        ownOffsetMs = offsets.getOrDefault(boot, 0L);
    }

    private void read(String text, StateFile from) {
        try {
            for (Json item : Json.object(Json.parse(text), "boots").array("boots")) {
                Json.Obj entry = Json.object(item, "entry");
                offsets.put(
                        Long.parseUnsignedLong(entry.string("boot"), 16),
                        entry.whole("offset", 0, Long.MAX_VALUE));
            }
        } catch (JsonException | NumberFormatException damaged) {
            offsets.clear();
            from.setAside(String.valueOf(damaged.getMessage()));
        }
    }

    /** Looks at the clock; to be called each second, and before anything is sent. */
    synchronized void observe() {
        if (!time.synchronised()) {
            return;
        }
        long offset = time.wallMs() - time.sinceBootMs();
        Long known = offsets.get(boot);
        if (offset <= 0 || (known != null && Math.abs(offset - known) < JUMP_MS)) {
            return;
        }
        offsets.remove(boot);
        offsets.put(boot, offset);
        if (offsets.size() > BOOTS) {
            offsets.remove(offsets.keySet().iterator().next());
        }
        if (file != null) {
            JsonWriter json = new JsonWriter().object().key("boots").array();
            offsets.forEach((of, ms) ->
                    json.object()
                            .key("boot")
                            .value(Long.toHexString(of))
                            .key("offset")
                            .value(ms)
                            .end());
            file.write(json.end().end().toString());
        }
        ownOffsetMs = offset;
    }

    /** The boot that runs now. */
    long boot() {
        return boot;
    }

    /** Whether this boot's clock was ever set. */
    boolean isSet() {
        return ownOffsetMs != 0;
    }

    /**
     * How far readings have to be moved.
     *
     * @param of the boot that stamped them
     * @param offsetMs as they were stamped; 0: since boot
     * @return milliseconds; 0 where they are right, or nobody knows
     */
    long correctionMs(long of, long offsetMs) {
        long known = of == boot ? ownOffsetMs : offsetOf(of);
        if (known == 0) {
            return 0;
        }
        long correction = known - offsetMs;
        return offsetMs == 0 || Math.abs(correction) >= JUMP_MS ? correction : 0;
    }

    private synchronized long offsetOf(long of) {
        return offsets.getOrDefault(of, 0L);
    }
}
