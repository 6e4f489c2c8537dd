package dev.pipit.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.packet.TopicName;
import dev.pipit.uplink.HomeAssistant.Due;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HomeAssistantTest {
    private final HomeAssistant homeAssistant =
            new HomeAssistant(
                    TopicName.of("homeassistant/device/d/config"),
                    "{}",
                    "homeassistant/status",
                    new SplittableRandom(1));

    /** The times at which something was due, seconds. */
    private String during(int fromSecond, int toSecond) {
        StringBuilder due = new StringBuilder();
        for (int second = fromSecond; second < toSecond; second++) {
            Due now = homeAssistant.turn(second * 1_000L);
            if (now != Due.NOTHING) {
                due.append(now).append(' ').append(second).append(' ');
            }
        }
        return due.toString().strip();
    }

    @Test
    void statesAndAlarmsFollowTheDiscoveryOfAConnectionOnceEntitiesHadTimeToSubscribe() {
        assertThat(during(0, 100)).isEmpty();
        homeAssistant.connected();
        assertThat(during(100, 200)).isEqualTo("STATES 102");
    }

    @Test
    void aHomeAssistantThatStartsIsToldEverythingAgainButNotByAllDevicesAtOnce() {
        SplittableRandom random = new SplittableRandom(2);
        boolean[] seen = new boolean[12];
        for (int device = 0; device < 200; device++) {
            HomeAssistant one =
                    new HomeAssistant(
                            homeAssistant.topic, "{}", "homeassistant/status", random.split());
            one.online();
            int discovery = -1;
            int states = -1;
            for (int second = 0; second < 20; second++) {
                switch (one.turn(second * 1_000L)) {
                    case DISCOVERY -> discovery = second;
                    case STATES -> states = second;
                    case NOTHING -> {}
                }
            }
            assertThat(discovery).isBetween(0, 10);
            assertThat(states).isEqualTo(discovery + 2);
            seen[discovery] = true;
        }
        for (int second = 1; second <= 10; second++) {
            assertThat(seen[second]).as("some device in second %d", second).isTrue();
        }
    }
}
