package dev.pipit.actuation;

import dev.pipit.command.Decision;
import dev.pipit.command.Outcome;
import dev.pipit.driver.Millis;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What outputs forbid each other, and what sensors forbid them. */
final class Interlocks {
    private static final Check[] NO_CHECKS = {};
    private static final Exclusion[] NO_EXCLUSIONS = {};
    private static final Output[] NO_OUTPUTS = {};

    /** Another output that must be off, and have been for a while. */
    private record Exclusion(Output other, long deadTimeNs) {}

    /** A condition with its names resolved and its bounds in steps of the resolution. */
    private sealed interface Check {
        record OfOutput(Output other, long least, long most) implements Check {}

        record OfSensor(Condition.Measured condition, int index) implements Check {}
    }

    private final Measurements measurements;
    private final Map<Output, Exclusion[]> exclusions = new HashMap<>();
    private final Map<Output, Check[]> checks = new HashMap<>();
    private final Map<Output, Output[]> dependents = new HashMap<>();

    Interlocks(Map<String, Output> outputs, Measurements measurements) {
        this.measurements = measurements;
        Map<Output, List<Exclusion>> excluded = new HashMap<>();
        Map<Output, List<Output>> depending = new HashMap<>();
        for (Output output : outputs.values()) {
            for (String name : output.rules.excludes()) {
                Output other = find(outputs, name, output);
                // Written on one of the two, it binds both.
                excluded.computeIfAbsent(output, o -> new ArrayList<>())
                        .add(new Exclusion(other, output.rules.deadTimeNs()));
                excluded.computeIfAbsent(other, o -> new ArrayList<>())
                        .add(new Exclusion(output, output.rules.deadTimeNs()));
            }
            List<Check> list = new ArrayList<>();
            for (Condition condition : output.rules.conditions()) {
                Check check = resolve(condition, outputs, output);
                list.add(check);
                if (check instanceof Check.OfOutput of) {
                    depending.computeIfAbsent(of.other(), o -> new ArrayList<>()).add(output);
                }
            }
            checks.put(output, list.toArray(NO_CHECKS));
        }
        excluded.forEach((output, list) -> exclusions.put(output, list.toArray(NO_EXCLUSIONS)));
        depending.forEach((output, list) -> dependents.put(output, list.toArray(NO_OUTPUTS)));
    }

    private Check resolve(Condition condition, Map<String, Output> outputs, Output output) {
        return switch (condition) {
            case Condition.OutputIs is ->
                    new Check.OfOutput(find(outputs, is.output(), output), is.least(), is.most());
            case Condition.Measured measured -> {
                int index = measurements.index(measured.channel());
                if (index < 0) {
                    throw new IllegalArgumentException(
                            output.name
                                    + " depends on '"
                                    + measured.channel()
                                    + "', which is not measured");
                }
                yield new Check.OfSensor(measured, index);
            }
        };
    }

    private static Output find(Map<String, Output> outputs, String name, Output by) {
        Output found = outputs.get(name);
        if (found == null || found == by) {
            throw new IllegalArgumentException(
                    by.name + " names '" + name + "', which is not another output");
        }
        return found;
    }

    /** Whether an output must be looked at again and again while it is on. */
    boolean watches(Output output) {
        for (Check check : checks.getOrDefault(output, NO_CHECKS)) {
            if (check instanceof Check.OfSensor) {
                return true;
            }
        }
        return false;
    }

    /** Why an output may not be on at {@code nowNs}, in words; {@code null}: it may. */
    @Nullable String violation(Output output, long nowNs) {
        for (Check check : checks.getOrDefault(output, NO_CHECKS)) {
            String words = violation(check, nowNs);
            if (words != null) {
                return words;
            }
        }
        return null;
    }

    private @Nullable String violation(Check check, long nowNs) {
        return switch (check) {
            case Check.OfOutput of -> {
                Output other = of.other();
                boolean met = other.certain() && other.within(of.least(), of.most());
                yield met
                        ? null
                        : "'"
                                + other.name
                                + "' is "
                                + (other.certain()
                                        ? other.values.format(other.actual())
                                        : "not known");
            }
            case Check.OfSensor of -> sensorViolation(of, nowNs);
        };
    }

    private @Nullable String sensorViolation(Check.OfSensor of, long nowNs) {
        Condition.Measured condition = of.condition();
        long ageNs = nowNs - measurements.atNs(of.index());
        BigDecimal value = measurements.value(of.index());
        if (value == null) {
            return "'" + condition.channel() + "' has no value";
        }
        if (ageNs > condition.maxAgeNs()) {
            return "'"
                    + condition.channel()
                    + "' is older than "
                    + Millis.format(condition.maxAgeNs() / 1_000_000);
        }
        BigDecimal above = condition.above();
        BigDecimal below = condition.below();
        if ((above != null && value.compareTo(above) < 0)
                || (below != null && value.compareTo(below) > 0)) {
            return "'" + condition.channel() + "' is " + value.stripTrailingZeros().toPlainString();
        }
        return null;
    }

    /** Why an output that is off may not go on, or one that is on may not stay. */
    @Nullable Decision refusal(Output output, long nowNs) {
        for (Exclusion exclusion : exclusions.getOrDefault(output, NO_EXCLUSIONS)) {
            Output other = exclusion.other();
            if (other.on()) {
                return Decision.refused(
                        Outcome.INTERLOCKED, "'" + other.name + "' is not off", other.untilNs());
            }
            long freeNs = other.offSinceNs() + exclusion.deadTimeNs();
            if (nowNs < freeNs) {
                return Decision.refused(
                        Outcome.INTERLOCKED,
                        "'"
                                + other.name
                                + "' went off less than "
                                + Millis.format(exclusion.deadTimeNs() / 1_000_000)
                                + " ago",
                        freeNs);
            }
        }
        String violation = violation(output, nowNs);
        return violation == null ? null : Decision.refused(Outcome.INTERLOCKED, violation);
    }

    /** The outputs that may not stay on once {@code output} has {@code told}. */
    List<Output> dependents(Output output, long told) {
        List<Output> list = new ArrayList<>();
        // To stay where it is moves nobody.
        long value = output.rest(told) ? output.actual() : told;
        for (Output dependent : dependents.getOrDefault(output, NO_OUTPUTS)) {
            for (Check check : checks.getOrDefault(dependent, NO_CHECKS)) {
                if (check instanceof Check.OfOutput of
                        && of.other() == output
                        && (value < of.least() || value > of.most())) {
                    list.add(dependent);
                    break;
                }
            }
        }
        return list;
    }
}
