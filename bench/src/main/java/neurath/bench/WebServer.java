package neurath.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A web server that serves a folder, in processes of its own. */
interface WebServer extends AutoCloseable {
    InetSocketAddress address();

    /** The process that was started; others may descend from it. */
    ProcessHandle process();

    @Override
    void close() throws IOException, InterruptedException;

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process()), process().descendants());
    }

    /** What all its processes have used of the processors. */
    default Duration cpu() {
        return processes().map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO)).reduce(Duration.ZERO, Duration::plus);
    }

    /** Bytes of memory that its processes hold. */
    default long residentBytes() throws IOException {
        long bytes = 0;
        for (ProcessHandle each : processes().toList()) {
            List<String> lines = Files.readAllLines(Path.of("/proc/" + each.pid() + "/status"));
            bytes += lines.stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
        return bytes;
    }
}
