package dev.pipit.board.simulated;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputBase;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;

/** A relay's pin. */
final class SimulatedOutput extends DigitalOutputBase {
    private final Pins pins;
    private final SimulatedPin pin;

    private SimulatedOutput(DigitalOutputProvider provider, DigitalOutputConfig config, Pins pins) {
        super(provider, config);
        this.pins = pins;
        pin = new SimulatedPin(config.address(), config.name(), SimulatedPin.Kind.OUTPUT, true);
        boolean initial = config.initialState() == DigitalState.HIGH;
        state = initial ? DigitalState.HIGH : DigitalState.LOW;
        pins.claim(pin);
        pins.output(pin, initial, true);
    }

    static final class Provider extends DigitalOutputProviderBase {
        private final World world;

        Provider(World world) {
            super("simulated-digital-output");
            this.world = world;
        }

        @Override
        public DigitalOutput create(DigitalOutputConfig config) {
            SimulatedOutput output = new SimulatedOutput(this, config, world.pins());
            context.registry().add(output);
            return output;
        }
    }

    @Override
    public DigitalOutput state(DigitalState state) {
        pins.output(pin, state.isHigh(), false);
        return super.state(state);
    }

    @Override
    public DigitalState state() {
        return pins.high(pin) ? DigitalState.HIGH : DigitalState.LOW;
    }

    @Override
    public DigitalOutput shutdown(Context context) {
        DigitalOutput output = super.shutdown(context);
        pins.free(pin);
        return output;
    }
}
