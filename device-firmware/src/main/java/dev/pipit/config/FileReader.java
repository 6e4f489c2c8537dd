package dev.pipit.config;

import dev.pipit.command.LocalRule;
import dev.pipit.command.TrustedKey;
import dev.pipit.config.YamlNode.Entry;
import dev.pipit.config.YamlNode.Mapping;
import dev.pipit.config.YamlNode.Place;
import dev.pipit.config.YamlNode.Scalar;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.spool.DropPolicy;
import dev.pipit.telemetry.format.Format;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From the document's tree to records; notes every mistake on the way. */
final class FileReader {
    /** Sections whose names are topics, too. */
    private static final Set<String> SHARED_NAMES =
            Set.of("sensors", "inputs", "actuators", "groups");

    private final Path file;
    private final Problems problems;
    private final Claims claims;
    private final BoardReader boards;
    private final RulesReader rules;
    private final Map<Integer, String> carriers;
    private final DriverReader drivers;

    /**
     * @param carriers pins that carry a bus of the machine that is to run this, by BCM number
     */
    FileReader(Path file, Drivers drivers, Map<Integer, String> carriers, Problems problems) {
        this.file = file;
        this.carriers = carriers;
        this.problems = problems;
        claims = new Claims(problems);
        boards = new BoardReader(problems, claims);
        rules = new RulesReader(file, problems);
        this.drivers = new DriverReader(problems, drivers, boards);
    }

    /** The configuration, or {@code null} where a mistake leaves it without a part. */
    @Nullable AgentConfig agent(YamlNode root) {
        Place top = new Place(1, 1);
        if (root instanceof Scalar scalar && scalar.nothing()) {
            root = new Mapping(top, List.of());
        }
        Fields fields = Fields.read(problems, "", top, root, FileKeys.FILE, true);
        DeviceConfig device = fields.has("device") ? device(fields) : null;
        BrokerConfig broker =
                fields.has("broker")
                        ? new BrokerReader(file).broker(nested(fields, "broker", FileKeys.BROKER))
                        : null;
        Format format = Format.ofWord(fields.has("format") ? fields.text("format") : "compact");
        List<Entry> sensorEntries = named(fields, "sensors");
        SensorReader sensorReader =
                new SensorReader(
                        problems, claims, drivers, new ChannelReader(file, problems), format);
        List<SensorConfig> sensors = all(sensorEntries, sensorReader::sensor);
        List<Entry> inputEntries = named(fields, "inputs");
        List<InputConfig> inputs =
                all(inputEntries, entry -> InputReader.input(problems, boards, entry));
        SigningReader signingReader = new SigningReader(file, problems);
        List<TrustedKey> signing = all(named(fields, "signing"), signingReader::key);
        signing.forEach(key -> rules.roles(key.roles()));
        List<ActuatorConfig> actuators = actuators(fields);
        rules.checkNames(names(sensorEntries));
        List<Entry> groupEntries = named(fields, "groups");
        GroupReader groupReader = new GroupReader(problems, rules.names(), actuators);
        List<GroupConfig> groups = all(groupEntries, groupReader::group);
        List<String> commanded = new ArrayList<>(rules.names());
        commanded.addAll(names(groupEntries));
        LocalRuleReader ruleReader =
                new LocalRuleReader(
                        problems,
                        rules,
                        names(sensorEntries),
                        names(inputEntries),
                        inputs,
                        commanded,
                        actuators,
                        groups);
        List<LocalRule> localRules = all(named(fields, "rules"), ruleReader::rule);
        BoardChoice board = board(fields);
        if (device == null || broker == null) {
            return null;
        }
        Path state = state(fields);
        if (state == null) {
            checkNoneNeedsState(fields, inputs, signing);
        }
        return new AgentConfig(
                device,
                broker,
                sensors,
                inputs,
                actuators,
                groups,
                localRules,
                rules.channels(),
                signing,
                control(fields),
                state,
                spool(fields, state),
                format,
                fields.duration("health"),
                fields.has("home-assistant") ? homeAssistant(fields, device, format) : null,
                board,
                boards.settings(fields));
    }

    /** What becomes of one entry of a section. */
    private interface Reader<T> {
        /** {@code null} after a mistake was noted. */
        @Nullable T read(Entry entry);
    }

