/**
 * The on-disk queue of what the broker has not acknowledged: records of bytes under growing
 * sequences, in a ring in memory that survives a killed process and in segments on the card that
 * survive a power cut. Knows only bytes: nothing of frames, nothing of MQTT.
 */
@NullMarked
package dev.pipit.spool;

import org.jspecify.annotations.NullMarked;
