package dev.pipit.uplink;

import dev.pipit.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * How the spool stands.
 *
 * @param backlog records not acknowledged
 * @param bad places on disk that did not check
 * @param gaps losses that were not reported yet
 * @param delivered records acknowledged since start
 * @param setAside times that the broker refused a record since start
 * @param refused readings that found no room since start
 * @param fault the disk that does not work; {@code null}: all do
 */
record SpoolHealth(
        long backlog,
        long bad,
        int gaps,
        long delivered,
        long setAside,
        long refused,
        @Nullable String fault) {
    void write(JsonWriter json) {
        json.key("spool").object();
        json.key("backlog").value(backlog).key("bad").value(bad).key("gaps").value(gaps);
        json.key("delivered").value(delivered).key("set-aside").value(setAside);
        json.key("refused").value(refused);
        if (fault != null) {
            json.key("fault").value(fault);
        }
        json.end();
    }
}
