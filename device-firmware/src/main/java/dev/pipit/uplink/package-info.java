/**
 * Joins readings, states, alarms and commands to topics (topic plan in {@link
 * dev.pipit.uplink.Topics}). Everything that other programs see of a device passes through here.
 */
@NullMarked
package dev.pipit.uplink;

import org.jspecify.annotations.NullMarked;
