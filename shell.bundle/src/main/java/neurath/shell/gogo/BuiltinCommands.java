package neurath.shell.gogo;

import org.apache.felix.gogo.jline.Builtin;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Component;

/** Commands about the session itself. */
@Component(
        service = BuiltinCommands.class,
        property = {
            "osgi.command.scope=gogo",
            "osgi.command.function=exit",
            "osgi.command.function=format",
            "osgi.command.function=getopt",
            "osgi.command.function=new",
            "osgi.command.function=set",
            "osgi.command.function=tac",
            "osgi.command.function=type",
            "osgi.command.function=jobs",
            "osgi.command.function=fg",
            "osgi.command.function=bg",
            "osgi.command.function=keymap",
            "osgi.command.function=setopt",
            "osgi.command.function=unsetopt",
            "osgi.command.function=complete",
            "osgi.command.function=history",
            "osgi.command.function=widget",
            "osgi.command.function=__files",
            "osgi.command.function=__directories",
            "osgi.command.function=__usage_completion"
        })
public final class BuiltinCommands extends Builtin {
    /** The variable of an interactive session that holds what ends its shell, a {@link Runnable}. */
    public static final String LEAVE = "neurath_leave";

    /** Leaves the shell, as the end of input does. */
    @Descriptor("leaves the shell; on the terminal that the platform was started from, this stops it")
    public void exit(CommandSession session) {
        if (session.get(LEAVE) instanceof Runnable leave) {
            leave.run();
        }
    }
}
