package dev.pipit.board;

import com.pi4j.context.Context;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmBase;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import com.pi4j.io.pwm.PwmProviderBase;
import dev.pipit.driver.FinePwm;

/** Pi4J's PWM, whose duty is a whole percent, for outputs that know tenths of one. */
public abstract class PermillePwm extends PwmBase implements FinePwm {
    protected PermillePwm(PwmProvider provider, PwmConfig config) {
        super(provider, config);
        frequency = config.frequency();
    }

    /** Makes outputs whose initial duty stands from the first moment on. */
    public abstract static class Provider extends PwmProviderBase {
        protected Provider(String id) {
            super(id);
        }

        @Override
        public final Pwm create(PwmConfig config) {
            Integer initial = config.initialValue();
            return create(config, initial == null ? 0 : initial * 10);
        }

        final Pwm create(PwmConfig config, int permille) {
            PermillePwm pwm = open(config, permille);
            pwm.stands(permille);
            context.registry().add(pwm);
            return pwm;
        }

        /**
         * @param permille the initial duty, in force when this returns
         */
        protected abstract PermillePwm open(PwmConfig config, int permille);
    }

    /** Changes the duty; allocates nothing. */
    protected abstract void drive(int permille);

    @Override
    public final synchronized void dutyPermille(int permille) {
        drive(permille);
        stands(permille);
    }

    private void stands(int permille) {
        onState = permille > 0;
        dutyCycle = (permille + 5) / 10;
    }

    @Override
    public final Pwm initialize(Context context) {
        return this; // The initial duty stands already, finer than the configuration can say it.
    }

    @Override
    public final Pwm on() {
        dutyPermille(dutyCycle * 10);
        return this;
    }

    @Override
    public final Pwm off() {
        dutyPermille(0);
        return this;
    }
}
