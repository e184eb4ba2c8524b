package neurath.bench;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import neurath.build.Repository;

/** What a figure depends on besides the code. */
final class Machine {
    private Machine() {}

    /** Facts of this machine, this Java and this moment. */
    static Map<String, String> facts() {
        var facts = new LinkedHashMap<String, String>();
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("load average", load());
        facts.put("processor", processor());
        facts.put("system", System.getProperty("os.name") + ' ' + System.getProperty("os.version") + ' ' + System.getProperty("os.arch"));
        facts.put("java", System.getProperty("java.vm.name") + ' ' + Runtime.version());
        facts.put("collector", ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(", ")));
        facts.put("heap", Runtime.getRuntime().maxMemory() / (1 << 20) + " MB at most");
        facts.put("options", String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
        facts.put("commit", commit());
        return facts;
    }

    /** How busy the machine has been in the last minute. */
    static String load() {
        return "%.2f".formatted(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder(List.of("git", "describe", "--always", "--dirty"))
                    .directory(Repository.root().toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            git.getOutputStream().close();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? said : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
