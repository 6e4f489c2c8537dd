package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.config.AgentConfig;
import dev.pipit.config.ConfigFile;
import dev.pipit.config.Drivers;
import dev.pipit.driver.Channel;
import dev.pipit.sampling.ChannelPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensorPlansTest {
    private static final List<Channel> METER =
            List.of(
                    Channel.of("count", "", "1", 4, 0),
                    Channel.of("temperature", "Cel", "0.01", 2, 2000));

    @TempDir Path folder;

    private AgentConfig config(String channels) throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "mqtt://127.0.0.1:1883"}
                sensors:
                  air:
                    driver: bme280
                    every: 2s
                    channels:
                """
                        + channels.indent(6));
        return ((ConfigFile.Result.Valid) ConfigFile.load(file, Drivers.installed())).config();
    }

    private SensorPlans plans(String channels) throws IOException {
        return new SensorPlans(config(channels).sensors().getFirst(), METER);
    }

    @Test
    void theDriversChannelsComeFirstThenThoseMadeOfThem() throws IOException {
        SensorPlans plans =
                plans(
                        """
                        flow: {from: count, unit: l/s, resolution: 0.001, filters: [{rate: 0.5}]}
                        volume: {from: count, unit: l, filters: [{total: 0.5}]}
                        temperature: {resolution: 0.1}
                        """);
        assertThat(plans.channels())
                .containsExactly(
                        METER.getFirst(),
                        Channel.of("temperature", "Cel", "0.1", 2, 200),
                        Channel.of("flow", "l/s", "0.001", 8, 0),
                        Channel.of("volume", "l", "1", 8, 0));
        assertThat(plans.plans()).extracting(ChannelPlan::source).containsExactly(0, 1, 0, 0);
    }

    @Test
    void anOmittedChannelIsNotTold() throws IOException {
        assertThat(plans("count: {omit: true}").channels()).containsExactly(METER.get(1));
    }

    @Test
    void aChannelThatNobodyMeasuresIsAMistakeWithItsPlace() throws IOException {
        SensorPlans.Findings findings =
                SensorPlans.check(
                        config(
                                """
                                temprature: {delta: 1}
                                damp: {from: humdity}
                                pressure: {from: humidity}
                                """));
        String file = folder.resolve("pipit.yaml").toString();
        assertThat(findings.problems())
                .containsExactly(
                        file
                                + ":8:7: sensors.air.channels.temprature: bme280 measures no such channel:"
                                + " expected one of temperature, humidity, pressure, or 'from' with one of"
                                + " them",
                        file
                                + ":9:20: sensors.air.channels.damp.from is 'humdity': expected a channel of"
                                + " bme280: temperature, humidity, pressure",
                        file
                                + ":10:7: sensors.air.channels.pressure has the name of a channel that bme280"
                                + " measures: expected another beside 'from'");
    }

    @Test
    void checkSaysWhatHappensToAChannelAndHowLateItMakesIt() throws IOException {
        assertThat(
                        SensorPlans.check(
                                        config(
                                                """
                                                temperature:
                                                  filters: [{median: 5}, {offset: -0.3}]
                                                  delta: 0.1
                                                  heartbeat: 10m
                                                """))
                                .notes())
                .containsExactly(
                        "air.temperature: every 2s, median 5, offset -0.3, delta 0.1, heartbeat 10m;"
                                + " latency 4s");
    }

    @Test
    void whatRulesAndRequirementsNameMustBeMeasured() throws IOException {
        Path file = folder.resolve("pipit.yaml");
        Files.writeString(
                file,
                """
                device: {id: greenhouse}
                broker: {url: "mqtt://127.0.0.1:1883"}
                sensors:
                  air: {driver: bme280, channels: {damp: {from: humidity}, pressure: {omit: true}}}
                actuators:
                  fan:
                    driver: digital-output
                    pin: 27
                    safe: off
                    requires: [{sensor: air.temprature, below: 60}]
                rules:
                  damp: {when: air.damp above 70, do: fan on}
                  wet:  {when: air.pressure above 7, do: fan on}
                """);
        AgentConfig config =
                ((ConfigFile.Result.Valid) ConfigFile.load(file, Drivers.installed())).config();
        assertThat(SensorPlans.check(config).problems())
                .containsExactly(
                        file
                                + ":10:25: actuators.fan.requires.sensor names 'air.temprature':"
                                + " expected one of temperature, humidity, damp",
                        file
                                + ":13:16: rules.wet.when names 'air.pressure': expected one of"
                                + " temperature, humidity, damp");
    }
}
