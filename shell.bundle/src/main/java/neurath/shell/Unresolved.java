package neurath.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/** Why a bundle does not resolve, in words: what it needs, itself or through others, that no installed bundle provides. */
final class Unresolved {
    private static final String OPERATOR_NAMESPACE = "neurath.operator";
    private static final Pattern OPERATOR = Pattern.compile("\\(operator=([^)]*)\\)");
    private static final Pattern VERSION = Pattern.compile("\\(version=([^)]*)\\)");

    private final FrameworkWiring wiring;

    Unresolved(FrameworkWiring wiring) {
        this.wiring = wiring;
    }

    /** @param otherwise what to say where nothing is missing, but cannot be had together */
    String why(Bundle bundle, String otherwise) {
        List<String> missing = new ArrayList<>();
        collect(bundle.adapt(BundleRevision.class), missing, new HashSet<>());
        return missing.isEmpty() ? otherwise : String.join("; ", missing);
    }

    private void collect(BundleRevision revision, List<String> missing, Set<BundleRevision> seen) {
        if (isResolved(revision) || !seen.add(revision)) {
            return;
        }
        for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
            if (isNeededToResolve(requirement)) {
                Collection<BundleCapability> providers = wiring.findProviders(requirement);
                if (providers.isEmpty()) {
                    missing.add(Names.of(revision.getBundle()) + " needs " + describe(requirement)
                            + ", which no installed bundle provides; install one that does, then start again");
                } else if (providers.stream().noneMatch(provider -> isResolved(provider.getRevision()))) {
                    providers.forEach(provider -> collect(provider.getRevision(), missing, seen));
                }
            }
        }
    }

    private static boolean isResolved(BundleRevision revision) {
        return revision.getWiring() != null;
    }

    private static boolean isNeededToResolve(BundleRequirement requirement) {
        String effective = requirement.getDirectives()
                .getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE);
        String resolution = requirement.getDirectives()
                .getOrDefault(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE, Namespace.RESOLUTION_MANDATORY);
        return effective.equals(Namespace.EFFECTIVE_RESOLVE)
                && !resolution.equals(Namespace.RESOLUTION_OPTIONAL)
                && !resolution.equals(PackageNamespace.RESOLUTION_DYNAMIC);
    }

    private static String describe(BundleRequirement requirement) {
        String filter = requirement.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "");
        Matcher operator = OPERATOR.matcher(filter);
        if (requirement.getNamespace().equals(OPERATOR_NAMESPACE) && operator.find()) {
            Matcher version = VERSION.matcher(filter);
            return operator.group(1) + (version.find() ? " " + version.group(1) : "");
        }
        return requirement.getNamespace() + " " + filter;
    }
}
