/** Tests. */
@NullMarked
package dev.pipit.mqtt.packet;

import org.jspecify.annotations.NullMarked;
