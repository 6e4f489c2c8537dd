package dev.pipit.driver.kernel;

import dev.pipit.driver.Channel;
import dev.pipit.driver.Fault;
import dev.pipit.driver.SampleSink;
import dev.pipit.driver.SensorDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One whole number in one file of the kernel, scaled to one channel. The file is looked for when it
 * is first needed and again after a fault, because devices come and go and change their numbers.
 */
final class FileSensor implements SensorDriver {
    /**
     * @param path the file that holds the number
     * @param offset added to the number
     * @param scale multiplied with the sum: gives units of the channel's resolution
     */
    record Source(Path path, double offset, double scale) {}

    private final List<Channel> channels;
    private final Supplier<Optional<Source>> finder;
    private final Supplier<String> missing;
    private final long least;
    private final long most;
    private @Nullable SmallFile file;
    private double offset;
    private double scale = 1;
    private @Nullable String trouble;

    /**
     * @param missing what to say where the finder finds nothing
     */
    FileSensor(Channel channel, Supplier<Optional<Source>> finder, Supplier<String> missing) {
        channels = List.of(channel);
        this.finder = finder;
        this.missing = missing;
        most = channel.width() == 8 ? Long.MAX_VALUE : (1L << (8 * channel.width() - 1)) - 1;
        least = -most;
    }

    @Override
    public List<Channel> channels() {
        return channels;
    }

    @Override
    public int begin() {
        if (file != null) {
            return 0;
        }
        Optional<Source> found = finder.get();
        if (found.isEmpty()) {
            trouble = missing.get();
            return Fault.NO_ACCESS.asResult();
        }
        file = new SmallFile(found.get().path(), 64);
        offset = found.get().offset();
        scale = found.get().scale();
        return 0;
    }

    @Override
    public void read(SampleSink sink) {
        SmallFile from = file;
        if (from == null) {
            sink.missing(0, Fault.NO_ACCESS);
            return;
        }
        trouble = null;
        int result = from.read();
        if (result < 0 || !from.hasNumber(0)) {
            trouble = result < 0 ? from.trouble() : from.path() + " holds no number";
            from.close();
            file = null;
            sink.missing(0, result < 0 ? Fault.ofResult(result) : Fault.OTHER);
            return;
        }
        long value = Math.round((from.decimal(0) + offset) * scale);
        if (value < least) {
            sink.missing(0, Fault.UNDER_RANGE);
        } else if (value > most) {
            sink.missing(0, Fault.OVER_RANGE);
        } else {
            sink.value(0, value);
        }
    }

    @Override
    public @Nullable String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
