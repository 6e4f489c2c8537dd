package dev.pipit.config;

import dev.pipit.driver.Wiring.Pull;
import java.time.Duration;

/**
 * One digital input whose edges are events.
 *
 * @param pin BCM number
 * @param activeLow whether a low level means pressed
 * @param debounce how long a level must stand to count
 */
public record InputConfig(String name, int pin, Pull pull, boolean activeLow, Duration debounce) {}
