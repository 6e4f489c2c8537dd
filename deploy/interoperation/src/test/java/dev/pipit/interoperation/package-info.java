/** The MQTT client against brokers that are too large for the ordinary build. */
@NullMarked
package dev.pipit.interoperation;

import org.jspecify.annotations.NullMarked;
