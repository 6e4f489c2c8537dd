/**
 * Commands: what they look like, and the gate that refuses whatever must never move a pin. Knows
 * neither MQTT nor the hardware; what passes goes to {@link dev.pipit.command.Outputs}.
 */
@NullMarked
package dev.pipit.command;

import org.jspecify.annotations.NullMarked;
