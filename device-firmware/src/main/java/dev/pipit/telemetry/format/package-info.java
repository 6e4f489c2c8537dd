/**
 * Readings in the formats that others have a standard for: JSON, SenML (RFC 8428) as JSON and as
 * CBOR, Sparkplug B. Pure encoders from a batch to bytes: no clock, no topic, no connection. The
 * record itself stays in dense frames; these are what leaves the device instead.
 */
@NullMarked
package dev.pipit.telemetry.format;

import org.jspecify.annotations.NullMarked;
