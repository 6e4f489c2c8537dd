/** Readings on the wire: schema, flat and dense frames. Bytes only: no clock, file or socket. */
@NullMarked
package dev.pipit.telemetry;

import org.jspecify.annotations.NullMarked;
