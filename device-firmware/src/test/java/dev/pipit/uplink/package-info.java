/** Tests of what joins readings, states and alarms to topics. */
@NullMarked
package dev.pipit.uplink;

import org.jspecify.annotations.NullMarked;
