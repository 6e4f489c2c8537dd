package dev.pipit.driver.gpio;

import com.pi4j.exception.Pi4JException;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Errno;
import dev.pipit.driver.Fault;
import dev.pipit.driver.Option;
import dev.pipit.driver.Options;
import dev.pipit.driver.TimedActuator;
import dev.pipit.driver.ValueKind;
import dev.pipit.driver.ValueKind.Position;
import dev.pipit.driver.Wiring;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A hobby servo: an angle, told by the length of a pulse fifty times a second.
 *
 * <pre>
 *   __|‾‾|________________________|‾‾|____    1000 us: 0 degrees, 2000 us: all of its travel
 *     |<->| pulse                             |<---------- 20 ms ---------->|
 * </pre>
 *
 * Without pulses it lets go: nothing hums, nothing holds.
 */
public final class ServoType implements ActuatorType {
    private static final int HERTZ = 50;
    private static final long NS_PER_US = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    private static final List<Option> OPTIONS =
            List.of(
                    Option.whole("travel", "degrees from one end to the other", 180, 1, 3_600),
                    Option.whole(
                            "least-pulse",
                            "length of the pulse for 0 degrees in microseconds",
                            1_000,
                            200,
                            3_000),
                    Option.whole(
                            "most-pulse",
                            "length of the pulse for all of the travel in microseconds",
                            2_000,
                            200,
                            3_000),
                    Option.millis(
                            "detach",
                            "time after a new angle from which it gets no pulses any more; 0s: it always does",
                            "1s",
                            0,
                            3_600_000));

    @Override
    public String name() {
        return "servo";
    }

    @Override
    public String summary() {
        return "a hobby servo: an angle, or off, which lets go";
    }

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public boolean pulses() {
        return true;
    }

    @Override
    public String contradiction(Options options) {
        return options.whole("least-pulse") < options.whole("most-pulse")
                ? ""
                : "most-pulse is not longer than 'least-pulse'";
    }

    @Override
    public ValueKind values(Options options) {
        long most = options.whole("travel") * 10;
        return new Position(
                new ValueKind.Level("degrees", new BigDecimal("0.1"), 0, most), "off", Map.of());
    }

    @Override
    public ActuatorDriver create(Wiring wiring, String id, int pin, Options options, long initial) {
        Scale scale =
                new Scale(
                        options.whole("least-pulse") * NS_PER_US,
                        options.whole("most-pulse") * NS_PER_US,
                        options.whole("travel") * 10);
        return new Driver(
                PulseOutput.claim(wiring, id, pin, HERTZ, scale.nanos(initial)),
                scale,
                options.millis("detach") * NS_PER_MS,
                initial);
    }

    /** Between tenths of a degree and nanoseconds. */
    private record Scale(long leastNanos, long mostNanos, long mostAngle) {
        long nanos(long angle) {
            return angle == Position.REST
                    ? 0
                    : leastNanos + (mostNanos - leastNanos) * angle / mostAngle;
        }

        long angle(long nanos) {
            return nanos == 0
                    ? Position.REST
                    : Math.round(
                            (double) (nanos - leastNanos) * mostAngle / (mostNanos - leastNanos));
        }
    }

    private static final class Driver implements TimedActuator {
        private final PulseOutput output;
        private final Scale scale;
        private final long detachNs;
        private long told;
        private boolean fresh;
        private boolean attached;
        private long detachAtNs = NEVER;

        Driver(PulseOutput output, Scale scale, long detachNs, long initial) {
            this.output = output;
            this.scale = scale;
            this.detachNs = detachNs;
            told = initial;
            attached = initial != Position.REST;
        }

        @Override
        public @Nullable Fault write(long value) {
            told = value;
            fresh = true;
            return null;
        }

        @Override
        public @Nullable Fault advance(long nowNs) {
            boolean over = !fresh && attached && nowNs >= detachAtNs;
            if (!fresh && !over) {
                return null;
            }
            try {
                output.nanos(over ? 0 : scale.nanos(told));
            } catch (Pi4JException e) {
                return Errno.fault(e);
            }
            fresh = false;
            attached = !over && told != Position.REST;
            detachAtNs = attached && detachNs > 0 ? nowNs + detachNs : NEVER;
            return null;
        }

        @Override
        public long nextNs() {
            return fresh ? Long.MIN_VALUE : detachAtNs;
        }

        /** It does not say where it is. */
        @Override
        public boolean moving() {
            return false;
        }

        @Override
        public boolean resting() {
            return !attached;
        }

        @Override
        public long shown() {
            return told;
        }

        @Override
        public long readBack() {
            try {
                long nanos = output.nanos();
                boolean right = nanos == (attached ? scale.nanos(told) : 0);
                return right ? told : scale.angle(nanos);
            } catch (Pi4JException e) {
                return UNKNOWN;
            }
        }

        @Override
        public void close() {
            output.release();
        }
    }
}
