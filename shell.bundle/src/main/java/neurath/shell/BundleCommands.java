package neurath.shell;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Felix' bundle commands for people and scripts: they fail where Felix' own print a text and succeed, they say which bundle is
 * missing, and file names are relative to where the client was called. Gogo looks into its own scope first, so {@code start} is
 * this one, never {@code flow:start}; {@code felix:start} is Felix'.
 */
@Component(
        service = BundleCommands.class,
        property = {
            "osgi.command.scope=gogo",
            "osgi.command.function=install",
            "osgi.command.function=start",
            "osgi.command.function=stop",
            "osgi.command.function=update",
            "osgi.command.function=uninstall",
            "osgi.command.function=resolve"
        })
public final class BundleCommands {
    private final BundleContext system;
    private final Unresolved unresolved;

    @Activate
    public BundleCommands(BundleContext context) {
        this.system = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        this.unresolved = new Unresolved(system.getBundle().adapt(FrameworkWiring.class));
    }

    @Descriptor("install bundles")
    public String install(CommandSession session, @Descriptor("files or URLs") String[] locations) {
        List<Bundle> installed = new ArrayList<>();
        forEach(locations, location -> installed.add(system.installBundle(absolute(session, location))));
        String ids = installed.stream().map(bundle -> Long.toString(bundle.getBundleId())).collect(Collectors.joining(", "));
        return (installed.size() == 1 ? "Bundle ID: " : "Bundle IDs: ") + ids;
    }

    @Descriptor("start bundles")
    public void start(
            CommandSession session,
            @Descriptor("start bundle transiently")
            @Parameter(names = {"-t", "--transient"}, presentValue = "true", absentValue = "false") boolean transiently,
            @Descriptor("use declared activation policy")
            @Parameter(names = {"-p", "--policy"}, presentValue = "true", absentValue = "false") boolean policy,
            @Descriptor("bundle ids, symbolic names (with -version where there are several), files or URLs") Object[] targets) {
        int options = (transiently ? Bundle.START_TRANSIENT : 0) | (policy ? Bundle.START_ACTIVATION_POLICY : 0);
        List<Bundle> bundles = new ArrayList<>();
        forEach(targets,
                target -> bundles.add(isLocation(target) ? system.installBundle(absolute(session, target.toString())) : bundle(target)));
        forEach(bundles.toArray(Bundle[]::new), bundle -> start(bundle, options));
    }

    private void start(Bundle bundle, int options) {
        try {
            bundle.start(options);
        } catch (BundleException e) {
            String reason = e.getType() == BundleException.RESOLVE_ERROR ? unresolved.why(bundle, e.getMessage()) : reason(e);
            throw new CommandFailure(Names.of(bundle) + " does not start: " + reason);
        }
    }

    @Descriptor("stop bundles")
    public void stop(
            @Descriptor("stop bundle transiently")
            @Parameter(names = {"-t", "--transient"}, presentValue = "true", absentValue = "false") boolean transiently,
            @Descriptor("bundle ids or symbolic names") Object[] targets) {
        forEach(targets, target -> bundle(target).stop(transiently ? Bundle.STOP_TRANSIENT : 0));
    }

    @Descriptor("update a bundle from where it came from")
    public void update(@Descriptor("bundle id or symbolic name") Object target) {
        forEach(new Object[] {target}, each -> bundle(each).update());
    }

    @Descriptor("update a bundle from another file or URL")
    public void update(
            CommandSession session,
            @Descriptor("bundle id or symbolic name") Object target,
            @Descriptor("file or URL") String location) {
        forEach(new Object[] {target}, each -> {
            try (InputStream content = URI.create(absolute(session, location)).toURL().openStream()) {
                bundle(each).update(content);
            }
        });
    }

    @Descriptor("uninstall bundles")
    public void uninstall(@Descriptor("bundle ids or symbolic names") Object[] targets) {
        forEach(targets, target -> bundle(target).uninstall());
    }

    @Descriptor("resolve bundles; all of them if none is named")
    public void resolve(@Descriptor("bundle ids or symbolic names") Object[] targets) {
        List<Bundle> bundles = targets.length == 0
                ? List.of(system.getBundles())
                : Arrays.stream(targets).map(this::bundle).toList();
        if (!system.getBundle().adapt(FrameworkWiring.class).resolveBundles(bundles)) {
            throw new CommandFailure(bundles.stream()
                    .filter(bundle -> bundle.getState() == Bundle.INSTALLED)
                    .map(bundle -> Names.of(bundle) + " does not resolve: " + unresolved.why(bundle, "felix:start says why"))
                    .collect(Collectors.joining("\n")));
        }
    }

    private interface Action<T> {
        void on(T target) throws BundleException, IOException;
    }

    /** Does it for all, also where it fails for some; then fails with every reason. */
    private static <T> void forEach(T[] targets, Action<T> action) {
        if (targets.length == 0) {
            throw new CommandFailure("name at least one bundle; lb lists them");
        }
        List<String> failures = new ArrayList<>();
        for (T target : targets) {
            try {
                action.on(target);
            } catch (BundleException e) {
                failures.add(target + ": " + reason(e));
            } catch (CommandFailure e) {
                failures.add(e.getMessage());
            } catch (IOException | IllegalStateException | IllegalArgumentException e) {
                failures.add(target + ": " + e.getMessage());
            }
        }
        if (!failures.isEmpty()) {
            throw new CommandFailure(String.join("\n", failures));
        }
    }

    private static String reason(BundleException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private Bundle bundle(Object target) {
        if (target instanceof Bundle bundle) {
            return bundle;
        }
        String text = target.toString();
        List<Bundle> found = Arrays.stream(system.getBundles())
                .filter(bundle -> text.equals(Long.toString(bundle.getBundleId())) || isName(text, bundle))
                .toList();
        return switch (found.size()) {
            case 0 -> throw new CommandFailure("there is no bundle " + text + "; lb lists them");
            case 1 -> found.getFirst();
            default -> throw new CommandFailure(text + " is the name of several bundles; add -version, or take an id of "
                    + found.stream().map(Names::of).collect(Collectors.joining(", ")));
        };
    }

    /** Whether a text is a bundle's symbolic name, or that with its version: {@code neurath.operator.http.load-2.0.0}. */
    private static boolean isName(String text, Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name != null && (text.equals(name) || text.equals(name + '-' + bundle.getVersion()));
    }

    private static boolean isLocation(Object target) {
        String text = target.toString();
        return !(target instanceof Bundle) && (text.contains(":") || text.contains("/") || text.endsWith(".jar"));
    }

    /** A file name, or a {@code file:} URL with a relative one, becomes an absolute URL. */
    private static String absolute(CommandSession session, String location) {
        String file = location.startsWith("file:") ? location.substring("file:".length()) : location;
        boolean otherUrl = file.equals(location) && location.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*");
        if (otherUrl || file.startsWith("//")) {
            return location;
        }
        Path path = session.currentDir().resolve(file).normalize();
        return path.toUri().toString();
    }
}
