package neurath.coordinator.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Opens files to be written. */
@FunctionalInterface
public interface Opener {
    FileChannel open(Path file, OpenOption... options) throws IOException;
}
