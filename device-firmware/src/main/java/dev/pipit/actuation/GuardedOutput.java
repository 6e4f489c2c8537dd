package dev.pipit.actuation;

import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.ValueKind;

/** An output to be guarded: its name, what it takes, its rules, and the driver that writes it. */
public record GuardedOutput(String name, ValueKind values, Rules rules, ActuatorDriver driver) {}
