package dev.pipit.config;

import dev.pipit.config.Form.Choice;
import dev.pipit.config.Form.Decimal;
import dev.pipit.config.Form.Duration;
import dev.pipit.config.Form.Flag;
import dev.pipit.config.Form.Many;
import dev.pipit.config.Form.Nested;
import dev.pipit.config.Form.NestedMany;
import dev.pipit.config.Form.Text;
import dev.pipit.config.Form.Value;
import dev.pipit.config.Form.Whole;
import dev.pipit.telemetry.format.Format;
import java.util.List;
import java.util.regex.Pattern;

/** Every key of the configuration file that is not a driver's own. */
final class FileKeys {
    /** BCM numbers on the 40-pin header, on every model. */
    static final int HIGHEST_PIN = 27;

    static final Form NAME =
            new Text(
                    Pattern.compile("[a-z][a-z0-9_-]{0,31}"),
                    "a name of up to 32 lower-case letters, digits, '-' and '_' that starts with a letter");

    static final List<Key> DEVICE =
            List.of(
                    Key.required(
                            "id",
                            new Text(
                                    Pattern.compile("[A-Za-z0-9_-]{1,23}"),
                                    "1 to 23 letters, digits, '-' and '_'"),
                            "name of this device, unique at the broker: second level of every topic and client"
                                    + " identifier",
                            "greenhouse"),
                    Key.usually(
                            "root",
                            new Text(
                                    Pattern.compile("[A-Za-z0-9_-]{1,32}"),
                                    "1 to 32 letters, digits, '-' and '_'"),
                            "pipit",
                            "first level of every topic",
                            "pipit"));

    private static final Form URL =
            new Text(Pattern.compile("(?s).{1,1024}"), "mqtt://HOST:PORT, or mqtts, ws, wss");

    private static final Form PATH =
            new Text(Pattern.compile("\\P{Cntrl}{1,1024}"), "the path of a file");

    static final List<Key> BROKER =
            List.of(
                    Key.optional(
                            "url",
                            URL,
                            "where the broker is; ports 1883, 8883 (mqtts), 80 (ws) and 443 (wss) where none is"
                                    + " written",
                            "\"mqtts://broker.example:8883\""),
                    Key.optional(
                            "urls",
                            new Many(URL, 8),
                            "several brokers instead of 'url', tried in turn",
                            "[\"mqtts://a.example\", \"mqtts://b.example\"]"),
                    Key.optional(
                            "username",
                            new Text(Pattern.compile("\\P{Cntrl}{1,256}"), "1 to 256 characters"),
                            "user name at the broker",
                            "greenhouse"),
                    Key.optional(
                            "password-file",
                            PATH,
                            "file whose first line is the password, readable by its owner only; relative to this"
                                    + " file",
                            "broker.password"),
                    Key.optional(
                            "ca-file",
                            PATH,
                            "PEM file with the certificates of the authorities that may have signed the"
                                    + " broker's; where nothing is written, those that Java trusts",
                            "ca.pem"),
                    Key.optional(
                            "certificate-file",
                            PATH,
                            "PEM file with this device's certificate, then its intermediates",
                            "device.pem"),
                    Key.optional(
                            "key-file",
                            PATH,
                            "PEM file with the certificate's private key, readable by its owner only",
                            "device.key"),
                    Key.usually(
                            "version",
                            new Choice(List.of("auto", "3.1", "3.1.1", "5")),
                            "auto",
                            "MQTT version; auto tries 5 and falls back",
                            "\"3.1.1\""),
                    Key.usually(
                            "keep-alive",
                            new Duration(0, 65_535_000),
                            "60s",
                            "longest silence towards the broker, whole seconds; 0s: no limit",
                            "60s"),
                    Key.usually(
                            "insecure",
                            new Flag(),
                            "false",
                            "whether unencrypted connections to other machines are allowed",
                            "true"));

    static final Key DRIVER =
            Key.required(
                    "driver",
                    new Text(Pattern.compile(".{1,64}"), "the name of a driver"),
                    "what it is",
                    "bme280");

    static final Key EVERY =
            Key.optional(
                    "every",
                    new Duration(10, 7L * 24 * 3_600_000),
                    "how often it is read; where nothing is written, as usual for the driver",
                    "10s");

