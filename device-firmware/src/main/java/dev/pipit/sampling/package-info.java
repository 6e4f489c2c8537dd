/**
 * The loops that read sensors: one per bus, on absolute deadlines, with each sensor's health.
 *
 * <p>Hot: nothing here allocates per reading.
 */
@NullMarked
package dev.pipit.sampling;

import org.jspecify.annotations.NullMarked;
