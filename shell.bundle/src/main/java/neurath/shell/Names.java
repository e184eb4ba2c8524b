package neurath.shell;

import org.osgi.framework.Bundle;

/** How bundles are called in messages: {@code neurath.api 1.0.0 (12)}. */
final class Names {
    private Names() {}

    static String of(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion() + " (" + bundle.getBundleId() + ")";
    }
}
