package dev.pipit.board.simulated;

import com.pi4j.context.Context;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmBase;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import com.pi4j.io.pwm.PwmProviderBase;
import dev.pipit.driver.FinePwm;

/** A fan's pin. */
final class SimulatedPwm extends PwmBase implements FinePwm {
    private final Pins pins;
    private final SimulatedPin pin;

    private SimulatedPwm(PwmProvider provider, PwmConfig config, Pins pins, int permille) {
        super(provider, config);
        this.pins = pins;
        pin = new SimulatedPin(config.address(), config.name(), SimulatedPin.Kind.PWM, true);
        pins.claim(pin);
        pins.duty(pin, permille, true);
    }

    static final class Provider extends PwmProviderBase {
        private final World world;

        Provider(World world) {
            super("simulated-pwm");
            this.world = world;
        }

        @Override
        public Pwm create(PwmConfig config) {
            Integer initial = config.initialValue();
            return create(config, initial == null ? 0 : initial * 10);
        }

        Pwm create(PwmConfig config, int permille) {
            SimulatedPwm pwm = new SimulatedPwm(this, config, world.pins(), permille);
            context.registry().add(pwm);
            return pwm;
        }
    }

    @Override
    public Pwm initialize(Context context) {
        // The initial duty stands already, finer than the configuration can say it.
        frequency = config.frequency();
        dutyCycle = (dutyPermille() + 5) / 10;
        onState = dutyPermille() > 0;
        return this;
    }

    @Override
    public void dutyPermille(int permille) {
        onState = permille > 0;
        dutyCycle = (permille + 5) / 10;
        pins.duty(pin, permille, false);
    }

    @Override
    public int dutyPermille() {
        return pins.permille(pin);
    }

    @Override
    public Pwm on() {
        dutyPermille(dutyCycle * 10);
        return this;
    }

    @Override
    public Pwm off() {
        dutyPermille(0);
        return this;
    }

    @Override
    public Pwm shutdown(Context context) {
        Pwm pwm = super.shutdown(context);
        pins.free(pin);
        return pwm;
    }
}
