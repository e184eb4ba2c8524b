package neurath.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this process holds on to.
 *
 * @param threads names of the platform threads that live
 * @param descriptors open file descriptors
 * @param classes loaded classes
 */
public record Footprint(List<String> threads, int descriptors, int classes) {
    /** As of now, after a garbage collection. */
    public static Footprint now() throws IOException {
        System.gc();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return new Footprint(
                    Thread.getAllStackTraces().keySet().stream().map(Thread::getName).sorted().toList(),
                    (int) descriptors.count(),
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        }
    }
}
