/** Pins themselves as inputs and outputs: digital input, digital output, PWM. */
@NullMarked
package dev.pipit.driver.gpio;

import org.jspecify.annotations.NullMarked;
