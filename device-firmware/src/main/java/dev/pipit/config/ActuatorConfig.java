package dev.pipit.config;

import dev.pipit.actuation.Rules;
import dev.pipit.command.Access;
import dev.pipit.driver.ActuatorType;
import dev.pipit.driver.Options;
import dev.pipit.driver.ValueKind;

/**
 * One output.
 *
 * @param pin BCM number; 0 where its pins are among its options
 * @param values what it takes
 * @param safe what it falls back to, within {@code values}; a required key
 * @param rules what the output guard holds it to
 * @param access whose commands the gate lets through
 */
public record ActuatorConfig(
        String name,
        ActuatorType type,
        int pin,
        ValueKind values,
        long safe,
        Options options,
        Rules rules,
        Access access) {}