    static final Key BATCH =
            Key.usually(
                    "batch",
                    new Whole(1, 1024, false),
                    "60",
                    "readings in a message at most (with the formats json and sparkplug-b, 1 where nothing is"
                            + " written); more cost fewer bytes, and arrive later (the newest one"
                            + " always goes to the live topic at once)",
                    "60");

    static final Key BATCH_AGE =
            Key.usually(
                    "batch-age",
                    new Duration(0, 24L * 3_600_000),
                    "60s",
                    "longest time that a reading waits for others to share its message",
                    "5m");

    static final Key KEEP =
            Key.usually(
                    "keep",
                    new Choice(List.of("volatile", "durable", "synced")),
                    "durable",
                    "what a reading survives: nothing; the end of the process, and a power cut once it is on the"
                            + " card; a power cut at once (then every reading is a message of its own)",
                    "synced");

    static final Key I2C_BUS =
            Key.usually(
                    "bus",
                    new Text(Pattern.compile("i2c-\\d{1,3}"), "an I2C bus: i2c-N"),
                    "i2c-1",
                    "I2C bus, as in /dev/i2c-N",
                    "i2c-1");

    static final Key I2C_ADDRESS =
            Key.optional(
                    "address",
                    new Whole(0x03, 0x77, true),
                    "7-bit address; where nothing is written, the one that the chip has as sold",
                    "0x76");

    static final Key SPI_BUS =
            Key.usually(
                    "bus",
                    new Text(Pattern.compile("spi-\\d{1,3}"), "an SPI bus: spi-N"),
                    "spi-0",
                    "SPI bus, as in /dev/spidevN.*",
                    "spi-0");

    static final Key SPI_SELECT =
            Key.usually(
                    "chip-select",
                    new Whole(0, 7, false),
                    "0",
                    "chip select, as in /dev/spidev*.N",
                    "0");

    /** Lines by number on the header, or by the name that the kernel has for them. */
    static final Form PIN =
            new Text(
                    Pattern.compile(
                            "1?\\d|2[0-7]|([A-Za-z_][\\w.:-]{0,31}/)?[A-Za-z_][\\w.:-]{0,31}"
                                    + "|[A-Za-z_][\\w.:-]{0,31}/\\d{1,3}"),
                    "a whole number from 0 to "
                            + HIGHEST_PIN
                            + ", or the name of a GPIO line, or CHIP/LINE");

    private static final String PIN_SUMMARY =
            "BCM number of the pin, not its place on the header; or the kernel's name for the line, or"
                    + " CHIP/LINE with the chip's label";

    static final Key INPUT_KIND =
            Key.usually(
                    "kind",
                    new Choice(List.of("button", "encoder", "counter")),
                    "button",
                    "what its edges mean: a button or switch, one contact of a rotary encoder, a meter's pulses",
                    "encoder");

    /** What every input has. */
    static final List<Key> INPUT =
            List.of(
                    INPUT_KIND,
                    Key.required("pin", PIN, PIN_SUMMARY, "17"),
                    Key.usually(
                            "pull",
                            new Choice(List.of("up", "down", "none")),
                            "none",
                            "resistor inside the chip",
                            "up"),
                    Key.usually(
                            "active",
                            new Choice(List.of("high", "low")),
                            "high",
                            "level that counts as pressed",
                            "low"),
                    Key.usually(
                            "debounce",
                            new Duration(0, 10_000),
                            "20ms",
                            "how long a level must stand to count; 1ms for an encoder and 0ms for a counter where"
                                    + " nothing is written",
                            "20ms"));

    /** What a button has beside. */
    static final List<Key> BUTTON =
            List.of(
                    Key.usually(
                            "click-gap",
                            new Duration(50, 5_000),
                            "300ms",
                            "how long after a release another press still belongs to the same gesture",
                            "300ms"),
                    Key.usually(
                            "hold",
                            new Duration(100, 60_000),
                            "800ms",
                            "how long a press must last to be a hold, and long in a gesture",
                            "800ms"));

    /** What a rotary encoder has beside. */
    static final List<Key> ENCODER =
            List.of(
                    Key.required("pin-b", PIN, "BCM number of the other contact", "22"),
                    Key.usually(
                            "steps",
                            new Choice(List.of("1", "2", "4")),
                            "4",
                            "changes of level from one detent to the next",
                            "4"));

