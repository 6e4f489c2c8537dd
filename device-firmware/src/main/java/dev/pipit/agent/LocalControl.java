package dev.pipit.agent;

import dev.pipit.actuation.GroupedOutputs;
import dev.pipit.actuation.Measurements;
import dev.pipit.actuation.OutputGuard;
import dev.pipit.command.Gestures;
import dev.pipit.command.LocalRule;
import dev.pipit.command.LocalRules;
import dev.pipit.command.Moment;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.InputConfig;
import dev.pipit.config.SensorConfig;
import dev.pipit.time.TimeSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the device does by itself: gestures of its buttons, local rules, and what a lost broker
 * means for its outputs. Called on the thread of the {@link ActuationLoop}; waits for nobody.
 */
final class LocalControl {
    /** A value is good for this many of its sensor's intervals, and no less than five seconds. */
    private static final int INTERVALS = 3;

    private static final long LEAST_AGE_NS = 5_000_000_000L;

    /** Hears of clicks and holds; presses and releases are told as the edges that they are. */
    interface GestureSink {
        void gesture(String input, Gestures.Kind kind, int count, long atNs);
    }

    private final OutputGuard guard;
    private final TimeSource time;
    private final LocalRules rules;
    private final Map<String, Gestures> buttons = new LinkedHashMap<>();
    private boolean connected;

    LocalControl(
            AgentConfig config,
            OutputGuard guard,
            Measurements measurements,
            TimeSource time,
            LocalRules.Listener listener,
            GestureSink sink) {
        this.guard = guard;
        this.time = time;
        Map<String, Long> ages = new HashMap<>();
        for (SensorConfig sensor : config.sensors()) {
            ages.put(sensor.name(), Math.max(LEAST_AGE_NS, INTERVALS * sensor.every().toNanos()));
        }
        rules =
                new LocalRules(
                        config.rules(),
                        grouped(config, guard),
                        (channel, nowNs) ->
                                measurements.fresh(
                                        channel,
                                        ages.getOrDefault(
                                                channel.substring(0, channel.indexOf('.')),
                                                LEAST_AGE_NS),
                                        nowNs),
                        ZoneId.systemDefault(),
                        time.monotonicNs(),
                        listener);
        for (InputConfig input : config.inputs()) {
            String name = input.name();
            if (!(input.kind() instanceof InputConfig.Kind.Button button)) {
                continue;
            }
            buttons.put(
                    name,
                    new Gestures(
                            button.clickGap().toNanos(),
                            button.hold().toNanos(),
                            (kind, count, atNs) -> {
                                rules.event(name, kind, count, Moment.of(time));
                                sink.gesture(name, kind, count, atNs);
                            }));
        }
    }

    /** Outputs and groups of them, as commands and rules name them. */
    static GroupedOutputs grouped(AgentConfig config, OutputGuard guard) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        config.groups().forEach(group -> groups.put(group.name(), group.members()));
        return new GroupedOutputs(guard, groups);
    }

    /** Channels that local rules look at. */
    static List<String> channels(AgentConfig config) {
        List<String> channels = new ArrayList<>();
        for (LocalRule rule : config.rules()) {
            if (rule.when() instanceof LocalRule.When.Threshold threshold) {
                channels.add(threshold.channel());
            }
        }
        return channels;
    }

    /** An edge of an input, already debounced. */
    void edge(String input, boolean active, long atNs) {
        Gestures button = buttons.get(input);
        if (button != null) {
            button.edge(active, atNs);
        }
    }

    /** An encoder has moved by one detent. */
    void turned(String input, boolean clockwise) {
        rules.event(
                input,
                clockwise ? Gestures.Kind.CLOCKWISE : Gestures.Kind.COUNTERCLOCKWISE,
                1,
                Moment.of(time));
    }

    /** Does what is due. */
    void turn(boolean nowConnected) {
        Moment now = Moment.of(time);
        if (connected && !nowConnected) {
            guard.disconnected(now.monotonicNs());
        }
        connected = nowConnected;
        rules.connected(nowConnected, now.monotonicNs());
        buttons.values().forEach(button -> button.advance(now.monotonicNs()));
        rules.advance(now);
    }

    /** When {@link #turn} must be called next. */
    long nextDeadlineNs() {
        long next = rules.nextDeadlineNs();
        for (Gestures button : buttons.values()) {
            next = Math.min(next, button.nextDeadlineNs());
        }
        return next;
    }
}
