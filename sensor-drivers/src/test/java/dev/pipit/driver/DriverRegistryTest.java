package dev.pipit.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.exception.IOException;
import dev.pipit.driver.environment.Bme280;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriverRegistryTest {
    private final DriverRegistry registry = DriverRegistry.installed();

    @Test
    void findsTheDriversOfThisModuleByName() {
        assertThat(registry.sensor("bme280")).isPresent();
        assertThat(registry.actuator("digital-output")).isPresent();
        assertThat(registry.actuator("pwm")).isPresent();
        assertThat(registry.sensor("pwm")).isEmpty();
    }

    @Test
    void suggestsTheDriverThatWasMeant() {
        assertThat(registry.likelySensor("BME-280")).hasValue("bme280");
        assertThat(registry.likelySensor("bm280")).hasValue("bme280");
        assertThat(registry.likelyActuator("digital_output")).hasValue("digital-output");
        assertThat(registry.likelyActuator("sprinkler")).isEmpty();
    }

    @Test
    void everyDriverDescribesItselfCompletely() {
        for (SensorType type : registry.sensors()) {
            assertThat(type.name()).matches("[a-z][a-z0-9-]*");
            assertThat(type.summary()).isNotBlank();
            assertThat(type.usualInterval()).isPositive();
            Options.usual(type.options());
        }
        for (ActuatorType type : registry.actuators()) {
            assertThat(type.summary()).isNotBlank();
            assertThat(type.values(Options.usual(type.options())).expected()).isNotBlank();
        }
    }

    @Test
    void twoDriversOfOneNameAreRefused() {
        assertThatThrownBy(() -> new DriverRegistry(List.of(new Bme280(), new Bme280()), List.of()))
                .hasMessageContaining("two drivers are called 'bme280'");
    }

    @Test
    void everyErrnoIsAFault() {
        assertThat(Errno.fault(-Errno.EREMOTEIO)).isEqualTo(Fault.NO_ANSWER);
        assertThat(Errno.fault(-Errno.ENXIO)).isEqualTo(Fault.NO_ANSWER);
        assertThat(Errno.fault(-Errno.ETIMEDOUT)).isEqualTo(Fault.TIMEOUT);
        assertThat(Errno.fault(-Errno.EACCES)).isEqualTo(Fault.NO_ACCESS);
        assertThat(Errno.fault(-9_999)).isEqualTo(Fault.BUS_ERROR);
        assertThat(Errno.fault(new Pi4JException("x", new IOException("y"))))
                .isEqualTo(Fault.BUS_ERROR);
    }

    /** Stands in for the plugin's exception, whose constructor is not public. */
    static final class LinuxFileException extends Exception {
        private static final long serialVersionUID = 1L;

        public int getCode() {
            return Errno.EREMOTEIO;
        }
    }

    @Test
    void anErrnoWrappedTwiceByPi4jIsFound() {
        Pi4JException wrapped =
                new Pi4JException("a", new Pi4JException("b", new LinuxFileException()));
        assertThat(Errno.fault(wrapped)).isEqualTo(Fault.NO_ANSWER);
    }
}
