package dev.pipit.agent;

import dev.pipit.command.Decision;
import dev.pipit.command.Outcome;
import dev.pipit.command.Verb;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.SensorConfig;
import dev.pipit.sampling.BusSampler;
import dev.pipit.time.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The device verbs below {@code control/} that concern no output:
 *
 * <pre>
 * rescan                   sensors that fail are tried again at once
 * report                   status, birth message, states and alarms are told again
 * interval  SENSOR 10s     a sensor's interval until the next start; SENSOR usual: as configured
 * restart                  the agent ends and systemd starts it again
 * </pre>
 *
 * {@code safe} and {@code acknowledge} belong to the outputs. Verbs run on the actuation thread and
 * wait for nobody.
 */
final class DeviceVerbs {
    /** Ten starts within five minutes are the unit's limit: one a minute stays below it. */
    private static final long RESTART_AFTER_NS = 60_000_000_000L;

    private static final long LONGEST_INTERVAL_MS = 7L * 24 * 3_600_000;
    private static final long SHORTEST_INTERVAL_MS = 10;
    private static final Pattern INTERVAL =
            Pattern.compile("([a-z][a-z0-9_-]{0,31})\\s+(usual|(\\d{1,9})(ms|s|m|h))");

    private final AgentConfig config;
    private final List<BusSampler> samplers = new ArrayList<>();
    private final long startedNs;
    private Runnable report = () -> {};
    private @Nullable Runnable restart;

    DeviceVerbs(AgentConfig config, TimeSource time) {
        this.config = config;
        this.startedNs = time.monotonicNs();
    }

    /** What sampling is reached by; before commands arrive. */
    void sampleThrough(List<BusSampler> samplers) {
        this.samplers.addAll(samplers);
    }

    /** How everything is told again; before commands arrive. */
    void reportThrough(Runnable report) {
        this.report = report;
    }

    /** How the agent ends so that somebody starts it again; before commands arrive. */
    void restartThrough(Runnable restart) {
        this.restart = restart;
    }

    Map<String, Verb> verbs() {
        Map<String, Verb> verbs = new LinkedHashMap<>();
        verbs.put("rescan", (argument, nowNs) -> rescan());
        verbs.put("report", (argument, nowNs) -> report());
        verbs.put("interval", (argument, nowNs) -> interval(argument));
        verbs.put("restart", (argument, nowNs) -> restart(nowNs));
        return verbs;
    }

    private Decision rescan() {
        samplers.forEach(BusSampler::tryFailing);
        return Decision.ok(Decision.NEVER);
    }

    private Decision report() {
        report.run();
        return Decision.ok(Decision.NEVER);
    }

    private Decision interval(String argument) {
        Matcher words = INTERVAL.matcher(argument);
        if (!words.matches()) {
            return Decision.refused(
                    Outcome.BAD_PAYLOAD,
                    "expected a sensor and an interval, as in 'air 10s' or 'air usual'");
        }
        for (int i = 0; i < config.sensors().size(); i++) {
            SensorConfig sensor = config.sensors().get(i);
            if (sensor.name().equals(words.group(1))) {
                return interval(i, sensor, words);
            }
        }
        return Decision.refused(
                Outcome.OUT_OF_RANGE,
                "no sensor '"
                        + words.group(1)
                        + "': expected one of "
                        + String.join(
                                ", ", config.sensors().stream().map(SensorConfig::name).toList()));
    }

    private Decision interval(int index, SensorConfig sensor, Matcher words) {
        long usualMs = sensor.every().toMillis();
        long quantumMs = BusSampler.quantumMs(usualMs);
        long wantedMs = words.group(2).equals("usual") ? usualMs : milliseconds(words);
        if (wantedMs < Math.max(SHORTEST_INTERVAL_MS, quantumMs)
                || wantedMs > LONGEST_INTERVAL_MS
                || wantedMs % quantumMs != 0) {
            return Decision.refused(
                    Outcome.OUT_OF_RANGE,
                    "expected a multiple of "
                            + quantumMs
                            + "ms up to 7 days: the times in the records of '"
                            + sensor.name()
                            + "' are as fine as its configured interval");
        }
        samplers.forEach(sampler -> sampler.interval(index, wantedMs));
        return Decision.ok(Decision.NEVER);
    }

    private static long milliseconds(Matcher words) {
        long unitMs =
                switch (words.group(4)) {
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    default -> 3_600_000;
                };
        return Long.parseLong(words.group(3)) * unitMs;
    }

    private Decision restart(long nowNs) {
        Runnable how = restart;
        if (how == null) {
            return Decision.refused(
                    Outcome.NOT_READY, "nobody would start it again: systemd did not start it");
        }
        long mayNs = startedNs + RESTART_AFTER_NS;
        if (nowNs - mayNs < 0) {
            return Decision.refused(Outcome.TOO_SOON, "started less than a minute ago", mayNs);
        }
        how.run();
        return Decision.ok(Decision.NEVER);
    }
}
