package dev.pipit.config;

import dev.pipit.command.Access;
import dev.pipit.config.YamlNode.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Groups of actuators, which may do together what each of them may do alone, and no more. */
final class GroupReader {
    private final Problems problems;
    private final List<String> names;
    private final List<ActuatorConfig> actuators;

    /**
     * @param names every actuator's name, even of one with mistakes
     */
    GroupReader(Problems problems, List<String> names, List<ActuatorConfig> actuators) {
        this.problems = problems;
        this.names = names;
        this.actuators = actuators;
    }

    /** A group, or {@code null} after a mistake was noted. */
    @Nullable GroupConfig group(Entry entry) {
        String name = entry.key().text();
        Fields fields =
                Fields.read(
                        problems,
                        "groups." + name,
                        entry.key().place(),
                        entry.value(),
                        FileKeys.GROUP,
                        true);
        List<ActuatorConfig> members = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Fields.Item item : fields.items("members")) {
            String member = (String) item.value();
            String path = fields.path("members");
            if (!names.contains(member)) {
                fields.wrong(
                        item.place(),
                        path
                                + " is '"
                                + member
                                + "': expected an actuator: "
                                + Messages.oneOf(names)
                                + Messages.didYouMean(member, names));
            } else if (!seen.add(member)) {
                fields.wrong(item.place(), path + " names '" + member + "' twice");
            }
            actuators.stream().filter(a -> a.name().equals(member)).forEach(members::add);
        }
        if (!fields.complete() || members.size() != seen.size()) {
            return null;
        }
        together(fields, members);
        Access access = access(fields, members);
        return fields.complete()
                ? new GroupConfig(name, members.stream().map(ActuatorConfig::name).toList(), access)
                : null;
    }

    private static void together(Fields fields, List<ActuatorConfig> members) {
        ActuatorConfig first = members.getFirst();
        for (ActuatorConfig member : members) {
            if (!member.values().equals(first.values())) {
                fields.wrong(
                        "members",
                        "take different values: '"
                                + first.name()
                                + "' "
                                + first.values().expected()
                                + ", '"
                                + member.name()
                                + "' "
                                + member.values().expected());
            }
            for (String other : member.rules().excludes()) {
                if (members.stream().anyMatch(m -> m.name().equals(other))) {
                    fields.wrong(
                            "members",
                            "'" + member.name() + "' and '" + other + "' exclude each other");
                }
            }
        }
    }

    /** Who may command every member may command the group. */
    private static Access access(Fields fields, List<ActuatorConfig> members) {
        boolean critical = false;
        int burst = Integer.MAX_VALUE;
        int perSecond = Integer.MAX_VALUE;
        Set<String> roles = null;
        for (ActuatorConfig member : members) {
            Access own = member.access();
            critical |= own.critical();
            burst = Math.min(burst, own.burst());
            perSecond = Math.min(perSecond, own.perSecond());
            if (own.roles().isEmpty()) {
                continue;
            }
            if (roles == null) {
                roles = new LinkedHashSet<>(own.roles());
            } else {
                roles.retainAll(own.roles());
            }
        }
        if (roles != null && roles.isEmpty()) {
            fields.wrong("members", "have no role in common: nobody may command them all");
        }
        return new Access(critical, burst, perSecond, roles == null ? Set.of() : roles);
    }
}
