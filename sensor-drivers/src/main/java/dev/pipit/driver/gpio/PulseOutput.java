package dev.pipit.driver.gpio;

import com.pi4j.io.pwm.Pwm;
import dev.pipit.driver.FinePwm;
import dev.pipit.driver.Wiring;
import dev.pipit.driver.Wiring.PwmLine;

/**
 * A PWM line in nanoseconds, on boards that can do them and on Pi4J's own, which know whole
 * percents only. Methods throw {@link com.pi4j.exception.Pi4JException} where the hardware refuses.
 */
final class PulseOutput {
    private final Wiring wiring;
    private final Pwm pwm;
    private final long periodNanos;
    private long asked;

    private PulseOutput(Wiring wiring, Pwm pwm, long periodNanos, long asked) {
        this.wiring = wiring;
        this.pwm = pwm;
        this.periodNanos = periodNanos;
        this.asked = asked;
    }

    static PulseOutput claim(Wiring wiring, String id, int pin, int hertz, long initialNanos) {
        PwmLine line = new PwmLine(id, pin, hertz, initialNanos);
        return new PulseOutput(wiring, wiring.pwm(line), line.periodNanos(), initialNanos);
    }

    void nanos(long nanos) {
        if (pwm instanceof FinePwm fine) {
            fine.dutyNanos(nanos);
        } else {
            // 0 is only off to these providers.
            pwm.on(percent(nanos));
        }
        asked = nanos;
    }

    /** What is in force: what was asked for, if that is what stands as far as the board can say. */
    long nanos() {
        if (pwm instanceof FinePwm fine) {
            return fine.dutyNanos();
        }
        int percent = pwm.isOn() ? pwm.dutyCycle() : 0;
        return percent == percent(asked) ? asked : periodNanos * percent / 100;
    }

    private int percent(long nanos) {
        return (int) ((nanos * 100 + periodNanos / 2) / periodNanos);
    }

    void release() {
        wiring.release(pwm);
    }
}
