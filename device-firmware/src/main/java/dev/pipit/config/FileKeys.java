package dev.pipit.config;

import dev.pipit.config.Form.Choice;
import dev.pipit.config.Form.Duration;
import dev.pipit.config.Form.Flag;
import dev.pipit.config.Form.Many;
import dev.pipit.config.Form.Nested;
import dev.pipit.config.Form.Text;
import dev.pipit.config.Form.Whole;
import dev.pipit.telemetry.format.Format;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The keys of the configuration file and of its smaller sections, and what several sections share.
 * {@link SensorKeys}, {@link ChannelKeys}, {@link InputKeys} and {@link ActuatorKeys} have the
 * rest; a driver describes its own ({@link Key#of}).
 */
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

    /** Lines by number on the header, or by the name that the kernel has for them. */
    static final Form PIN =
            new Text(
                    Pattern.compile(
                            "1?\\d|2[0-7]|([A-Za-z_][\\w.:-]{0,31}/)?[A-Za-z_][\\w.:-]{0,31}"
                                    + "|[A-Za-z_][\\w.:-]{0,31}/\\d{1,3}"),
                    "a whole number from 0 to "
                            + HIGHEST_PIN
                            + ", or the name of a GPIO line, or CHIP/LINE");

    static final String PIN_SUMMARY =
            "BCM number of the pin, not its place on the header; or the kernel's name for the line, or"
                    + " CHIP/LINE with the chip's label";

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

    static final List<Key> HOME_ASSISTANT =
            List.of(
                    Key.optional(
                            "name",
                            new Text(Pattern.compile("\\P{Cntrl}{1,64}"), "1 to 64 characters"),
                            "what the device is called there; where nothing is written, its 'id'",
                            "Greenhouse"),
                    Key.optional(
                            "area",
                            new Text(Pattern.compile("\\P{Cntrl}{1,64}"), "1 to 64 characters"),
                            "the area that a new device is suggested to be in",
                            "Garden"),
                    Key.usually(
                            "prefix",
                            new Text(
                                    Pattern.compile(
                                            "[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,3}"),
                                    "1 to 4 levels of letters, digits, '-' and '_'"),
                            "homeassistant",
                            "first levels of its discovery and status topics",
                            "homeassistant"));

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
                    Key.usually(
                            "health",
                            new Duration(0, 24L * 3_600_000),
                            "60s",
                            "how often diagnostics are told: less often where bytes are paid; 0s: never",
                            "1h"),
                    Key.optional(
                            "home-assistant",
                            new Nested(HOME_ASSISTANT),
                            "written, if only as 'home-assistant:', it has this device found by Home Assistant with all"
                                    + " it has",
                            "{name: Greenhouse, area: Garden}"),
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
