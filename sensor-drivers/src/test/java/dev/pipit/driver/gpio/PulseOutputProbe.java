package dev.pipit.driver.gpio;

import com.pi4j.io.pwm.Pwm;
import dev.pipit.driver.FinePwm;

/** Changes a PWM line behind its driver's back. */
final class PulseOutputProbe {
    private PulseOutputProbe() {}

    static void force(ActuatorBench bench, int pin, long nanos) {
        Pwm pwm = bench.board.context().registry().get("pwm-" + pin, Pwm.class);
        ((FinePwm) pwm).dutyNanos(nanos);
    }
}
