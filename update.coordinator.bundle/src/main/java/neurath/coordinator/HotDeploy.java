package neurath.coordinator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hot-deploy folder: a jar put there is installed and started, one that is overwritten is installed beside the one it replaces, one
 * that is removed is uninstalled, as if by the shell.
 *
 * <p>A jar is read whole and copied to a store, named by its SHA-256, before the framework sees it; one that is being copied, or is no
 * bundle, touches nothing. What the framework has is the stored copy, so that nothing can change under a running bundle; the copy
 * goes when its bundle does.
 */
@Component(service = {}, immediate = true)
public final class HotDeploy {
    private static final Logger LOG = LoggerFactory.getLogger(HotDeploy.class);
    static final String STORE = "store";
    private static final String LOCATION = "neurath:load/";
    private static final long LOOK_MILLIS = 250;

    private final BundleContext context;
    private final Deployer deployer;
    private final Path folder;
    private final JarStore store;
    private final Thread thread;
    private final Map<Path, Stamp> looked = new HashMap<>();
    private final Map<Path, Sighting> lastSeen = new HashMap<>();
    private final Map<Path, String> digests = new HashMap<>();
    private volatile boolean closed;

    /** What tells two contents of a file apart without reading it. */
    private record Stamp(long size, FileTime modified) {
        static Stamp of(Path file) throws IOException {
            return new Stamp(Files.size(file), Files.getLastModifiedTime(file));
        }
    }

    /** When a file was first seen as it is: the word that it was written may come late, and after a look. */
    private record Sighting(Stamp stamp, long nanos) {}

    @Activate
    public HotDeploy(BundleContext context, @Reference Deployer deployer) throws IOException {
        this.context = context;
        this.deployer = deployer;
        String home = context.getProperty("neurath.home");
        String load = context.getProperty("neurath.load");
        Path base = Path.of(home == null ? ".neurath" : home);
        this.folder = load == null ? base.resolve("load") : Path.of(load);
        this.store = new JarStore(base.resolve(STORE));
        Files.createDirectories(folder);
        refuseIfOthersMayWrite(folder);
        this.thread = Thread.ofPlatform().daemon().name("neurath hot deploy").start(this::watch);
    }

    @Deactivate
    void deactivate() {
        closed = true;
        thread.interrupt();
    }