    /** What a pulse counter has beside. */
    static final List<Key> COUNTER =
            List.of(
                    Key.usually(
                            "shortest",
                            new Duration(0, 60_000),
                            "5ms",
                            "how long a pulse must last to count",
                            "5ms"),
                    Key.usually(
                            "report",
                            new Duration(1_000, 86_400_000),
                            "10s",
                            "how often a total that has grown is told",
                            "1m"));

    static final List<Key> ACTUATOR =
            List.of(
                    Key.required("pin", PIN, PIN_SUMMARY, "27"),
                    Key.required(
                            "safe",
                            new Value(),
                            "value that the output takes at start, at the end and whenever nobody vouches for another",
                            "off"));

    /** One entry of {@code buses}. */
    static final List<Key> BUS =
            List.of(
                    Key.usually(
                            "timeout",
                            new Duration(10, 10_000),
                            "200ms",
                            "how long a transfer may take, clock stretching included; in steps of 10 ms",
                            "200ms"),
                    Key.usually(
                            "retries",
                            new Whole(0, 10, false),
                            "1",
                            "how often a transfer that lost the bus to another master is tried again",
                            "1"));

    private static final Form FOREVER = new Duration(1, 366L * 24 * 3_600_000);

    /** One entry of {@code requires}. */
    static final List<Key> REQUIREMENT =
            List.of(
                    Key.optional(
                            "output",
                            NAME,
                            "another actuator that must have a certain value",
                            "valve"),
                    Key.optional("is", new Value(), "the value that it must have", "on"),
                    Key.optional(
                            "sensor",
                            new Text(
                                    Pattern.compile("[a-z][a-z0-9_-]{0,31}\\.[a-z][a-z0-9_]{0,31}"),
                                    "SENSOR.CHANNEL"),
                            "a measured quantity that must lie within bounds",
                            "tank.level"),
                    Key.optional(
                            "above",
                            new Decimal(),
                            "smallest value allowed, in the channel's unit",
                            "0.2"),
                    Key.optional(
                            "below",
                            new Decimal(),
                            "largest value allowed, in the channel's unit",
                            "60"),
                    Key.usually(
                            "max-age",
                            new Duration(10, 24L * 3_600_000),
                            "10s",
                            "age from which a measured value counts as missing",
                            "10s"));

    /** What every actuator may be held to, beside its pin and its safe value. */
    static final List<Key> RULES =
            List.of(
                    Key.optional(
                            "min", new Value(), "smallest value that a command may ask for", "20"),
                    Key.optional(
                            "max", new Value(), "largest value that a command may ask for", "80"),
                    Key.usually(
                            "lease",
                            FOREVER,
                            "60s",
                            "how long a value stands without being renewed; then the output goes safe",
                            "60s"),
                    Key.usually(
                            "longest-lease",
                            FOREVER,
                            "1d",
                            "longest lease or pulse that a command may ask for",
                            "1h"),
                    Key.usually(
                            "hold",
                            new Flag(),
                            "false",
                            "whether a value stands without a lease, for outputs that may be forgotten",
                            "true"),
                    Key.usually(
                            "on-disconnect",
                            new Choice(List.of("keep", "safe")),
                            "keep",
                            "what happens when the broker is lost: leases go on, or the output goes safe",
                            "safe"),
                    Key.optional("max-on", FOREVER, "longest time away from the safe value", "10m"),
                    Key.optional(
                            "min-on",
                            FOREVER,
                            "shortest time away from the safe value before 'off' may end it; 'safe' always may",
                            "30s"),
                    Key.optional(
                            "min-off",
                            FOREVER,
                            "shortest time at the safe value, also after a start",
                            "3m"),
                    Key.optional(
                            "switches-per-hour",
                            new Whole(1, 3600, false),
                            "how often it may leave the safe value in any hour",
                            "6"),
                    Key.optional(
                            "ramp",
                            new Duration(40, 24L * 3_600_000),
                            "time for a change from the smallest to the largest value; going safe never waits"
                                    + " for it",
                            "5s"),
                    Key.optional(
                            "excludes",
                            new Many(NAME, 16),
                            "actuators that must be at their safe values while this one is not",
                            "[down]"),
                    Key.optional(
                            "dead-time",
                            new Duration(1, 3_600_000),
                            "how long those must have been at their safe values before",
                            "500ms"),
                    Key.optional(
                            "requires",
                            new NestedMany(REQUIREMENT, 16),
                            "what must hold while it is away from its safe value",
                            "[{output: valve, is: on}]"),
                    Key.usually(
                            "latch",
                            new Flag(),
                            "false",
                            "whether a violation locks it until somebody acknowledges",
                            "true"),
                    Key.usually(
                            "critical",
                            new Flag(),
                            "false",
                            "whether commands that name a time of day are refused while the clock is not"
                                    + " synchronised",
                            "true"),
                    Key.usually(
                            "commands-per-second",
                            new Whole(1, 1000, false),
                            "10",
                            "how many commands a second are looked at, after 20 at once",
                            "10"),
                    Key.optional(
                            "roles",
                            new Many(NAME, 16),
                            "commands must be signed by a key with one of these roles",
                            "[operator]"));

