package dev.pipit.board.simulated;

import com.pi4j.context.Context;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import dev.pipit.board.PermillePwm;

/** A fan's pin. */
final class SimulatedPwm extends PermillePwm {
    private final Pins pins;
    private final SimulatedPin pin;

    private SimulatedPwm(PwmProvider provider, PwmConfig config, Pins pins, int permille) {
        super(provider, config);
        this.pins = pins;
        pin = new SimulatedPin(config.address(), config.name(), SimulatedPin.Kind.PWM, true);
        pins.claim(pin);
        pins.duty(pin, permille, true);
    }

    static final class Provider extends PermillePwm.Provider {
        private final World world;

        Provider(World world) {
            super("simulated-pwm");
            this.world = world;
        }

        @Override
        protected PermillePwm open(PwmConfig config, int permille) {
            return new SimulatedPwm(this, config, world.pins(), permille);
        }
    }

    @Override
    protected void drive(int permille) {
        pins.duty(pin, permille, false);
    }

    @Override
    public int dutyPermille() {
        return pins.permille(pin);
    }

    @Override
    public Pwm shutdown(Context context) {
        Pwm pwm = super.shutdown(context);
        pins.free(pin);
        return pwm;
    }
}
