package neurath.shell.gogo;

import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shells in the shell. */
@Component(
        service = ShellCommands.class,
        property = {
            "osgi.command.scope=gogo",
            "osgi.command.function=gosh",
            "osgi.command.function=sh",
            "osgi.command.function=source",
            "osgi.command.function=help"
        })
public final class ShellCommands extends CompletingShell {
    @Activate
    public ShellCommands(BundleContext context, @Reference CommandProcessor processor) {
        super(new SystemBundle(context), processor);
    }
}
