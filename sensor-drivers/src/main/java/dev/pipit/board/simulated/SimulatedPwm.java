package dev.pipit.board.simulated;

import com.pi4j.context.Context;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import dev.pipit.board.NanosPwm;

/** A fan's pin. */
final class SimulatedPwm extends NanosPwm {
    private final Pins pins;
    private final SimulatedPin pin;

    private SimulatedPwm(PwmProvider provider, PwmConfig config, Pins pins, long nanos) {
        super(provider, config);
        this.pins = pins;
        pin = new SimulatedPin(config.address(), config.name(), SimulatedPin.Kind.PWM, true);
        pin.periodNanos = periodNanos();
        pins.claim(pin);
        pins.duty(pin, nanos, true);
    }

    static final class Provider extends NanosPwm.Provider {
        private final World world;

        Provider(World world) {
            super("simulated-pwm");
            this.world = world;
        }

        @Override
        protected NanosPwm open(PwmConfig config, long nanos) {
            return new SimulatedPwm(this, config, world.pins(), nanos);
        }
    }

    @Override
    protected void drive(long nanos) {
        pins.duty(pin, nanos, false);
    }

    @Override
    public long dutyNanos() {
        return pins.dutyNanos(pin);
    }

    @Override
    public Pwm shutdown(Context context) {
        Pwm pwm = super.shutdown(context);
        pins.free(pin);
        return pwm;
    }
}
