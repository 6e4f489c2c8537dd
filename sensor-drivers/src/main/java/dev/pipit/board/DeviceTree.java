package dev.pipit.board;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which Pi this is and what its header already carries, from the device tree that the firmware
 * handed the kernel ({@code /proc/device-tree}).
 *
 * <p>A pin is taken where an enabled device names it in its {@code pinctrl-0}: as numbers in {@code
 * brcm,pins} up to the Pi 4, as {@code gpioN} in {@code pins} on the Pi 5.
 */
public final class DeviceTree {
    /** BCM numbers on the 40-pin header. */
    private static final int HEADER_PINS = 28;

    private static final int DEEPEST = 8;
    private static final Pattern GPIO = Pattern.compile("gpio(\\d{1,2})");

    private final String model;
    private final SortedMap<Integer, String> carriers;

    private DeviceTree(String model, SortedMap<Integer, String> carriers) {
        this.model = model;
        this.carriers = carriers;
    }

    /** What the firmware calls the machine: {@code Raspberry Pi 4 Model B Rev 1.4}. */
    public String model() {
        return model;
    }

    public boolean isRaspberryPi() {
        return model.startsWith("Raspberry Pi");
    }

    /** How many pins the header has: 26 on the very first boards. */
    public int headerPins() {
        return model.matches("Raspberry Pi Model [AB] Rev .*") ? 26 : 40;
    }

    /**
     * Header pins that an enabled bus or device uses, by BCM number: {@code 2 -> i2c1}, {@code 14
     * -> serial@7e215040}.
     */
    public SortedMap<Integer, String> carriers() {
        return carriers;
    }

    /**
     * @param root {@code /} on a device
     * @return empty where the machine has no device tree, as a PC
     */
    public static Optional<DeviceTree> read(Path root) {
        Path tree = root.resolve("proc/device-tree");
        if (!Files.isDirectory(tree)) {
            return Optional.empty();
        }
        Map<Integer, Path> byPhandle = new HashMap<>();
        List<Path> users = new ArrayList<>();
        walk(tree, 0, byPhandle, users);
        Map<String, String> aliases = aliases(tree);
        SortedMap<Integer, String> carriers = new TreeMap<>();
        for (Path user : users) {
            String path = "/" + tree.relativize(user);
            String name = aliases.getOrDefault(path, user.getFileName().toString());
            for (int phandle : cells(user.resolve("pinctrl-0"))) {
                for (int pin : pins(byPhandle.get(phandle))) {
                    if (pin < HEADER_PINS) {
                        carriers.putIfAbsent(pin, name);
                    }
                }
            }
        }
        return Optional.of(new DeviceTree(text(tree.resolve("model")), carriers));
    }

    private static void walk(Path node, int depth, Map<Integer, Path> byPhandle, List<Path> users) {
        int[] phandle = cells(node.resolve("phandle"));
        if (phandle.length > 0) {
            byPhandle.put(phandle[0], node);
        }
        String status = text(node.resolve("status"));
        boolean enabled = status.isEmpty() || status.equals("okay") || status.equals("ok");
        // The pin controller's own pinctrl-0 only sets what pins do from the start.
        if (enabled
                && Files.exists(node.resolve("pinctrl-0"))
                && !Files.exists(node.resolve("gpio-controller"))) {
            users.add(node);
        }
        if (depth == DEEPEST) {
            return;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(node, Files::isDirectory)) {
            for (Path child : children) {
                walk(child, depth + 1, byPhandle, users);
            }
        } catch (IOException e) {
            // A branch that may not be read has no pins that we could know of.
        }
    }

    /** By node path: {@code /soc/i2c@7e804000 -> i2c1}; names of devices before names of roles. */
    private static Map<String, String> aliases(Path tree) {
        Map<String, String> names = new TreeMap<>();
        Path folder = tree.resolve("aliases");
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
                for (Path alias : all) {
                    String name = alias.getFileName().toString();
                    if (name.matches("(i2c|spi|uart)\\d+")) {
                        names.put(text(alias), name);
                    }
                }
            } catch (IOException e) {
                return names;
            }
        }
        return names;
    }

    private static List<Integer> pins(@Nullable Path group) {
        List<Integer> pins = new ArrayList<>();
        if (group == null) {
            return pins;
        }
        for (int pin : cells(group.resolve("brcm,pins"))) {
            pins.add(pin);
        }
        Matcher named = GPIO.matcher(text(group.resolve("pins")));
        while (named.find()) {
            pins.add(Integer.valueOf(named.group(1)));
        }
        // The Pi 5's groups, and newer trees of older ones, may nest one level.
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(group, Files::isDirectory)) {
            for (Path part : parts) {
                pins.addAll(pins(part));
            }
        } catch (IOException e) {
            return pins;
        }
        return pins;
    }

    /** Big-endian 32-bit cells; none where there is no such property. */
    private static int[] cells(Path property) {
        if (!Files.isRegularFile(property)) {
            return new int[0];
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(property));
            int[] cells = new int[bytes.remaining() / 4];
            bytes.asIntBuffer().get(cells);
            return cells;
        } catch (IOException e) {
            return new int[0];
        }
    }

    /** Zeros between strings become blanks. */
    private static String text(Path property) {
        if (!Files.isRegularFile(property)) {
            return "";
        }
        try {
            return Files.readString(property, StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }
}
