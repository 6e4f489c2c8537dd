/**
 * What happens to a channel's values between the driver and the report policy: calibration,
 * smoothing, range checks, pulses. Filters allocate nothing per value and know no clock: a value
 * comes with its time.
 */
@NullMarked
package dev.pipit.sampling.filter;

import org.jspecify.annotations.NullMarked;
