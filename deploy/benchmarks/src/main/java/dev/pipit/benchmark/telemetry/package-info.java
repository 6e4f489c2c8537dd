/** {@code deploy/bench telemetry}: payloads, times, the wire and the card. */
@NullMarked
package dev.pipit.benchmark.telemetry;

import org.jspecify.annotations.NullMarked;
