package dev.pipit.config;

import org.jspecify.annotations.Nullable;

/**
 * How Home Assistant shall find this device.
 *
 * @param name what the device is called there
 * @param area the area that it is suggested to be in; {@code null}: none
 * @param prefix first levels of its discovery and status topics, {@code homeassistant} unless
 *     configured
 */
public record HomeAssistantConfig(String name, @Nullable String area, String prefix) {}
