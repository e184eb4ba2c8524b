package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import neurath.build.OperatorJar;
import neurath.engine.OperatorVersion;
import neurath.events.Phase;
import org.junit.After;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;

/** Several people install, start, update, stop, refresh and uninstall versions of the web server's operators at once, under load. */
public class BundleStormIT extends OnTheWebServer {
    private static final long SEED = Long.getLong("neurath.storm.seed", 20_140_401);
    private static final int PEOPLE = 4;
    private static final int WARM_UP = 5;
    private static final int UPDATES = Integer.getInteger("neurath.storm.updates", 100);
    private static final int MOST_INSTALLED = 12;
    /** Higher than whatever of the pair the storm has left at work. */
    private static final String HIGHEST = "2.9.0";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the storm has installed and not uninstalled again. */
    private final List<Bundle> installed = new CopyOnWriteArrayList<>();
    private final ExecutorService people = Executors.newFixedThreadPool(PEOPLE);
    private Leaks leaks;

    @After
    public void sendThePeopleHome() {
        people.shutdownNow();
    }

    @Test
    public void a_storm_of_bundles_passes_and_no_client_feels_it() throws Exception {
        List<Path> jars = jars();
        server.unharmed(() -> rage(jars, 0, WARM_UP));
        calm();
        leaks = new Leaks();
        server.unharmed(() -> {
            rage(jars, 1, UPDATES);
            await("what runs to be what is there").atMost(PATIENCE).untilAsserted(this::assertRunningVersionsAreInstalled);
            awaitRest();
            assertRunningVersionsAreInstalled();
            shell.start(install(half("load", HIGHEST)), install(half("reply", HIGHEST)));
            server.awaitVersions(HIGHEST, "load", "reply");
        });
        calm();
        assertThat(server.updates()).filteredOn(update -> update.phase() == Phase.ABORTED).isNotEmpty()
                .noneMatch(update -> update.detail().contains("NullPointerException"))
                .noneMatch(update -> update.detail().startsWith("IllegalStateException"));
        leaks.awaitNone();
    }

    /** Versions of operators that are replaced alone, and of a pair that is replaced together. */
    private List<Path> jars() throws IOException {
        var jars = new ArrayList<Path>();
        for (String version : List.of("1.1.0", "1.2.0", "1.3.0")) {
            for (String operator : List.of("parse", "load", "compose", "reply")) {
                jars.add(write(OperatorJar.ofProduct("http." + operator, FIRST).version(version)));
            }
        }
        for (String version : List.of("2.1.0", "2.2.0")) {
            jars.add(write(half("load", version)));
            jars.add(write(half("reply", version)));
        }
        return jars;
    }

    /** Until so many updates have come of it. */
    private void rage(List<Path> jars, int storm, int updates) throws Exception {
        int last = server.lastUpdate() + updates;
        List<Future<?>> all = new ArrayList<>();
        for (int person = 0; person < PEOPLE; person++) {
            var random = new Random(SEED + 1_000L * storm + person);
            String name = "storm-" + storm + '-' + person + '-';
            all.add(people.submit(() -> {
                for (int deed = 0; server.lastUpdate() < last; deed++) {
                    act(jars, name + deed, random);
                }
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** One deed. That somebody else was faster, or that a version is installed already, is what happens in a storm. */
    private void act(List<Path> jars, String location, Random random) throws Exception {
        Path jar = jars.get(random.nextInt(jars.size()));
        int deed = random.nextInt(10);
        try {
            if (deed < 4 && installed.size() < MOST_INSTALLED) {
                install(location, jar).start();
                return;
            }
            Bundle bundle = any(random);
            if (bundle == null) {
                return;
            }
            switch (deed) {
                case 0, 1 -> update(bundle, jar);
                case 2, 3 -> refresh(bundle);
                case 4 -> bundle.stop();
                case 5 -> bundle.start();
                default -> uninstall(bundle);
            }
        } catch (BundleException | IllegalStateException _) {
            // as in any storm
        }
    }

    private Bundle any(Random random) {
        List<Bundle> there = List.copyOf(installed);
        return there.isEmpty() ? null : there.get(random.nextInt(there.size()));
    }

    private Bundle install(String location, Path jar) throws IOException, BundleException {
        try (InputStream content = Files.newInputStream(jar)) {
            Bundle bundle = context.installBundle(location, content);
            installed.add(bundle);
            return bundle;
        }
    }

    private void update(Bundle bundle, Path jar) throws IOException, BundleException {
        watch(bundle);
        try (InputStream content = Files.newInputStream(jar)) {
            bundle.update(content);
        }
    }

    private void uninstall(Bundle bundle) throws BundleException {
        watch(bundle);
        if (installed.remove(bundle)) {
            bundle.uninstall();
        }
    }

    private void refresh(Bundle bundle) throws Exception {
        watch(bundle);
        var refreshed = new CompletableFuture<FrameworkEvent>();
        FrameworkWiring framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
        framework.refreshBundles(List.of(bundle), refreshed::complete);
        refreshed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void watch(Bundle bundle) {
        if (leaks != null) {
            leaks.watch(bundle);
        }
    }

    /** Everything of the storm is gone, and what was there before is at work again. */
    private void calm() throws Exception {
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getSymbolicName().startsWith("neurath.operator.") && !bundle.getVersion().toString().equals(FIRST)) {
                watch(bundle);
                bundle.uninstall();
            }
        }
        installed.clear();
        server.awaitVersions(FIRST, "parse", "load", "compose", "reply");
        awaitRest();
    }

    private void awaitRest() {
        await("nothing to be under way").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(shell.type("flow:show web-server")).doesNotContain("under way", "an update waits", "retires", "HELD");
            assertThat(server.flow().isPassing()).isFalse();
        });
    }

    private void assertRunningVersionsAreInstalled() {
        assertThat(server.flow().versions().values()).allSatisfy(version -> assertThat(bundleOf(version))
                .as(version.label() + " of " + version.origin()).isNotNull().satisfies(bundle -> {
                    assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
                    assertThat(bundle.getVersion()).isEqualTo(version.version());
                }));
    }

    private Bundle bundleOf(OperatorVersion version) {
        return context.getBundle(Long.parseLong(version.origin().replaceAll("\\D", "")));
    }
}
