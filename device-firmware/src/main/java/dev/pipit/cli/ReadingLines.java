package dev.pipit.cli;

import dev.pipit.monitor.ReceivedReading;
import dev.pipit.monitor.Units;
import dev.pipit.monitor.Viewer;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What devices say, a line each: live readings, states, events, alarms. */
public final class ReadingLines implements Viewer {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final PrintWriter out;

    public ReadingLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void reading(ReceivedReading reading) {
        if (reading.live()) {
            out.printf("%s  %-10s %s%n", time(reading), reading.sensor(), values(reading));
        }
    }

    /** {@code temperature 21.53 °C humidity 48.10 %}, with the reason where one is missing. */
    static String values(ReceivedReading reading) {
        StringBuilder text = new StringBuilder();
        for (ReceivedReading.Value value : reading.values()) {
            text.append(text.isEmpty() ? "" : "   ").append(value.channel()).append(' ');
            if (value.number() == null) {
                text.append("- (").append(value.missing()).append(')');
            } else {
                text.append(value.number().toPlainString())
                        .append(value.unit().isEmpty() ? "" : " ")
                        .append(Units.spelled(value.unit()));
            }
        }
        return text.toString();
    }

    /** In the watcher's time zone; seconds since boot where the device does not know the time. */
    static String time(ReceivedReading reading) {
        return reading.sinceBoot()
                ? reading.time()
                : CLOCK.format(Instant.ofEpochMilli(reading.timeMs()));
    }

    @Override
    public void status(String device, boolean online) {
        line(
                device
                        + (online ? " is online" : " is offline")
                        + " (status "
                        + (online ? 1 : 0)
                        + ")");
    }

    @Override
    public void state(String device, String actuator, String value) {
        line("state of " + actuator + ": " + value);
    }

    @Override
    public void event(String device, String input, String payload) {
        line("event at " + input + ": " + payload);
    }

    @Override
    public void alarm(String device, String id, String payload) {
        if (!payload.isEmpty()) {
            line("ALARM " + id + ": " + payload);
        }
    }

    @Override
    public void response(String device, String payload) {
        line("answer: " + payload);
    }

    @Override
    public void gap(String device, String payload) {
        line("GAP: readings of " + device + " were lost: " + LostReadings.inWords(payload));
    }

    @Override
    public void health(String device, String payload) {
        long waiting = Backlog.of(payload);
        if (waiting > 0) {
            line(device + ": " + waiting + " records wait to be sent");
        }
    }

    @Override
    public void undecodable(String device, String topic, String why) {
        line("cannot decode what came on " + topic + ": " + why);
    }

    private void line(String text) {
        out.println(CLOCK.format(Instant.now()) + "  " + text);
    }
}
