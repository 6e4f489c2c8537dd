/**
 * The MQTT client: transports, threads, reconnecting, and the API. {@link
 * dev.pipit.mqtt.MqttClient} is where to begin.
 */
@NullMarked
package dev.pipit.mqtt;

import org.jspecify.annotations.NullMarked;
