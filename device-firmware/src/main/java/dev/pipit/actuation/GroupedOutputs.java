package dev.pipit.actuation;

import dev.pipit.command.Decision;
import dev.pipit.command.Order;
import dev.pipit.command.Outcome;
import dev.pipit.command.Outputs;
import dev.pipit.driver.ValueKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Outputs and groups of them behind one gate. A group has no state of its own: its order goes to
 * every member, each under the guard with its own rules. All take it or none does; where the
 * hardware of one refuses, those that took it go safe.
 *
 * <p>Called on the actuation thread only.
 */
public final class GroupedOutputs implements Outputs {
    private final OutputGuard guard;
    private final Map<String, List<String>> groups;
    private final List<String> names;

    /**
     * @param groups members by the group's name; all members of one take the same values
     */
    public GroupedOutputs(OutputGuard guard, Map<String, List<String>> groups) {
        this.guard = guard;
        this.groups = Map.copyOf(groups);
        names = new ArrayList<>(guard.names());
        names.addAll(groups.keySet());
    }

    private List<String> members(String name) {
        List<String> members = groups.get(name);
        return members == null ? List.of(name) : members;
    }

    @Override
    public Collection<String> names() {
        return names;
    }

    @Override
    public ValueKind values(String output) {
        return guard.values(members(output).getFirst());
    }

    @Override
    public long value(String output) {
        return guard.value(members(output).getFirst());
    }

    @Override
    public String shown(String output) {
        List<String> shown = members(output).stream().map(guard::shown).distinct().toList();
        return shown.size() == 1 ? shown.getFirst() : "mixed";
    }

    /** When the first of them ends. */
    @Override
    public long untilNs(String output) {
        return members(output).stream().mapToLong(guard::untilNs).min().orElse(Decision.NEVER);
    }

    @Override
    public Decision apply(String output, Order order, long nowNs) {
        List<String> members = groups.get(output);
        if (members == null) {
            return guard.apply(output, order, nowNs);
        }
        for (String member : members) {
            Decision refusal = guard.check(member, order, nowNs);
            if (refusal != null) {
                return about(member, refusal);
            }
        }
        Decision refused = null;
        long untilNs = Decision.NEVER;
        for (String member : members) {
            Decision decision = guard.apply(member, order, nowNs);
            untilNs = Math.min(untilNs, decision.untilNs());
            if (decision.outcome() != Outcome.OK && refused == null) {
                refused = about(member, decision);
            }
        }
        if (refused == null) {
            return Decision.ok(untilNs);
        }
        for (String member : members) {
            guard.apply(member, Order.SAFE, nowNs);
        }
        return refused;
    }

    private static Decision about(String member, Decision refusal) {
        return Decision.refused(
                refusal.outcome(), "'" + member + "': " + refusal.reason(), refusal.untilNs());
    }
}
