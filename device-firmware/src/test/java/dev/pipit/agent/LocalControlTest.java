package dev.pipit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.actuation.GuardedOutput;
import dev.pipit.actuation.Measurements;
import dev.pipit.actuation.OutputGuard;
import dev.pipit.actuation.OutputListener;
import dev.pipit.actuation.Rules;
import dev.pipit.board.BoardSettings;
import dev.pipit.command.Gestures;
import dev.pipit.command.LocalRule;
import dev.pipit.command.Order;
import dev.pipit.config.AgentConfig;
import dev.pipit.config.BrokerConfig;
import dev.pipit.config.DeviceConfig;
import dev.pipit.config.InputConfig;
import dev.pipit.config.SpoolConfig;
import dev.pipit.driver.ActuatorDriver;
import dev.pipit.driver.Fault;
import dev.pipit.driver.ValueKind;
import dev.pipit.driver.Wiring.Pull;
import dev.pipit.telemetry.format.Format;
import dev.pipit.time.TimeSource;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LocalControlTest {
    private static final long S = 1_000_000_000L;

    private long nowNs = 100 * S;
    private final Relay relay = new Relay();
    private final List<String> heard = new ArrayList<>();

    private final TimeSource time =
            new TimeSource() {
                @Override
                public long monotonicNs() {
                    return nowNs;
                }

                @Override
                public long wallMs() {
                    return 0;
                }

                @Override
                public long sinceBootMs() {
                    return nowNs / 1_000_000;
                }

                @Override
                public boolean synchronised() {
                    return false;
                }
            };

    private static final class Relay implements ActuatorDriver {
        private long value;

        @Override
        public @Nullable Fault write(long value) {
            this.value = value;
            return null;
        }

        @Override
        public long readBack() {
            return value;
        }

        @Override
        public void close() {}
    }

    private final Measurements measurements = new Measurements(List.of("air.temperature"));
    private final OutputGuard guard =
            new OutputGuard(
                    List.of(new GuardedOutput("relay", new ValueKind.Switch(), rules(true), relay)),
                    measurements,
                    OutputListener.NONE);

    private static Rules rules(boolean safeOnDisconnect) {
        return new Rules(
                0,
                0,
                1,
                60 * S,
                3_600 * S,
                false,
                safeOnDisconnect,
                0,
                0,
                0,
                0,
                0,
                List.of(),
                0,
                List.of(),
                false);
    }

    private LocalControl control(LocalRule.When when) {
        AgentConfig config =
                new AgentConfig(
                        new DeviceConfig("a", "pipit"),
                        BrokerConfig.at(URI.create("mqtt://localhost")),
                        List.of(),
                        List.of(new InputConfig("button", 17, Pull.UP, true, Duration.ZERO)),
                        List.of(),
                        List.of(new LocalRule("r", when, "relay", Order.of(1), "")),
                        List.of(),
                        null,
                        SpoolConfig.usual(),
                        Format.COMPACT,
                        null,
                        BoardSettings.USUAL);
        guard.start(nowNs);
        return new LocalControl(
                config,
                guard,
                measurements,
                time,
                (rule, decision, now) -> heard.add(decision.outcome().word()),
                (input, kind, count, atNs) -> heard.add(kind + " " + count));
    }

    @Test
    void aButtonSwitchesARelayWithoutABroker() {
        LocalControl control = control(new LocalRule.When.Event("button", Gestures.Kind.PRESS, 1));
        control.edge("button", true, nowNs);
        assertThat(relay.value).isEqualTo(1);
        assertThat(heard).containsExactly("ok", "PRESS 1");
    }

    @Test
    void aClickIsToldOnceItsTimeHasCome() {
        LocalControl control = control(new LocalRule.When.Event("button", Gestures.Kind.CLICK, 1));
        control.edge("button", true, nowNs);
        nowNs += S / 10;
        control.edge("button", false, nowNs);
        assertThat(relay.value).isZero();
        control.turn(false);
        nowNs = control.nextDeadlineNs();
        control.turn(false);
        assertThat(relay.value).isEqualTo(1);
    }

    @Test
    void aLostBrokerEndsTheLeaseOfAnOutputThatIsConfiguredSo() {
        LocalControl control = control(new LocalRule.When.Event("button", Gestures.Kind.HOLD, 1));
        control.turn(true);
        guard.apply("relay", Order.of(1), nowNs);
        nowNs += S;
        control.turn(true);
        assertThat(relay.value).isEqualTo(1);
        nowNs += S;
        control.turn(false);
        assertThat(relay.value).isZero();
    }

    @Test
    void aThresholdHoldsAsLongAsTheValueIsFresh() {
        LocalControl control =
                control(
                        new LocalRule.When.Threshold(
                                "air.temperature", true, BigDecimal.TEN, BigDecimal.ZERO, 0));
        int channel = measurements.bind("air.temperature", BigDecimal.ONE);
        for (int second = 0; second < 120; second++) {
            measurements.put(channel, 11, nowNs);
            control.turn(true);
            nowNs += S;
            guard.advance(nowNs);
        }
        assertThat(relay.value).isEqualTo(1);
        for (int second = 0; second < 70; second++) {
            control.turn(true);
            nowNs += S;
            guard.advance(nowNs);
        }
        assertThat(relay.value).isZero();
    }
}
