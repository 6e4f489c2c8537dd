/**
 * JSON (RFC 8259) for schemas, commands, births and machine-readable output: a strict reader with
 * bounds on size and depth, and a writer. Written by hand because the smallest well-kept library is
 * several times the size of the telemetry package and none bounds its work as a command topic
 * needs.
 */
@NullMarked
package dev.pipit.json;

import org.jspecify.annotations.NullMarked;
