package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import neurath.load.Footprint;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** Updates under load, each to a newly built bundle, the retired one uninstalled. */
abstract class ManyUpdates extends OnTheWebServer {
    private static final int WARM_UP = 10;
    private static final int LOADERS_LEFT = 2;
    private static final long MEGABYTE = 1 << 20;
    private static final long METASPACE_GROWN = 5 * MEGABYTE;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);

    private final List<WeakReference<ClassLoader>> retired = new ArrayList<>();
    private Bundle running;

    void leaveNothingBehind(int updates) throws Exception {
        server.unharmed(() -> replace("1.1.", WARM_UP));
        retired.clear();
        Footprint before = Footprint.now();
        long metaspace = metaspace();
        server.unharmed(() -> replace("1.2.", updates));
        assertThat(retired).hasSize(updates);
        await("retired class loaders to be collected").atMost(LONG).pollInterval(POLL).untilAsserted(() -> {
            System.gc();
            assertThat(retired.stream().filter(loader -> loader.get() != null).count()).isLessThanOrEqualTo(LOADERS_LEFT);
        });
        await("threads, descriptors and metaspace to be where they were").pollInSameThread().atMost(LONG).pollInterval(POLL)
                .untilAsserted(() -> {
                    Footprint after = Footprint.now();
                    assertThat(after.threads()).as("before: %s", before.threads()).hasSizeLessThanOrEqualTo(before.threads().size());
                    assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
                    assertThat(metaspace() - metaspace).as("metaspace grown, in bytes").isLessThan(METASPACE_GROWN);
                });
    }

    private void replace(String versions, int times) throws Exception {
        for (int i = 1; i <= times; i++) {
            Bundle old = running;
            running = deploy(load(versions + i));
            server.awaitVersion("load", versions + i);
            if (old != null) {
                retired.add(new WeakReference<>(Objects.requireNonNull(old.adapt(BundleWiring.class).getClassLoader())));
                await().until(() -> server.flow().retirement().retiring().isEmpty());
                old.uninstall();
            }
        }
    }

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .mapToLong(pool -> pool.getUsage().getUsed())
                .sum();
    }
}
