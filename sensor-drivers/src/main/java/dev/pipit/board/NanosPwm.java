package dev.pipit.board;

import com.pi4j.context.Context;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmBase;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import com.pi4j.io.pwm.PwmProviderBase;
import dev.pipit.driver.FinePwm;

/** Pi4J's PWM, whose duty is a whole percent, for outputs that know the length of a pulse. */
public abstract class NanosPwm extends PwmBase implements FinePwm {
    private final long periodNanos;

    protected NanosPwm(PwmProvider provider, PwmConfig config) {
        super(provider, config);
        frequency = config.frequency();
        periodNanos = 1_000_000_000L / config.frequency();
    }

    /** Makes outputs whose initial duty stands from the first moment on. */
    public abstract static class Provider extends PwmProviderBase {
        protected Provider(String id) {
            super(id);
        }

        @Override
        public final Pwm create(PwmConfig config) {
            Integer initial = config.initialValue();
            long periodNanos = 1_000_000_000L / config.frequency();
            return create(config, initial == null ? 0 : periodNanos * initial / 100);
        }

        final Pwm create(PwmConfig config, long nanos) {
            NanosPwm pwm = open(config, nanos);
            pwm.stands(nanos);
            context.registry().add(pwm);
            return pwm;
        }

        /**
         * @param nanos the initial length of pulses, in force when this returns
         */
        protected abstract NanosPwm open(PwmConfig config, long nanos);
    }

    /** Changes the length of pulses; allocates nothing. */
    protected abstract void drive(long nanos);

    @Override
    public final synchronized void dutyNanos(long nanos) {
        drive(nanos);
        stands(nanos);
    }

    @Override
    public final long periodNanos() {
        return periodNanos;
    }

    private void stands(long nanos) {
        onState = nanos > 0;
        dutyCycle = (int) ((nanos * 100 + periodNanos / 2) / periodNanos);
    }

    @Override
    public final Pwm initialize(Context context) {
        return this; // The initial duty stands already, finer than the configuration can say it.
    }

    @Override
    public final Pwm on() {
        dutyNanos(periodNanos * dutyCycle / 100);
        return this;
    }

    @Override
    public final Pwm off() {
        dutyNanos(0);
        return this;
    }
}
