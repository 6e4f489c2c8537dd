package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import dev.pipit.board.BoardSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which line of which chip a pin is, and the event thread of all inputs. Chips are opened when the
 * first of their lines is asked for.
 */
final class GpioLines implements AutoCloseable {
    private final Kernel kernel;
    private final Path dev;
    private final BoardSettings settings;

    // guarded by this
    private final Map<String, GpioChip> chips = new HashMap<>();
    private @Nullable LineEvents events;

    /** A line of a chip that is open. */
    record Place(GpioChip chip, int line) {}

    GpioLines(Kernel kernel, Path dev, BoardSettings settings) {
        this.kernel = kernel;
        this.dev = dev;
        this.settings = settings;
    }

    /**
     * @param pin BCM number; below 0 one of {@link BoardSettings#lines()}
     * @throws Pi4JException saying where it was looked for
     */
    synchronized Place place(int pin) {
        if (pin >= 0) {
            return new Place(chip(settings.gpioChip()), pin);
        }
        String written = settings.line(pin);
        int slash = written.lastIndexOf('/');
        if (slash >= 0) {
            GpioChip chip = chip(written.substring(0, slash));
            int line = chip.line(written.substring(slash + 1));
            if (line >= 0) {
                return new Place(chip, line);
            }
            throw new Pi4JException(chip + " has no line '" + written.substring(slash + 1) + "'");
        }
        return named(written);
    }

    /** A name says no chip: the only one that has such a line. */
    private Place named(String name) {
        List<Place> found = new ArrayList<>();
        for (Path file : GpioChip.files(dev)) {
            GpioChip chip = chip(file.getFileName().toString());
            int line = chip.line(name);
            if (line >= 0) {
                found.add(new Place(chip, line));
            }
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new Pi4JException(
                found.isEmpty()
                        ? "no GPIO chip has a line '" + name + "': 'pipit scan' shows them"
                        : "several GPIO chips have a line '"
                                + name
                                + "': write CHIP/"
                                + name
                                + " with one of "
                                + found.stream().map(place -> place.chip().toString()).toList());
    }

    private GpioChip chip(String wanted) {
        GpioChip chip = chips.get(wanted);
        if (chip == null) {
            chip = GpioChip.find(kernel, dev, wanted);
            chips.put(wanted, chip);
        }
        return chip;
    }

    synchronized LineEvents events() {
        if (events == null) {
            events = new LineEvents(kernel);
        }
        return events;
    }

    /** The event thread's turns, if there is one. */
    synchronized Map<String, LongSupplier> loops() {
        LineEvents waiting = events;
        return waiting == null ? Map.of() : Map.of("edges of inputs", waiting::turns);
    }

    @Override
    public synchronized void close() {
        if (events != null) {
            events.close();
            events = null;
        }
        chips.values().forEach(GpioChip::close);
        chips.clear();
    }
}