    private static final Form LINE = new Text(Pattern.compile("\\P{Cntrl}{1,200}"), "one line");

    /** One entry of {@code rules}. */
    static final List<Key> LOCAL_RULE =
            List.of(
                    Key.required(
                            "when",
                            LINE,
                            "what sets it off: INPUT.EVENT (press, release, click, double, triple, hold; short and long"
                                    + " presses in a row such as short-short-long; clockwise, counterclockwise);"
                                    + " SENSOR.CHANNEL above or below NUMBER [hysteresis NUMBER] [for DURATION];"
                                    + " time HH:MM; broker lost [for DURATION]",
                            "air.temperature above 30 hysteresis 2 for 10s"),
                    Key.required(
                            "do",
                            LINE,
                            "what it does: ACTUATOR VALUE [for DURATION]; while a threshold or a lost broker"
                                    + " lasts, it renews the lease",
                            "fan on for 5m"));

    /** One entry of {@code signing}, whose name is the key's id. */
    static final List<Key> SIGNING =
            List.of(
                    Key.usually(
                            "algorithm",
                            new Choice(List.of("ed25519", "hmac-sha256")),
                            "ed25519",
                            "how commands are signed",
                            "ed25519"),
                    Key.optional(
                            "public-key",
                            new Text(
                                    Pattern.compile("[A-Za-z0-9_-]{43}"),
                                    "43 characters of base64url, as 'deploy/pipit keygen' prints them"),
                            "the signer's public key, for ed25519",
                            "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
                    Key.optional(
                            "key-file",
                            new Text(Pattern.compile("\\P{Cntrl}{1,1024}"), "the path of a file"),
                            "key file as 'deploy/pipit keygen' writes it, for hmac-sha256; relative to this file",
                            "ops.key"),
                    Key.required(
                            "roles",
                            new Many(NAME, 16),
                            "what the holder of this key may do",
                            "[operator]"));

    private static final Form DIRECTORY =
            new Text(Pattern.compile("\\P{Cntrl}{1,1024}"), "the path of a directory");

    static final List<Key> SPOOL =
            List.of(
                    Key.optional(
                            "directory",
                            DIRECTORY,
                            "directory on the card, relative to this file; where nothing is written, 'spool' in"
                                    + " the directory of 'state'",
                            "spool"),
                    Key.optional(
                            "runtime",
                            DIRECTORY,
                            "directory in memory (tmpfs), relative to this file; where nothing is written, the one"
                                    + " that systemd gives, else one below /dev/shm",
                            "/run/pipit/spool"),
                    Key.usually(
                            "bytes",
                            new Whole(1 << 20, 1L << 34, false),
                            "16777216",
                            "bound of what waits on the card",
                            "67108864"),
                    Key.usually(
                            "ring-bytes",
                            new Whole(1 << 18, 1L << 28, false),
                            "1048576",
                            "bound of what waits in memory",
                            "1048576"),
                    Key.usually(
                            "floor",
                            new Whole(0, 1L << 40, false),
                            "67108864",
                            "bytes that are left free on the card",
                            "67108864"),
                    Key.usually(
                            "policy",
                            new Choice(List.of("oldest", "newest", "thin")),
                            "oldest",
                            "what goes, and is reported, when all is full: the oldest, what comes in, or every"
                                    + " second record",
                            "thin"),
                    Key.usually(
                            "move-after",
                            new Duration(100, 3_600_000),
                            "30s",
                            "what the broker has not acknowledged for so long goes to the card",
                            "30s"),
                    Key.usually(
                            "group",
                            new Duration(100, 3_600_000),
                            "60s",
                            "the card is written at most once in this time: what a power cut may take",
                            "60s"),
                    Key.usually(
                            "backlog-delay",
                            new Duration(0, 3_600_000),
                            "60s",
                            "after a connection the backlog waits at random up to so long, so that many devices"
                                    + " that come back together do not send together",
                            "60s"),
                    Key.usually(
                            "pace",
                            new Duration(0, 60_000),
                            "100ms",
                            "time between two messages of the backlog",
                            "100ms"));

    /** Who may use which device verb; anybody may ask for {@code safe}. */
    static final List<Key> CONTROL =
            List.of(
                    verb("rescan", "try the sensors that fail again"),
                    verb("report", "have status, birth message, states and alarms told again"),
                    verb("interval", "read a sensor at another interval"),
                    verb("restart", "end the agent, so that systemd starts it again"),
                    verb("acknowledge", "acknowledge an actuator that a violation has locked"));

    private static Key verb(String name, String what) {
        return Key.optional(
                name,
                new Many(NAME, 16),
                "roles, one of which the key of a signed command needs to " + what,
                "[operator]");
    }

    /** One entry of {@code groups}. */
    static final List<Key> GROUP =
            List.of(
                    Key.required(
                            "members",
                            new Many(NAME, 16),
                            "actuators that take the same values; all take a command, or none does",
                            "[left, right]"));

    static final List<Key> FILE =
            List.of(
                    Key.required(
                            "device", new Nested(DEVICE), "who this device is", "{id: greenhouse}"),
                    Key.required(
                            "broker",
                            new Nested(BROKER),
                            "where readings go and commands come from",
                            "{url: \"mqtt://127.0.0.1:1883\"}"),
                    Key.optional(
                            "sensors",
                            new Nested(List.of()),
                            "what is measured, by name",
                            "{air: {driver: bme280}}"),
                    Key.optional(
                            "inputs",
                            new Nested(List.of()),
                            "pins whose edges are events, by name",
                            "{button: {pin: 17}}"),
                    Key.optional(
                            "actuators",
                            new Nested(List.of()),
                            "outputs, by name",
                            "{relay: {driver: digital-output, pin: 27, safe: off}}"),
                    Key.optional(
                            "groups",
                            new Nested(List.of()),
                            "actuators that take one command together, by name",
                            "{lights: {members: [left, right]}}"),
                    Key.optional(
                            "rules",
                            new Nested(List.of()),
                            "what the device does by itself, without a broker, by name",
                            "{light: {when: button.press, do: relay on for 5m}}"),
                    Key.optional(
                            "signing",
                            new Nested(List.of()),
                            "whose signed commands are believed, by key id",
                            "{ops: {public-key: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo, roles: [operator]}}"),
                    Key.usually(
                            "format",
                            new Choice(Format.words()),
                            "compact",
                            "how readings leave the device: in frames of few bytes that a retained schema explains,"
                                    + " or as others have standardised it",
                            "senml-json"),
                    Key.optional(
                            "control",
                            new Nested(CONTROL),
                            "which roles device verbs need; without it, where there are keys, any of them",
                            "{restart: [admin]}"),
                    Key.optional(
                            "state",
                            DIRECTORY,
                            "directory for what must survive a restart, relative to this file; where nothing is"
                                    + " written, the one that systemd gives",
                            "state"),
                    Key.optional(
                            "spool",
                            new Nested(SPOOL),
                            "how readings wait for the broker",
                            "{directory: spool}"),
                    Key.optional(
                            "board",
                            new Choice(List.of("kernel", "linuxfs", "simulated")),
                            "how pins and buses are reached; where nothing is written, the agent chooses",
                            "simulated"),
                    Key.optional(
                            "gpio-chip",
                            new Text(
                                    Pattern.compile("\\P{Cntrl}{1,32}"),
                                    "a GPIO chip's label or name"),
                            "chip whose lines pins are; where nothing is written, the header's",
                            "pinctrl-bcm2711"),
                    Key.optional(
                            "buses",
                            new Nested(List.of()),
                            "how I2C buses are set, by name",
                            "{i2c-1: {timeout: 500ms}}"));

    private FileKeys() {}
}
