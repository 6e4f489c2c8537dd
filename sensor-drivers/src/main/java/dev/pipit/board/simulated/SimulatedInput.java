package dev.pipit.board.simulated;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputBase;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalInputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.DigitalStateChangeEvent;
import dev.pipit.driver.TimedInput;

/** A button's pin. Rests at the level that means inactive, as its pull resistor would hold it. */
final class SimulatedInput extends DigitalInputBase implements TimedInput {
    private final Pins pins;
    private final SimulatedPin pin;

    private SimulatedInput(DigitalInputProvider provider, DigitalInputConfig config, Pins pins) {
        super(provider, config);
        this.pins = pins;
        boolean pressedLevel = config.onState() != DigitalState.LOW;
        pin =
                new SimulatedPin(
                        config.address(), config.name(), SimulatedPin.Kind.INPUT, pressedLevel);
        pin.high = !pressedLevel;
        pin.sink = this::event;
        pins.claim(pin);
    }

    static final class Provider extends DigitalInputProviderBase {
        private final World world;

        Provider(World world) {
            super("simulated-digital-input");
            this.world = world;
        }

        @Override
        public DigitalInput create(DigitalInputConfig config) {
            SimulatedInput input = new SimulatedInput(this, config, world.pins());
            context.registry().add(input);
            return input;
        }
    }

    /** Pi4J's way, until somebody asks for times. */
    private void event(boolean high, long atNanos) {
        dispatch(new DigitalStateChangeEvent<>(this, DigitalState.getState(high)));
    }

    @Override
    public DigitalState state() {
        return pins.high(pin) ? DigitalState.HIGH : DigitalState.LOW;
    }

    @Override
    public void onLevel(LevelSink sink) {
        pins.listen(pin, sink);
    }

    @Override
    public boolean debounced() {
        return false;
    }

    @Override
    public DigitalInput shutdown(Context context) {
        pins.free(pin);
        return super.shutdown(context);
    }
}