    private static void refuseIfOthersMayWrite(Path folder) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("the hot-deploy folder " + folder + " may be written to by others ("
                    + PosixFilePermissions.toString(permissions) + "), and what lies in it runs with all rights; chmod o-w it");
        }
    }

    private void watch() {
        awaitWhatIsBroughtBack();
        try (WatchService watcher = folder.getFileSystem().newWatchService()) {
            folder.register(
                    watcher,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            while (!closed) {
                boolean again = look();
                WatchKey key = again ? watcher.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS) : watcher.take();
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                LOG.error("the hot-deploy folder {} is not watched any more; restart the bundle neurath.coordinator", folder, e);
            }
        }
    }

    /** What the framework has lost comes back from the store first: it would be deployed as something new. */
    private void awaitWhatIsBroughtBack() {
        try {
            deployer.call(() -> null);
        } catch (Exception e) {
            LOG.debug("the coordinator is stopped already", e);
        }
    }

    /** Deploys what has changed and is whole; whether something may be still being written, so that another look is due. */
    private boolean look() throws IOException, InterruptedException {
        boolean again = false;
        Set<Path> there = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{jar,fbp}")) {
            for (Path file : files) {
                there.add(file);
                again |= file.toString().endsWith(".fbp") ? considerFlow(file) : consider(file);
            }
        }
        return uninstallWhatIsGone(there) || again;
    }

    private boolean consider(Path file) {
        try {
            Stamp stamp = Stamp.of(file);
            if (stamp.equals(looked.get(file))) {
                return false;
            }
            String fault = fault(file);
            if (fault != null) {
                return report(file, stamp, fault);
            }
            String digest = store.put(out -> Files.copy(file, out));
            if (!Stamp.of(file).equals(stamp)) {
                return true;
            }
            deploy(file, digest);
            looked.put(file, stamp);
            digests.put(file, digest);
            lastSeen.remove(file);
            return false;
        } catch (IOException e) {
            LOG.debug("{} is looked at again", file, e);
            return true;
        }
    }

    /** Says what is wrong with a file once for each of its contents, when it has not changed between two looks. */
    private boolean report(Path file, Stamp stamp, String fault) {
        if (!isAtRest(file, stamp)) {
            return true;
        }
        looked.put(file, stamp);
        LOG.error("{} in the hot-deploy folder is not deployed: {}; nothing else is changed, and it is taken when it is whole",
                file.getFileName(), fault);
        return false;
    }

    /** Whether a file has not changed between two looks. */
    private boolean isAtRest(Path file, Stamp stamp) {
        Sighting before = lastSeen.get(file);
        if (before == null || !before.stamp().equals(stamp)) {
            lastSeen.put(file, new Sighting(stamp, System.nanoTime()));
            return false;
        }
        return System.nanoTime() - before.nanos() >= TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    }

    /** Why a file is no whole bundle, or {@code null} if it is one. Reads every entry, which checks sums and signatures. */
    private static String fault(Path file) {
        try (JarFile jar = new JarFile(file.toFile(), true)) {
            Manifest manifest = jar.getManifest();
            if (manifest == null || manifest.getMainAttributes().getValue("Bundle-SymbolicName") == null) {
                return "it is no bundle: its manifest has no Bundle-SymbolicName; build it with bnd";
            }
            for (JarEntry entry : jar.stream().toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            return null;
        } catch (IOException | SecurityException e) {
            return "it is no whole jar (" + e.getMessage() + ")";
        }
    }

    private void deploy(Path file, String digest) throws IOException {
        String location = location(file, digest);
        if (context.getBundle(location) != null) {
            return;
        }
        try (InputStream in = store.open(digest)) {
            Bundle bundle = context.installBundle(location, in);
            LOG.info("{} is installed as bundle {}", file.getFileName(), bundle.getBundleId());
            startAll();
        } catch (BundleException e) {
            LOG.error("{} in the hot-deploy folder cannot be installed: {}", file.getFileName(), e.getMessage(), e);
        }
    }

    /** Starts what was deployed and is not started: one half of a pair waits for the other and is tried again when something comes. */
    private void startAll() {
        for (Bundle bundle : deployed()) {
            if (bundle.getState() == Bundle.INSTALLED || bundle.getState() == Bundle.RESOLVED) {
                try {
                    bundle.start();
                } catch (BundleException e) {
                    LOG.warn("bundle {} from the hot-deploy folder does not start yet, and is tried again with the next that comes: {}",
                            bundle.getBundleId(), e.getMessage());
                }
            }
        }
    }

    private List<Bundle> deployed() {
        return List.of(context.getBundles()).stream()
                .filter(bundle -> bundle.getLocation().startsWith(LOCATION))
                .toList();
    }

    /** Uninstalls what is no longer there, and what was overwritten once no flow uses it; whether some is still in use. */
    private boolean uninstallWhatIsGone(Set<Path> there) throws IOException, InterruptedException {
        boolean inUse = false;
        for (Bundle bundle : deployed()) {
            Path file = folder.resolve(nameIn(bundle));
            if (!there.contains(file)) {
                uninstall(bundle, "was removed from");
            } else if (digests.containsKey(file) && !location(file, digests.get(file)).equals(bundle.getLocation())) {
                if (deployer.uses(bundle)) {
                    inUse = true;
                } else {
                    uninstall(bundle, "was overwritten in");
                }
            }
        }
        looked.keySet().retainAll(there);
        lastSeen.keySet().retainAll(there);
        digests.keySet().retainAll(there);
        return inUse;
    }

    private void uninstall(Bundle bundle, String why) {
        try {
            bundle.uninstall();
            LOG.info("bundle {} is uninstalled: {} {} the hot-deploy folder", bundle.getBundleId(), nameIn(bundle), why);
        } catch (BundleException e) {
            LOG.error("bundle {} cannot be uninstalled: {}", bundle.getBundleId(), e.getMessage(), e);
        }
    }

    private static String location(Path file, String digest) {
        return LOCATION + file.getFileName() + '#' + digest;
    }

    private static String nameIn(Bundle bundle) {
        String rest = bundle.getLocation().substring(LOCATION.length());
        return rest.substring(0, rest.lastIndexOf('#'));
    }

    /** SHA-256 of the stored jar that a bundle was installed from, or {@code null} if it was not hot-deployed. */
    static String digestIn(Bundle bundle) {
        String location = bundle.getLocation();
        return location.startsWith(LOCATION) ? location.substring(location.lastIndexOf('#') + 1) : null;
    }

    // ---- flows ----

    /** Takes a flow's text when it is not being written any more: of a text nobody can tell that it is half. */
    private boolean considerFlow(Path file) {
        try {
            Stamp stamp = Stamp.of(file);
            if (stamp.equals(looked.get(file))) {
                return false;
            }
            if (!isAtRest(file, stamp)) {
                return true;
            }
            looked.put(file, stamp);
            String name = flowIn(file);
            String text = Files.readString(file);
            Graph graph = new FbpParser().parse(text);
            deployer.call(() -> {
                deployer.coordinator().bring(name, Origin.of(LOCATION + file.getFileName(), text), graph, deployer.isSettled());
                return null;
            });
        } catch (Exception e) {
            LOG.error("{} in the hot-deploy folder is not taken: {}", file.getFileName(), e.getMessage(), e);
        }
        return false;
    }

    private static String flowIn(Path file) {
        return file.getFileName().toString().replaceAll("\\.fbp$", "");
    }
}
