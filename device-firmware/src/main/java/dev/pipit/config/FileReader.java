package dev.pipit.config;

import dev.pipit.command.KeyFile;
import dev.pipit.command.LocalRule;
import dev.pipit.command.SigningKey;
import dev.pipit.command.TrustedKey;
import dev.pipit.config.YamlNode.Entry;
import dev.pipit.config.YamlNode.Mapping;
import dev.pipit.config.YamlNode.Place;
import dev.pipit.config.YamlNode.Scalar;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Connection;
import dev.pipit.driver.Location;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.SensorType;
import dev.pipit.spool.DropPolicy;
import dev.pipit.spool.Durability;
import dev.pipit.telemetry.format.Format;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
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
    private final Drivers drivers;
    private final Problems problems;
    private final Claims claims;
    private final BoardReader boards;
    private final RulesReader rules;
    private final Map<Integer, String> carriers;
    private final ChannelReader channels;
    private Format format = Format.COMPACT;

    /**
     * @param carriers pins that carry a bus of the machine that is to run this, by BCM number
     */
    FileReader(Path file, Drivers drivers, Map<Integer, String> carriers, Problems problems) {
        this.file = file;
        this.drivers = drivers;
        this.carriers = carriers;
        this.problems = problems;
        claims = new Claims(problems);
        boards = new BoardReader(problems, claims);
        rules = new RulesReader(file, problems);
        channels = new ChannelReader(file, problems);
    }

    /** The configuration, or {@code null} where a mistake leaves it without a part. */
    @Nullable AgentConfig agent(YamlNode root) {
        Place top = new Place(1, 1);
        if (root instanceof Scalar scalar && scalar.nothing()) {
            root = new Mapping(top, List.of());
        }
        Fields fields = Fields.read(problems, "", top, root, FileKeys.FILE, true);
        DeviceConfig device = fields.has("device") ? device(fields) : null;
        BrokerConfig broker = fields.has("broker") ? broker(fields) : null;
        format = Format.ofWord(fields.has("format") ? fields.text("format") : "compact");
        List<SensorConfig> sensors = new ArrayList<>();
        List<String> sensorNames = new ArrayList<>();
        for (Entry entry : named(fields, "sensors")) {
            sensorNames.add(entry.key().text());
            SensorConfig sensor = sensor(entry.key().text(), entry);
            if (sensor != null) {
                sensors.add(sensor);
            }
        }
        List<InputConfig> inputs = new ArrayList<>();
        List<String> inputNames = new ArrayList<>();
        for (Entry entry : named(fields, "inputs")) {
            inputNames.add(entry.key().text());
            InputConfig input = InputReader.input(problems, boards, entry);
            if (input != null) {
                inputs.add(input);
            }
        }
        List<TrustedKey> signing = new ArrayList<>();
        for (Entry entry : named(fields, "signing")) {
            TrustedKey key = trustedKey(entry);
            if (key != null) {
                signing.add(key);
                rules.roles(key.roles());
            }
        }
        List<ActuatorConfig> actuators = actuators(fields);
        rules.checkNames(sensorNames);
        List<GroupConfig> groups = new ArrayList<>();
        List<String> commanded = new ArrayList<>(rules.names());
        GroupReader groupReader = new GroupReader(problems, rules.names(), actuators);
        for (Entry entry : named(fields, "groups")) {
            commanded.add(entry.key().text());
            GroupConfig group = groupReader.group(entry);
            if (group != null) {
                groups.add(group);
            }
        }
        List<LocalRule> localRules = new ArrayList<>();
        LocalRuleReader reader =
                new LocalRuleReader(
                        problems,
                        rules,
                        sensorNames,
                        inputNames,
                        inputs,
                        commanded,
                        actuators,
                        groups);
        for (Entry entry : named(fields, "rules")) {
            LocalRule rule = reader.rule(entry);
            if (rule != null) {
                localRules.add(rule);
            }
        }
        named(fields, "buses").forEach(boards::bus);
        claims.checkBusPins();
        BoardChoice board =
                fields.has("board")
                        ? BoardChoice.valueOf(fields.text("board").toUpperCase(Locale.ROOT))
                        : null;
        if ((board == null || board == BoardChoice.KERNEL) && !fields.has("gpio-chip")) {
            claims.checkCarriers(carriers);
        }
        if (device == null || broker == null) {
            return null;
        }
        Path state = state(fields);
        if (state == null
                && inputs.stream().anyMatch(i -> i.kind() instanceof InputConfig.Kind.Counter)) {
            fields.wrong(
                    "inputs",
                    "needs a directory where totals of counters survive a restart: write 'state: DIRECTORY'");
        }
        if (state == null && !signing.isEmpty()) {
            fields.wrong(
                    "signing",
                    "needs a directory where counters survive a restart: write 'state: DIRECTORY'");
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
                board,
                boards.settings(fields));
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

    private @Nullable BrokerConfig broker(Fields file) {
        Fields fields = nested(file, "broker", FileKeys.BROKER);
        if (fields.has("keep-alive") && fields.whole("keep-alive") % 1000 != 0) {
            fields.wrong(
                    "keep-alive",
                    "is not a whole number of seconds, which is all that MQTT can say");
        }
        if (fields.has("password-file") && !fields.has("username")) {
            fields.wrong(
                    "password-file", "stands without 'username': MQTT sends both or none; add one");
        }
        if (fields.has("certificate-file") != fields.has("key-file")) {
            String alone = fields.has("key-file") ? "key-file" : "certificate-file";
            fields.wrong(
                    alone,
                    "stands alone: 'certificate-file' and 'key-file' belong together; add the"
                            + " other");
        }
        Path ca = readable(fields, "ca-file");
        Path certificate = readable(fields, "certificate-file");
        Path key = readable(fields, "key-file");
        List<URI> urls = urls(fields, fields.has("insecure") && fields.flag("insecure"));
        String password = password(fields);
        if (!fields.complete()) {
            return null;
        }
        return new BrokerConfig(
                urls,
                fields.textOrNull("username"),
                password,
                fields.duration("keep-alive"),
                fields.flag("insecure"),
                fields.text("version"),
                ca,
                certificate,
                key);
    }

    /** A file that a key names, relative to the configuration; {@code null}: none is named. */
    private @Nullable Path readable(Fields fields, String key) {
        if (!fields.has(key)) {
            return null;
        }
        Path path = file.toAbsolutePath().resolveSibling(fields.text(key));
        if (!Files.isReadable(path)) {
            fields.wrong(
                    key, "names " + path + ", which cannot be read: check the path and its owner");
        }
        return path;
    }

    private static List<URI> urls(Fields fields, boolean insecure) {
        List<URI> urls = new ArrayList<>();
        if (fields.written("url") && fields.written("urls")) {
            fields.wrong("urls", "stands beside 'url': write one of them");
        } else if (!fields.written("url") && !fields.written("urls") && fields.complete()) {
            fields.wrong(
                    fields.placeOf("url"),
                    "broker has no 'url': where the broker is, for example 'url:"
                            + " \"mqtt://127.0.0.1:1883\"'");
        }
        List<Fields.Item> items = new ArrayList<>(fields.items("urls"));
        if (fields.written("url")) {
            items.addFirst(new Fields.Item(fields.text("url"), fields.placeOf("url")));
        }
        for (Fields.Item item : items) {
            try {
                urls.add(BrokerUrl.parse((String) item.value(), insecure));
            } catch (IllegalArgumentException e) {
                fields.wrong(item.place(), "broker.url " + e.getMessage());
            }
        }
        return urls;
    }

    private @Nullable String password(Fields fields) {
        if (!fields.written("password-file")) {
            return null;
        }
        Path beside = file.toAbsolutePath().resolveSibling(fields.text("password-file"));
        try {
            return PasswordFile.read(beside);
        } catch (IllegalArgumentException e) {
            fields.wrong(
                    "password-file", e.getMessage() == null ? "cannot be read" : e.getMessage());
            return null;
        }
    }

    private @Nullable SensorConfig sensor(String name, Entry entry) {
        String path = "sensors." + name;
        SensorType type = driver(path, entry, drivers.sensors(), "sensor");
        if (type == null) {
            // Without its driver nothing is known of its other keys, but this one all have.
            List<Key> common = List.of(FileKeys.EVERY);
            Fields.read(problems, path, entry.key().place(), entry.value(), common, false);
            return null;
        }
        List<Key> keys = keysOf(type);
        Fields fields = Fields.read(problems, path, entry.key().place(), entry.value(), keys, true);
        Location location = location(type.connection(), fields);
        if (location != null) {
            String key = type.connection() instanceof Connection.Spi ? "chip-select" : "address";
            claims.chip(
                    path,
                    location,
                    fields.written(key) ? fields.placeOf(key) : entry.key().place());
        }
        Options options = options(fields, type.options());
        Duration every = fields.has("every") ? fields.duration("every") : type.usualInterval();
        ReportConfig report = channels.report(fields, every);
        if (!fields.complete() || location == null) {
            return null;
        }
        return new SensorConfig(name, type, location, every, options, recording(fields), report);
    }

    private RecordingConfig recording(Fields fields) {
        Durability durability = Durability.valueOf(fields.text("keep").toUpperCase(Locale.ROOT));
        if (durability == Durability.SYNCED) {
            if (fields.written("batch") && fields.whole("batch") > 1) {
                fields.wrong(
                        "batch",
                        "stands beside 'keep: synced', where every reading is a record of its own:"
                                + " leave 'batch' out");
            }
            return new RecordingConfig(1, fields.duration("batch-age"), durability);
        }
        // These formats are read message by message, and lose their sense of time in batches.
        boolean single = format == Format.JSON || format == Format.SPARKPLUG_B;
        int batch = single && !fields.written("batch") ? 1 : (int) fields.whole("batch");
        return new RecordingConfig(batch, fields.duration("batch-age"), durability);
    }

    /** Every key that a sensor of one type may have. */
    static List<Key> keysOf(SensorType type) {
        List<Key> keys = new ArrayList<>();
        keys.add(FileKeys.DRIVER);
        switch (type.connection()) {
            case Connection.I2c i2c -> {
                keys.add(FileKeys.I2C_BUS);
                keys.add(FileKeys.I2C_ADDRESS);
            }
            case Connection.Spi spi -> {
                keys.add(FileKeys.SPI_BUS);
                keys.add(FileKeys.SPI_SELECT);
            }
            case Connection.Kernel kernel -> {}
        }
        keys.add(FileKeys.EVERY);
        keys.add(FileKeys.BATCH);
        keys.add(FileKeys.BATCH_AGE);
        keys.add(FileKeys.KEEP);
        keys.addAll(ChannelKeys.SENSOR);
        type.options().forEach(option -> keys.add(Key.of(option)));
        return keys;
    }

    private static @Nullable Location location(Connection connection, Fields fields) {
        return switch (connection) {
            case Connection.I2c i2c -> {
                if (!fields.has("bus") || (!fields.complete() && !fields.has("address"))) {
                    yield null;
                }
                int address = fields.has("address") ? (int) fields.whole("address") : i2c.usual();
                if (!i2c.addresses().contains(address)) {
                    List<String> able =
                            i2c.addresses().stream().map(a -> String.format("0x%02X", a)).toList();
                    fields.wrong(
                            "address",
                            String.format("is 0x%02X", address)
                                    + ": expected an address that this chip can have: "
                                    + String.join(", ", able));
                    yield null;
                }
                yield Location.i2c(number(fields.text("bus")), address);
            }
            case Connection.Spi spi ->
                    fields.has("bus") && fields.has("chip-select")
                            ? Location.spi(
                                    number(fields.text("bus")), (int) fields.whole("chip-select"))
                            : null;
            case Connection.Kernel kernel -> Location.kernel(kernel.loop());
        };
    }

    private static int number(String bus) {
        return Integer.parseInt(bus.substring(bus.indexOf('-') + 1));
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

    private @Nullable TrustedKey trustedKey(Entry entry) {
        String id = entry.key().text();
        Fields fields =
                Fields.read(
                        problems,
                        "signing." + id,
                        entry.key().place(),
                        entry.value(),
                        FileKeys.SIGNING,
                        true);
        if (!fields.complete()) {
            return null;
        }
        Set<String> roles = new HashSet<>();
        fields.items("roles").forEach(item -> roles.add((String) item.value()));
        SigningKey algorithm = SigningKey.ofWord(fields.text("algorithm"));
        boolean shared = algorithm == SigningKey.HMAC_SHA_256;
        String needed = shared ? "key-file" : "public-key";
        String other = shared ? "public-key" : "key-file";
        if (!fields.has(needed) || fields.has(other)) {
            fields.wrong(
                    entry.key().place(),
                    "signing."
                            + id
                            + " needs '"
                            + needed
                            + "', and no '"
                            + other
                            + "', for "
                            + algorithm.word());
            return null;
        }
        if (!shared) {
            byte[] key = Base64.getUrlDecoder().decode(fields.text("public-key"));
            return new TrustedKey(id, algorithm, key, roles);
        }
        Path beside = file.toAbsolutePath().resolveSibling(fields.text("key-file"));
        try {
            KeyFile key = KeyFile.read(beside);
            if (key.algorithm() != algorithm || !key.id().equals(id)) {
                fields.wrong(
                        "key-file",
                        "holds key '"
                                + key.id()
                                + "' for "
                                + key.algorithm().word()
                                + ": expected '"
                                + id
                                + "' for "
                                + algorithm.word());
                return null;
            }
            return key.trusted(roles);
        } catch (IOException e) {
            fields.wrong("key-file", "cannot be used: " + e.getMessage());
            return null;
        }
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
        ActuatorType type = driver(path, entry, drivers.actuators(), "actuator");
        if (type == null) {
            // Without its driver nothing is known of its own keys, but these all have.
            boards.claim(
                    Fields.read(problems, path, place, entry.value(), FileKeys.ACTUATOR, false),
                    false);
            return null;
        }
        Fields fields = Fields.read(problems, path, place, entry.value(), keysOf(type), true);
        // A plain output on a pin that carries a PWM would fight with it; any other may drive it.
        boards.claim(fields, !type.name().equals("digital-output"));
        for (Option option : type.options()) {
            if (option.kind() instanceof Option.Kind.Pin) {
                boards.claim(fields, option.name(), false);
            }
        }
        Options options = options(fields, type.options());
        String contradiction = fields.complete() ? type.contradiction(options) : "";
        if (!contradiction.isEmpty()) {
            String[] words = contradiction.split(" ", 2);
            fields.wrong(words[0], words[1]);
        }
        return new Draft(name, type, fields, options);
    }

    /** Every key that an actuator of one type may have. */
    static List<Key> keysOf(ActuatorType type) {
        List<Key> keys = new ArrayList<>();
        keys.add(FileKeys.DRIVER);
        FileKeys.ACTUATOR.stream()
                .filter(key -> type.onePin() || !key.name().equals("pin"))
                .forEach(keys::add);
        keys.addAll(FileKeys.RULES);
        type.options().forEach(option -> keys.add(Key.of(option)));
        return keys;
    }

    private Options options(Fields fields, List<Option> options) {
        Map<String, Object> values = new HashMap<>();
        for (Option option : options) {
            if (fields.has(option.name())) {
                boolean pin = option.kind() instanceof Option.Kind.Pin;
                values.put(
                        option.name(),
                        pin
                                ? Long.valueOf(boards.pin(fields, option.name()))
                                : fields.value(option.name()));
            }
        }
        return new Options(values);
    }

    /** The driver that an entry names, or {@code null} after a mistake was noted. */
    private <T> @Nullable T driver(String path, Entry entry, Map<String, T> known, String what) {
        Fields fields =
                Fields.read(
                        problems,
                        path,
                        entry.key().place(),
                        entry.value(),
                        List.of(FileKeys.DRIVER),
                        false);
        if (!fields.has("driver")) {
            return null;
        }
        String name = fields.text("driver");
        T type = known.get(name);
        if (type == null) {
            Collection<String> names = known.keySet();
            fields.wrong(
                    "driver",
                    "is '"
                            + Messages.shortened(name)
                            + "': expected a "
                            + what
                            + " driver: "
                            + Messages.oneOf(names)
                            + Messages.didYouMean(name, names)
                            + elsewhere(name, what));
        }
        return type;
    }

    private String elsewhere(String name, String what) {
        if (what.equals("sensor") && drivers.actuators().containsKey(name)) {
            return "; '" + name + "' belongs under 'actuators'";
        }
        if (what.equals("actuator") && drivers.sensors().containsKey(name)) {
            return "; '" + name + "' belongs under 'sensors'";
        }
        return "";
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
