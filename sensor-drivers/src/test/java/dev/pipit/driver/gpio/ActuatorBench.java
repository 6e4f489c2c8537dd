package dev.pipit.driver.gpio;

import dev.pipit.board.simulated.SimulatedBoard;
import dev.pipit.board.simulated.World;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Options;
import dev.pipit.driver.TimedActuator;
import dev.pipit.driver.ValueKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One actuator on a simulated board, in a time that only the test moves. */
final class ActuatorBench {
    static final long MS = 1_000_000;

    /** What its pins did: {@code pin 5 = 1 at 1500}, times in milliseconds. */
    final List<String> pins = new ArrayList<>();

    final World world = new World(this::nowNs, 1, false);
    final SimulatedBoard board = new SimulatedBoard(world);
    final Options options;
    final ValueKind values;
    final ActuatorDriver driver;
    private long nowNs;

    ActuatorBench(ActuatorType type, int pin, String initial, Object... options) {
        world.onOutput(pins::add);
        Options own = Options.usual(type.options());
        for (int i = 0; i < options.length; i += 2) {
            own = own.with((String) options[i], options[i + 1]);
        }
        this.options = own;
        values = type.values(own);
        driver = type.create(board, "it", pin, own, values.parse(initial));
    }

    long nowNs() {
        return nowNs;
    }

    TimedActuator timed() {
        return (TimedActuator) driver;
    }

    /** Tells it a value, as the guard does. */
    @Nullable Fault tell(String value) {
        Fault fault = driver.write(values.parse(value));
        return fault == null && driver instanceof TimedActuator timed
                ? timed.advance(nowNs)
                : fault;
    }

    /** Lets time pass; what is due is done when it is. */
    @Nullable Fault pass(long ms) {
        long endNs = nowNs + ms * MS;
        while (timed().nextNs() <= endNs) {
            nowNs = Math.max(nowNs, timed().nextNs());
            Fault fault = timed().advance(nowNs);
            if (fault != null) {
                return fault;
            }
        }
        nowNs = endNs;
        return null;
    }

    /** Lets time pass while nobody looks. */
    void freeze(long ms) {
        nowNs += ms * MS;
    }

    String shown() {
        return values.format(timed().shown());
    }

    String readBack() {
        return values.format(driver.readBack());
    }
}
