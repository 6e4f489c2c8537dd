package dev.pipit.driver;

import com.pi4j.io.pwm.Pwm;

/** A PWM output finer than Pi4J's whole percent, on boards that can do it. */
public interface FinePwm extends Pwm {
    /**
     * Changes the length of the pulses without stopping the signal.
     *
     * @param nanos 0 to {@link #periodNanos()}
     * @throws com.pi4j.io.exception.IOException where the hardware refuses
     */
    void dutyNanos(long nanos);

    /**
     * The length of the pulses that is in force. Hardware rounds to its clock: where it is near
     * what was asked for, this is what was asked for.
     */
    long dutyNanos();

    /** Length of a whole turn of the signal. */
    long periodNanos();

    /**
     * Changes the duty without stopping the signal.
     *
     * @param permille 0..1000
     * @throws com.pi4j.io.exception.IOException where the hardware refuses
     */
    default void dutyPermille(int permille) {
        dutyNanos(periodNanos() * permille / 1_000);
    }

    /** The duty that is in force, 0..1000. */
    default int dutyPermille() {
        long period = periodNanos();
        return (int) ((dutyNanos() * 1_000 + period / 2) / period);
    }
}
