package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import neurath.load.Footprint;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** Many versions, one after the other. */
public class FiftyUpdatesIT extends OnTheWebServer {
    private static final int UPDATES = 50;
    private static final int WARM_UP = 3;

    @Test
    public void fifty_updates_to_newly_built_bundles_leave_nothing_behind() throws Exception {
        List<WeakReference<ClassLoader>> retired = new ArrayList<>();
        Bundle[] running = {null};
        server.unharmed(() -> {
            for (int i = 1; i <= WARM_UP; i++) {
                running[0] = replace(running[0], "1.1." + i, new ArrayList<>());
            }
        });
        Footprint before = Footprint.now();
        server.unharmed(() -> {
            for (int i = 1; i <= UPDATES; i++) {
                running[0] = replace(running[0], "1.2." + i, retired);
            }
        });
        assertThat(retired).hasSize(UPDATES);
        await("retired class loaders to be collected").atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    System.gc();
                    assertThat(retired.stream().filter(loader -> loader.get() != null).count()).isLessThanOrEqualTo(2);
                });
        await("threads and descriptors to be where they were").pollInSameThread().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
                    Footprint after = Footprint.now();
                    assertThat(after.threads()).as("before: %s", before.threads()).hasSizeLessThanOrEqualTo(before.threads().size());
                    assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
                });
    }

    private Bundle replace(Bundle old, String version, List<WeakReference<ClassLoader>> retired) throws Exception {
        Bundle next = deploy(load(version));
        server.awaitVersion("load", version);
        if (old != null) {
            retired.add(new WeakReference<>(Objects.requireNonNull(old.adapt(BundleWiring.class).getClassLoader())));
            await().until(() -> server.flow().retirement().retiring().isEmpty());
            old.uninstall();
        }
        return next;
    }
}
