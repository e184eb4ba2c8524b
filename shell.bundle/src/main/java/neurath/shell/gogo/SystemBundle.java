package neurath.shell.gogo;

import org.apache.felix.gogo.jline.Shell;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/** The framework as Gogo's shell asks for it. */
public final class SystemBundle implements Shell.Context {
    private final BundleContext context;

    public SystemBundle(BundleContext context) {
        this.context = context;
    }

    @Override
    public String getProperty(String name) {
        return context.getProperty(name);
    }

    @Override
    public void exit() throws BundleException {
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
    }
}
