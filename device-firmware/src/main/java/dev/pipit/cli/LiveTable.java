package dev.pipit.cli;

import dev.pipit.monitor.ReceivedReading;
import dev.pipit.monitor.Units;
import dev.pipit.monitor.Viewer;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A table of the newest readings, states and alarms that draws itself again in place. */
final class LiveTable implements Viewer {
    private static final String CLEAR_LINE = "\033[K";
    private static final int NEWS = 5;

    private final PrintWriter out;
    private final Map<String, Device> devices = new TreeMap<>();
    private final Deque<String> news = new ArrayDeque<>();
    private int drawn;
    private int longest;

    private static final class Device {
        boolean online;
        long recorded;
        long backfilled;
        long backlog;
        long gaps;
        final Map<String, ReceivedReading> newest = new TreeMap<>();
        final Map<String, String> states = new TreeMap<>();
        final Map<String, String> alarms = new TreeMap<>();
    }

    LiveTable(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void reading(ReceivedReading reading) {
        Device device = device(reading.device());
        if (reading.live()) {
            device.newest.put(reading.sensor(), reading);
        } else {
            device.recorded++;
            device.backfilled += reading.backfilled() ? 1 : 0;
        }
        draw();
    }

    @Override
    public void status(String device, boolean online) {
        device(device).online = online;
        draw();
    }

    @Override
    public void state(String device, String actuator, String value) {
        device(device).states.put(actuator, value);
        draw();
    }

    @Override
    public void alarm(String device, String id, String payload) {
        if (payload.isEmpty()) {
            device(device).alarms.remove(id);
        } else {
            device(device).alarms.put(id, payload);
        }
        draw();
    }

    @Override
    public void event(String device, String input, String payload) {
        tell(device + " event at " + input + ": " + payload);
    }

    @Override
    public void response(String device, String payload) {
        tell(device + " answer: " + payload);
    }

    @Override
    public void gap(String device, String payload) {
        device(device).gaps++;
        tell(device + " GAP: readings were lost: " + LostReadings.inWords(payload));
    }

    @Override
    public void health(String device, String payload) {
        device(device).backlog = Backlog.of(payload);
        draw();
    }

    @Override
    public void undecodable(String device, String topic, String why) {
        tell("cannot decode what came on " + topic + ": " + why);
    }

    private void tell(String text) {
        news.addLast(text);
        if (news.size() > NEWS) {
            news.removeFirst();
        }
        draw();
    }

    private Device device(String name) {
        return devices.computeIfAbsent(name, unseen -> new Device());
    }

    private void draw() {
        List<String> rows = rows();
        StringBuilder screen = new StringBuilder();
        if (drawn > 0) {
            // Cursor up: to the top of what was drawn last.
            screen.append(String.format(Locale.ROOT, "\033[%dA", drawn));
        }
        longest = Math.max(longest, rows.size());
        for (int row = 0; row < longest; row++) {
            screen.append(row < rows.size() ? rows.get(row) : "").append(CLEAR_LINE).append('\n');
        }
        drawn = longest;
        out.print(screen);
        out.flush();
    }

    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        devices.forEach((name, device) -> {
            rows.add(
                    String.format(
                            Locale.ROOT,
                            "%s  %s  %d readings recorded, %d of them late; %d records wait, %d gaps",
                            name,
                            device.online ? "online" : "OFFLINE",
                            device.recorded,
                            device.backfilled,
                            device.backlog,
                            device.gaps));
            device.newest.forEach((sensor, reading) -> sensor(rows, sensor, reading));
            device.states.forEach((actuator, value) ->
                    rows.add(String.format(Locale.ROOT, "  %-12s %s", actuator, value)));
            device.alarms.forEach((id, what) -> rows.add("  ALARM " + id + ": " + what));
        });
        rows.addAll(news);
        return rows;
    }

    private static void sensor(List<String> rows, String sensor, ReceivedReading reading) {
        String label = sensor;
        String when = ReadingLines.time(reading);
        for (ReceivedReading.Value value : reading.values()) {
            rows.add(
                    String.format(
                            Locale.ROOT,
                            "  %-12s %-14s %12s %-6s %s",
                            label,
                            value.channel(),
                            value.number() == null ? "-" : value.number().toPlainString(),
                            value.number() == null ? value.missing() : Units.spelled(value.unit()),
                            when));
            label = "";
            when = "";
        }
    }
}
