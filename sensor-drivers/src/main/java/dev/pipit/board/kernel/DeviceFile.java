package dev.pipit.board.kernel;

import com.pi4j.exception.Pi4JException;
import dev.pipit.driver.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;

/** Opens device files, and says what to do about those that do not open. */
final class DeviceFile {
    private DeviceFile() {}

    /**
     * @param missing what mends it where the file does not exist
     * @return a descriptor
     * @throws Pi4JException naming the file, its group and the command
     */
    static int open(Kernel kernel, Path file, String missing) {
        int descriptor = kernel.open(file.toString(), Kernel.READ_WRITE);
        if (descriptor >= 0) {
            return descriptor;
        }
        throw new Pi4JException(
                switch (-descriptor) {
                    case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                            file + " does not exist: " + missing;
                    case Errno.EACCES, Errno.EPERM -> file + " may not be opened: " + mend(file);
                    default -> file + " cannot be opened: " + Errno.words(descriptor);
                });
    }

    /** The group that has the file, and how to join it. */
    static String mend(Path file) {
        String user = System.getProperty("user.name", "pi");
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(
                            file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            String group = attributes.group().getName();
            if (!group.equals("root")) {
                return "it belongs to group '%s': run 'sudo usermod -aG %s %s' and log in again"
                        .formatted(group, group, user);
            }
            return "it belongs to root alone: install pipit's udev rules (systemd/60-pipit.rules),"
                    + " then 'sudo udevadm trigger'";
        } catch (IOException | UnsupportedOperationException e) {
            return "add user '" + user + "' to the group that 'ls -l " + file + "' shows";
        }
    }
}
