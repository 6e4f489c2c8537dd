package dev.pipit.board.simulated;

import dev.pipit.driver.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The world in lines of text: takes one, gives an answer. No input or output of its own; changes of
 * outputs come from {@link World#onOutput}.
 *
 * <p>Every answer that reports a mistake begins with {@code error: }, every other with {@code ok}
 * or what was asked for.
 */
public final class WorldProtocol {
    private static final String HELP =
            """
            set air.temperature 21.5     a quantity stands at a value from now on
            press 17 | release 17        drives an input to its active level, and back
            stick 27 | loosen 27         an output keeps its level whatever it is told, or follows again
            unplug i2c-1 0x76            takes a chip off its bus
            plug i2c-1 0x76              puts it back: power comes on anew
            fault i2c-1 0x76 KIND        nack | stuck | checksum | slow
            heal i2c-1 0x76              ends the chip's faults
            show                         quantities, chips and pins as they are
            help                         this\
            """;

    private static final List<String> VERBS =
            List.of(
                    "set", "press", "release", "stick", "loosen", "unplug", "plug", "fault", "heal",
                    "show", "help");
    private static final List<String> FAULTS = List.of("nack", "stuck", "checksum", "slow");

    private final World world;

    public WorldProtocol(World world) {
        this.world = world;
    }

    /**
     * @param line without its line end
     * @return the answer, possibly of several lines, without a line end; empty for an empty line or
     *     a comment ({@code #})
     */
    public String answer(String line) {
        String stripped = line.strip();
        if (stripped.isEmpty() || stripped.startsWith("#")) {
            return "";
        }
        String[] words = stripped.split("\\s+");
        try {
            return switch (words[0].toLowerCase(Locale.ROOT)) {
                case "set" -> set(expect(words, 3, "set air.temperature 21.5"));
                case "press" -> press(expect(words, 2, "press 17"), true);
                case "release" -> press(expect(words, 2, "release 17"), false);
                case "stick" -> stick(expect(words, 2, "stick 27"), true);
                case "loosen" -> stick(expect(words, 2, "loosen 27"), false);
                case "unplug" -> plug(expect(words, 3, "unplug i2c-1 0x76"), false);
                case "plug" -> plug(expect(words, 3, "plug i2c-1 0x76"), true);
                case "fault" -> fault(expect(words, 4, "fault i2c-1 0x76 nack"));
                case "heal" -> heal(expect(words, 3, "heal i2c-1 0x76"));
                case "show" -> show();
                case "help", "?" -> HELP;
                default ->
                        throw new Mistake(
                                "'"
                                        + words[0]
                                        + "' is no command"
                                        + meant(words[0], VERBS)
                                        + "; expected one of: "
                                        + String.join(", ", VERBS));
            };
        } catch (Mistake mistake) {
            return "error: " + mistake.getMessage();
        }
    }

    private static String[] expect(String[] words, int count, String example) {
        if (words.length != count) {
            throw new Mistake(
                    "'"
                            + words[0]
                            + "' takes "
                            + (count - 1)
                            + (count == 2 ? " word" : " words")
                            + ", got "
                            + (words.length - 1)
                            + "; for example: "
                            + example);
        }
        return words;
    }

    private String set(String[] words) {
        Quantity quantity = world.find(words[1]);
        if (quantity == null) {
            List<String> names = world.names();
            throw new Mistake(
                    "no quantity '"
                            + words[1]
                            + "'"
                            + meant(words[1], names)
                            + (names.isEmpty()
                                    ? "; no simulated chip measures anything"
                                    : "; there are: " + String.join(", ", names)));
        }
        String range = number(quantity.least()) + " to " + number(quantity.most());
        double value;
        try {
            value = Double.parseDouble(words[2]);
        } catch (NumberFormatException e) {
            throw new Mistake("'" + words[2] + "': expected a number from " + range);
        }
        if (!(value >= quantity.least() && value <= quantity.most())) {
            throw new Mistake("'" + words[2] + "': expected " + range);
        }
        quantity.stand(value);
        return "ok";
    }

    private String press(String[] words, boolean press) {
        int number = whole(words[1], "a pin's BCM number, 0 to 53", 0, 53);
        SimulatedPin pin = world.pins().pin(number);
        if (pin == null || pin.kind != SimulatedPin.Kind.INPUT) {
            String inputs =
                    world.pins().all().stream()
                            .filter(p -> p.kind == SimulatedPin.Kind.INPUT)
                            .map(p -> p.number + " (" + p.id + ")")
                            .collect(Collectors.joining(", "));
            throw new Mistake(
                    "pin "
                            + number
                            + (pin == null ? " is not in use" : " is an output (" + pin.id + ")")
                            + "; inputs: "
                            + (inputs.isEmpty() ? "none" : inputs));
        }
        if (press) {
            world.press(number);
        } else {
            world.release(number);
        }
        return "ok";
    }

    private String stick(String[] words, boolean stuck) {
        int number = whole(words[1], "a pin's BCM number, 0 to 53", 0, 53);
        SimulatedPin pin = world.pins().pin(number);
        if (pin == null || pin.kind == SimulatedPin.Kind.INPUT) {
            throw new Mistake(
                    "pin "
                            + number
                            + (pin == null ? " is not in use" : " is an input (" + pin.id + ")")
                            + ": expected an output");
        }
        world.stick(number, stuck);
        return "ok";
    }

    /** A chip's place: bus and socket. */
    private record Place(SimulatedBus bus, SimulatedBus.Socket socket) {}

    private Place place(String[] words) {
        String busWord = words[1].toLowerCase(Locale.ROOT);
        if (!busWord.matches("i2c-\\d{1,3}")) {
            throw new Mistake("'" + words[1] + "': expected a bus such as i2c-1; " + chips());
        }
        int address = whole(words[2], "an address such as 0x76, 0x03 to 0x77", 0x03, 0x77);
        SimulatedBus bus = world.bus(Integer.parseInt(busWord.substring(4)));
        SimulatedBus.Socket socket = bus.socket(address);
        if (socket == null) {
            throw new Mistake("no chip at 0x%02x on %s; %s".formatted(address, busWord, chips()));
        }
        return new Place(bus, socket);
    }

    private String plug(String[] words, boolean plugged) {
        Place place = place(words);
        place.bus.plug(place.socket, plugged);
        return "ok";
    }

    private String fault(String[] words) {
        Place place = place(words);
        String kind = words[3].toLowerCase(Locale.ROOT);
        if (!FAULTS.contains(kind)) {
            throw new Mistake(
                    "'"
                            + words[3]
                            + "' is no fault"
                            + meant(kind, FAULTS)
                            + "; expected one of: "
                            + String.join(", ", FAULTS));
        }
        if (!place.bus.fault(place.socket, kind)) {
            throw new Mistake(
                    place.socket.driver + " has no checksum to break; try nack, stuck or slow");
        }
        return "ok";
    }

    private String heal(String[] words) {
        Place place = place(words);
        place.bus.heal(place.socket);
        return "ok";
    }

    private String show() {
        List<String> lines = new ArrayList<>();
        for (String name : world.names()) {
            lines.add(name + " = " + number(world.value(name).orElse(Double.NaN)));
        }
        for (Map.Entry<Integer, SimulatedBus> bus : world.buses().entrySet()) {
            for (int address = 0; address < 128; address++) {
                SimulatedBus.Socket socket = bus.getValue().socket(address);
                if (socket != null) {
                    lines.add(chip(bus.getKey(), address, socket));
                }
            }
        }
        for (SimulatedPin pin : world.pins().all()) {
            lines.add(
                    "pin "
                            + pin.number
                            + " = "
                            + pin.value()
                            + " "
                            + pin.kind.name().toLowerCase(Locale.ROOT)
                            + " "
                            + pin.id);
        }
        return lines.isEmpty() ? "nothing: no sensor, input or output" : String.join("\n", lines);
    }

    private static String chip(int bus, int address, SimulatedBus.Socket socket) {
        String state = socket.plugged ? "" : " unplugged";
        @Nullable String fault = socket.fault;
        if (fault != null) {
            state += " fault " + fault;
        }
        return "i2c-%d 0x%02x = %s %s%s"
                .formatted(bus, address, socket.driver, socket.sensor, state);
    }

    private String chips() {
        List<String> places = new ArrayList<>();
        for (Map.Entry<Integer, SimulatedBus> bus : world.buses().entrySet()) {
            for (int address = 0; address < 128; address++) {
                if (bus.getValue().socket(address) != null) {
                    places.add("i2c-%d 0x%02x".formatted(bus.getKey(), address));
                }
            }
        }
        return "chips: " + (places.isEmpty() ? "none" : String.join(", ", places));
    }

    private static int whole(String word, String expected, int least, int most) {
        int value;
        try {
            value = Integer.decode(word);
        } catch (NumberFormatException e) {
            throw new Mistake("'" + word + "': expected " + expected);
        }
        if (value < least || value > most) {
            throw new Mistake("'" + word + "': expected " + expected);
        }
        return value;
    }

    private static String meant(String word, List<String> candidates) {
        return Spelling.nearest(word, candidates).map(c -> ", did you mean " + c + "?").orElse("");
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("\\.?0+$", "");
    }

    private static final class Mistake extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mistake(String message) {
            super(message);
        }
    }
}
