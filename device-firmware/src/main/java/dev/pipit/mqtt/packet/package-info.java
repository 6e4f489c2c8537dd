/**
 * The codec: fields to bytes and back, in the caller's arrays. Knows no socket, file, thread or
 * clock, allocates nothing per packet on the hot path, and trusts nothing that a peer declares.
 */
@NullMarked
package dev.pipit.mqtt.packet;

import org.jspecify.annotations.NullMarked;
