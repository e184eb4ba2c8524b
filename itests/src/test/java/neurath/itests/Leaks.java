package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import neurath.load.Footprint;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** What the process holds on to since a moment and should have let go. For any thread. */
final class Leaks {
    private static final int LOADERS_LEFT = 2;
    private static final long MEGABYTE = 1 << 20;
    private static final long METASPACE_GROWN = 5 * MEGABYTE;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Footprint before = Footprint.now();
    private final long metaspace = metaspace();
    private final Queue<WeakReference<ClassLoader>> loaders = new ConcurrentLinkedQueue<>();

    /** From now on. */
    Leaks() throws IOException {}

    /** A bundle's code, if it is in use at all, is to be let go. */
    void watch(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring != null && wiring.getClassLoader() != null) {
            loaders.add(new WeakReference<>(wiring.getClassLoader()));
        }
    }

    /** Number of the class loaders that are watched. */
    int watched() {
        return loaders.size();
    }

    void awaitNone() {
        await("retired class loaders to be collected").atMost(LONG).pollInterval(POLL).untilAsserted(() -> {
            System.gc();
            assertThat(loaders.stream().filter(loader -> loader.get() != null).count()).isLessThanOrEqualTo(LOADERS_LEFT);
        });
        await("threads, descriptors and metaspace to be where they were").pollInSameThread().atMost(LONG).pollInterval(POLL)
                .untilAsserted(() -> {
                    Footprint after = Footprint.now();
                    assertThat(threads(after)).as("before: %s", threads(before)).hasSizeLessThanOrEqualTo(threads(before).size());
                    assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
                    assertThat(metaspace() - metaspace).as("metaspace grown, in bytes").isLessThan(METASPACE_GROWN);
                });
    }

    /** Without those of pools, which live for a minute after as much as ever went on side by side: updates, and commands of the shell. */
    private static List<String> threads(Footprint footprint) {
        return footprint.threads().stream().filter(name -> !name.startsWith("neurath update ") && !name.startsWith("session-")).toList();
    }

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .mapToLong(pool -> pool.getUsage().getUsed())
                .sum();
    }
}
