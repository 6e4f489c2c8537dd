package dev.pipit.driver;

import com.pi4j.io.pwm.Pwm;

/** A PWM output finer than Pi4J's whole percent, on boards that can do it. */
public interface FinePwm extends Pwm {
    /**
     * Changes the duty without stopping the signal.
     *
     * @param permille 0..1000
     * @throws com.pi4j.io.exception.IOException where the hardware refuses
     */
    void dutyPermille(int permille);

    /** The duty that is in force, 0..1000. */
    int dutyPermille();
}
