package dev.pipit.cli;

import dev.pipit.agent.Software;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "pipit " + Software.VERSION,
            "Java " + Runtime.version() + " on " + System.getProperty("os.arch")
        };
    }
}
