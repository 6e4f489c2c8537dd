/**
 * A board without hardware: chips at register level on I2C buses, pins, PWM, and a {@link
 * dev.pipit.board.simulated.World} that a test, a script or a person plays. The drivers that run on
 * it are those that run on a Pi.
 */
@NullMarked
package dev.pipit.board.simulated;

import org.jspecify.annotations.NullMarked;
