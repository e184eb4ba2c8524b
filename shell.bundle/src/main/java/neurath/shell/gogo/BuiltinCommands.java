package neurath.shell.gogo;

import org.apache.felix.gogo.jline.Builtin;
import org.osgi.service.component.annotations.Component;

/** Commands about the session itself. */
@Component(
        service = BuiltinCommands.class,
        property = {
            "osgi.command.scope=gogo",
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
public final class BuiltinCommands extends Builtin {}
