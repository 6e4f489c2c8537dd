/**
 * What outlives a packet: Packet Identifiers, the in-flight window, QoS 1 and 2, keep alive, Topic
 * Aliases, subscriptions. Driven by events and given the time; no socket, file, thread or clock.
 */
@NullMarked
package dev.pipit.mqtt.session;

import org.jspecify.annotations.NullMarked;
