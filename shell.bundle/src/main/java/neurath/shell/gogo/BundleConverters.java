package neurath.shell.gogo;

import org.apache.felix.gogo.jline.Converters;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Makes bundles and services of what is typed, and lines of text of them. */
@Component(service = Converter.class)
public final class BundleConverters extends Converters {
    @Activate
    public BundleConverters(BundleContext context) {
        super(context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext());
    }
}
