/** What the README claims of the MQTT client's speed, measured beside its peers in one run. */
@NullMarked
package dev.pipit.benchmark;

import org.jspecify.annotations.NullMarked;