    private static <T> List<T> all(List<Entry> entries, Reader<T> reader) {
        List<T> read = new ArrayList<>();
        for (Entry entry : entries) {
            T one = reader.read(entry);
            if (one != null) {
                read.add(one);
            }
        }
        return read;
    }

    /** Every name, even of an entry with mistakes. */
    private static List<String> names(List<Entry> entries) {
        return entries.stream().map(entry -> entry.key().text()).toList();
    }

    /** Comes after everything that claims a pin. */
    private @Nullable BoardChoice board(Fields file) {
        named(file, "buses").forEach(boards::bus);
        claims.checkBusPins();
        BoardChoice board =
                file.has("board")
                        ? BoardChoice.valueOf(file.text("board").toUpperCase(Locale.ROOT))
                        : null;
        if ((board == null || board == BoardChoice.KERNEL) && !file.has("gpio-chip")) {
            claims.checkCarriers(carriers);
        }
        return board;
    }

    private static void checkNoneNeedsState(
            Fields file, List<InputConfig> inputs, List<TrustedKey> signing) {
        if (inputs.stream().anyMatch(i -> i.kind() instanceof InputConfig.Kind.Counter)) {
            file.wrong(
                    "inputs",
                    "needs a directory where totals of counters survive a restart: write 'state: DIRECTORY'");
        }
        if (!signing.isEmpty()) {
            file.wrong(
                    "signing",
                    "needs a directory where counters survive a restart: write 'state: DIRECTORY'");
        }
    }

    private Map<String, Set<String>> control(Fields file) {
        Map<String, Set<String>> roles = new LinkedHashMap<>();
        if (!file.has("control")) {
            return roles;
        }
        Fields fields = nested(file, "control", FileKeys.CONTROL);
        for (Key verb : FileKeys.CONTROL) {
            if (fields.has(verb.name())) {
                rules.checkRoles(fields, verb.name());
                Set<String> one = new HashSet<>();
                fields.items(verb.name()).forEach(item -> one.add((String) item.value()));
                roles.put(verb.name(), one);
            }
        }
        return roles;
    }

    private @Nullable DeviceConfig device(Fields file) {
        Fields fields = nested(file, "device", FileKeys.DEVICE);
        return fields.complete() ? new DeviceConfig(fields.text("id"), fields.text("root")) : null;
    }

    private @Nullable HomeAssistantConfig homeAssistant(
            Fields file, DeviceConfig device, Format format) {
        Fields fields = nested(file, "home-assistant", FileKeys.HOME_ASSISTANT);
        if (format != Format.COMPACT && format != Format.JSON) {
            file.wrong(
                    "home-assistant",
                    "cannot read readings in the format '"
                            + format.word()
                            + "': expected 'format: compact' or 'format: json'");
        }
        return fields.complete()
                ? new HomeAssistantConfig(
                        fields.has("name") ? fields.text("name") : device.id(),
                        fields.has("area") ? fields.text("area") : null,
                        fields.text("prefix"))
                : null;
    }

    /** As configured, else as systemd's {@code StateDirectory=} says. */
    private @Nullable Path state(Fields fields) {
        if (fields.has("state")) {
            return file.toAbsolutePath().resolveSibling(fields.text("state"));
        }
        String given = System.getenv("STATE_DIRECTORY");
        return given == null || given.isEmpty() ? null : Path.of(given);
    }

    private SpoolConfig spool(Fields file, @Nullable Path state) {
        YamlNode written =
                file.has("spool") ? file.node("spool") : new Mapping(new Place(1, 1), List.of());
        Place place = file.has("spool") ? file.placeOf("spool") : new Place(1, 1);
        Fields fields = Fields.read(problems, "spool", place, written, FileKeys.SPOOL, true);
        Path directory =
                fields.has("directory")
                        ? this.file.toAbsolutePath().resolveSibling(fields.text("directory"))
                        : state == null ? null : state.resolve("spool");
        String given = System.getenv("RUNTIME_DIRECTORY");
        Path runtime =
                fields.has("runtime")
                        ? this.file.toAbsolutePath().resolveSibling(fields.text("runtime"))
                        : given == null || given.isEmpty() ? null : Path.of(given, "spool");
        if (!fields.complete()) {
            return SpoolConfig.usual();
        }
        return new SpoolConfig(
                directory,
                runtime,
                fields.whole("bytes"),
                fields.whole("ring-bytes"),
                fields.whole("floor"),
                DropPolicy.valueOf(fields.text("policy").toUpperCase(Locale.ROOT)),
                fields.duration("move-after"),
                fields.duration("group"),
                fields.duration("backlog-delay"),
                fields.duration("pace"));
    }

