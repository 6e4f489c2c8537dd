package dev.pipit.config;

/**
 * Who this device is.
 *
 * @param id {@code [A-Za-z0-9_-]{1,23}}: the second level of every topic and the client identifier
 * @param root the first level of every topic, {@code pipit} unless configured
 */
public record DeviceConfig(String id, String root) {}
