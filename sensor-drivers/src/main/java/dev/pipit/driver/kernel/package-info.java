/**
 * Sensors that the kernel reads for us: 1-Wire thermometers, IIO, hwmon, thermal zones, the
 * machine's own health. Files under a root that is {@code /} on a device and a recorded tree in
 * tests.
 */
@NullMarked
package dev.pipit.driver.kernel;

import org.jspecify.annotations.NullMarked;