    private record Draft(String name, ActuatorType type, Fields fields, Options options) {}

    /** In two turns, because rules of one actuator speak of another's values. */
    private List<ActuatorConfig> actuators(Fields file) {
        List<Draft> drafts = new ArrayList<>();
        for (Entry entry : named(file, "actuators")) {
            String name = entry.key().text();
            rules.named(name);
            Draft draft = draft(name, entry);
            if (draft != null) {
                rules.described(name, draft.type(), draft.fields(), draft.options());
                drafts.add(draft);
            }
        }
        List<ActuatorConfig> actuators = new ArrayList<>();
        for (Draft draft : drafts) {
            ActuatorConfig actuator =
                    rules.actuator(
                            draft.name(),
                            draft.type(),
                            draft.type().onePin() ? boards.pin(draft.fields()) : 0,
                            draft.fields(),
                            draft.options());
            if (actuator != null) {
                actuators.add(actuator);
            }
        }
        return actuators;
    }

    private @Nullable Draft draft(String name, Entry entry) {
        String path = "actuators." + name;
        Place place = entry.key().place();
        ActuatorType type = drivers.actuator(path, entry);
        if (type == null) {
            // Without its driver nothing is known of its own keys, but these all have.
            boards.claim(
                    Fields.read(problems, path, place, entry.value(), ActuatorKeys.ACTUATOR, false),
                    false);
            return null;
        }
        Fields fields =
                Fields.read(problems, path, place, entry.value(), ActuatorKeys.of(type), true);
        // A plain output on a pin that carries a PWM would fight with it; any other may drive it.
        boards.claim(fields, !type.name().equals("digital-output"));
        for (Option option : type.options()) {
            if (option.kind() instanceof Option.Kind.Pin) {
                boards.claim(fields, option.name(), false);
            }
        }
        Options options = drivers.options(fields, type.options());
        String contradiction = fields.complete() ? type.contradiction(options) : "";
        if (!contradiction.isEmpty()) {
            String[] words = contradiction.split(" ", 2);
            fields.wrong(words[0], words[1]);
        }
        return new Draft(name, type, fields, options);
    }

    private Fields nested(Fields file, String name, List<Key> keys) {
        return Fields.read(problems, name, file.placeOf(name), file.node(name), keys, true);
    }

    /** The entries of a section whose keys are names that the user chose. */
    private List<Entry> named(Fields file, String section) {
        if (!file.has(section)) {
            return List.of();
        }
        YamlNode node = file.node(section);
        if (node instanceof Scalar scalar && scalar.nothing()) {
            return List.of();
        }
        if (!(node instanceof Mapping mapping)) {
            problems.at(
                    node.place(),
                    section
                            + " is "
                            + node.inWords()
                            + ": expected names, each with its keys, for example '"
                            + section
                            + ": "
                            + example(section)
                            + "'");
            return List.of();
        }
        Set<String> seen = new HashSet<>();
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : mapping.entries()) {
            String name = entry.key().text();
            Place place = entry.key().place();
            if (!seen.add(name)) {
                problems.at(place, section + "." + Messages.shortened(name) + " appears twice");
                continue;
            }
            try {
                FileKeys.NAME.parse(name);
                if (SHARED_NAMES.contains(section)) {
                    claims.name(section + "." + name, name, place);
                }
            } catch (IllegalArgumentException e) {
                problems.at(
                        place,
                        "'" + Messages.shortened(name) + "' in " + section + ": " + e.getMessage());
            }
            entries.add(entry);
        }
        return entries;
    }

    private static String example(String section) {
        for (Key key : FileKeys.FILE) {
            if (key.name().equals(section)) {
                return key.example();
            }
        }
        return "";
    }
}
