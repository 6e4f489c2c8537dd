package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.config.ConfigFile.Result;
import dev.pipit.sampling.Delta;
import dev.pipit.sampling.ReportRule;
import dev.pipit.telemetry.format.Format;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChannelReaderTest {
    private static final String HEAD =
            """
            device: {id: greenhouse}
            broker: {url: "mqtt://127.0.0.1:1883"}
            """;

    @TempDir Path folder;

    private Result load(String text) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(file, HEAD + text);
        return ConfigFile.load(file, FakeDrivers.ALL);
    }

    private AgentConfig valid(String text) throws IOException {
        Result result = load(text);
        assertThat(result).isInstanceOf(Result.Valid.class);
        return ((Result.Valid) result).config();
    }

    private List<String> problems(String text) throws IOException {
        Result result = load(text);
        assertThat(result).isInstanceOf(Result.Invalid.class);
        int prefix = folder.resolve("pipit.yaml").toString().length() + 1;
        return ((Result.Invalid) result)
                .problems().stream().map(p -> p.toString().substring(prefix)).toList();
    }

    /** A sensor whose only channel entry has these keys; it stands on line 5. */
    private List<String> channelProblems(String keys) throws IOException {
        return problems(
                "sensors:\n  air: {driver: weather, channels: {\n    temperature: "
                        + keys
                        + "}}\n");
    }

    @Test
    void withoutAWordReadingsAreToldAsMeasured() throws IOException {
        AgentConfig config = valid("sensors:\n  air: {driver: weather}\n");
        assertThat(config.sensors().getFirst().report()).isEqualTo(ReportConfig.AS_MEASURED);
        assertThat(config.format()).isEqualTo(Format.COMPACT);
    }

    @Test
    void oneKeyChoosesTheFormat() throws IOException {
        for (Format format : Format.values()) {
            assertThat(valid("format: " + format.word() + "\n").format()).isEqualTo(format);
        }
        assertThat(problems("format: senml\n"))
                .singleElement()
                .asString()
                .startsWith("3:9: ")
                .contains(
                        "format is 'senml'", "compact, json, senml-json, senml-cbor, sparkplug-b");
    }

    @Test
    void everyKeyIsRead() throws IOException {
        ReportConfig report =
                valid(
                                """
                                sensors:
                                  air:
                                    driver: weather
                                    every: 1s
                                    delta: 2%
                                    heartbeat: 10m
                                    throttle: 5s
                                    channels:
                                      temperature:
                                        resolution: 0.05
                                        delta: 0.1
                                        filters:
                                          - points: [0 => 0.4, 100 => 99.1]
                                          - polynomial: [0.4, 0.987]
                                          - scale: 1.8
                                          - offset: -0.3
                                          - range: [-40, 85]
                                          - median: 5
                                          - exponential: 0.2
                                          - clamp: [0, 50]
                                      flow:
                                        from: count
                                        unit: m3/s
                                        throttle: 1m
                                        filters: [{rate: 0.001, bits: 32}, {average: 10}, {minimum: 2}, {maximum: 2}]
                                      count: {omit: true}
                                """)
                        .sensors()
                        .getFirst()
                        .report();
        assertThat(report.rule())
                .isEqualTo(
                        new ReportRule(
                                new Delta(new BigDecimal("2"), true),
                                Duration.ofMinutes(10),
                                Duration.ofSeconds(5)));
        ChannelConfig temperature = report.channels().get(0);
        assertThat(temperature.resolution()).isEqualTo("0.05");
        assertThat(temperature.rule().delta()).isEqualTo(new Delta(new BigDecimal("0.1"), false));
        assertThat(temperature.rule().heartbeat()).isEqualTo(Duration.ofMinutes(10));
        assertThat(temperature.filters())
                .extracting(FilterConfig::words)
                .containsExactly(
                        "points [0 => 0.4, 100 => 99.1]",
                        "polynomial [0.4, 0.987]",
                        "scale 1.8",
                        "offset -0.3",
                        "range [-40, 85]",
                        "median 5",
                        "exponential 0.2",
                        "clamp [0, 50]");
        ChannelConfig flow = report.channels().get(1);
        assertThat(flow.derived()).isTrue();
        assertThat(flow.unit()).isEqualTo("m3/s");
        assertThat(flow.rule().throttle()).isEqualTo(Duration.ofMinutes(1));
        assertThat(flow.filters()).hasSize(4);
        assertThat(report.channels().get(2).omitted()).isTrue();
    }

    @Test
    void everyMistakeIsToldWithItsPlace() throws IOException {
        assertThat(channelProblems("{delta: 0}"))
                .singleElement()
                .asString()
                .startsWith("5:26: ")
                .contains("sensors.air.channels.temperature.delta is '0'", "above 0");
        assertThat(channelProblems("{resolution: -1}"))
                .singleElement()
                .asString()
                .contains("temperature.resolution is '-1': expected a number above 0");
        assertThat(channelProblems("{medain: 5}"))
                .singleElement()
                .asString()
                .contains("unknown key 'medain'");
        assertThat(channelProblems("{filters: [{median: 5, offset: 1}]}"))
                .singleElement()
                .asString()
                .startsWith("5:29: ")
                .contains("has an entry with 2 filters: expected one in each");
        assertThat(channelProblems("{filters: [{median: 1}]}"))
                .singleElement()
                .asString()
                .contains("filters.median is '1': expected a whole number from 2 to 1024");
        assertThat(channelProblems("{filters: [{offset: 1, bits: 8}]}"))
                .singleElement()
                .asString()
                .contains("bits stands beside 'offset'");
        assertThat(channelProblems("{filters: [{clamp: [5, 1]}]}"))
                .singleElement()
                .asString()
                .contains("clamp cannot be: range from 5.0 to 1.0", "the lower bound first");
        assertThat(channelProblems("{filters: [{range: 5}]}"))
                .singleElement()
                .asString()
                .contains("is one number: expected two");
        assertThat(channelProblems("{filters: [{points: [1 => 2]}]}"))
                .singleElement()
                .asString()
                .contains("expected 2 to 64 pairs");
        assertThat(channelProblems("{filters: [{points: [1 - 2]}]}"))
                .singleElement()
                .asString()
                .contains("expected RAW => REAL");
        assertThat(channelProblems("{filters: [{exponential: 1.5}]}"))
                .singleElement()
                .asString()
                .contains("weight 1.5: expected above 0, up to 1");
        assertThat(channelProblems("{filters: [" + "{offset: 1}, ".repeat(9) + "]}"))
                .singleElement()
                .asString()
                .contains("has 9 entries: expected up to 8");
        assertThat(channelProblems("{throttle: 10m, heartbeat: 1m}"))
                .singleElement()
                .asString()
                .contains("expected 'throttle' up to 'heartbeat'");
        assertThat(channelProblems("{heartbeat: 1s}"))
                .singleElement()
                .asString()
                .contains("shorter than the sensor's interval: expected at least 10s");
        assertThat(channelProblems("{}, temperature: {}"))
                .singleElement()
                .asString()
                .contains("temperature appears twice");
        assertThat(channelProblems("{}, Temp: {}"))
                .singleElement()
                .asString()
                .contains("channels.Temp: expected a name");
        assertThat(problems("sensors:\n  air: {driver: weather, channels: [a]}\n"))
                .singleElement()
                .asString()
                .contains("sensors.air.channels is a list: expected channels");
    }
}
