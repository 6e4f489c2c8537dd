package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BrokerUrlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mqtt://localhost",
                "mqtt://127.0.0.1:1883",
                "mqtt://127.9.9.9",
                "mqtt://[::1]:1883",
                "MQTT://LOCALHOST",
                "mqtts://broker.example",
                "mqtts://broker.example:8883",
                "mqtts://[2001:db8::1]:8883",
                "ws://localhost:9001/mqtt",
                "wss://broker.example/mqtt"
            })
    void goodUrlsAreTaken(String url) {
        assertThat(BrokerUrl.parse(url, false)).hasToString(url);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost | has no scheme: expected one of mqtt, mqtts, ws, wss followed by ://HOST:PORT;"
                        + " did you mean 'mqtt://localhost'?",
                "tcp://localhost | did you mean 'mqtt'?",
                "ssl://b.example | did you mean 'mqtts'?",
                "mqt://localhost | did you mean 'mqtt'?",
                "localhost:1883 | has the scheme 'localhost'",
                "mqtt:localhost | did you mean 'mqtt://...'?",
                "mqtt:// | is not a URL",
                "mqtt://a b | is not a URL",
                "mqtt:///x | names no valid host",
                "mqtt://under_score | names no valid host",
                "mqtt://localhost:0 | has port 0: expected 1 to 65535",
                "mqtt://localhost:70000 | has port 70000",
                "mqtt://localhost/topic | has a path",
                "mqtts://b.example?x=1 | has a '?' or '#' part",
                "mqtt://u:secret@localhost | contains a user name or password",
                "mqtt://broker.example | is not encrypted and leaves this machine: use mqtts",
                "ws://broker.example | use wss",
                "mqtt://127.0.0.1.example.org | is not encrypted and leaves this machine",
                "mqtt://localhost.example.org | is not encrypted and leaves this machine",
                "mqtt://[::2] | is not encrypted and leaves this machine"
            })
    void badUrlsAreRefusedWithTheRemedy(String url, String message) {
        assertThatThrownBy(() -> BrokerUrl.parse(url, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt://broker.example", "ws://10.0.0.1:80"})
    void plainUrlsToOthersAreTakenWhereTheUserSaysSo(String url) {
        assertThat(BrokerUrl.parse(url, true)).hasToString(url);
    }
}
