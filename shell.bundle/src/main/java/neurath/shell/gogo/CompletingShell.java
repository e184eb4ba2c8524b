package neurath.shell.gogo;

import java.net.URISyntaxException;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.jline.reader.impl.LineReaderImpl;

/** Gogo's shell, which completes what the scopes of commands offer to complete: see {@link CommandCompleter}. */
public class CompletingShell extends Shell {
    /** The variable that says where Gogo's own profile is; the one of this bundle begins with it. */
    private static final String PROFILE = ".gosh_profile";

    public CompletingShell(Context context, CommandProcessor processor) {
        super(context, processor);
    }

    @Override
    public Object gosh(CommandSession session, String[] arguments) throws Exception {
        session.put(PROFILE, gogosProfile());
        return super.gosh(session, arguments);
    }

    /** The profile of a session that has a reader is run through this. */
    @Override
    public Object source(CommandSession session, String script) throws Exception {
        Object result = super.source(session, script);
        if (getReader(session) instanceof LineReaderImpl reader && !(reader.getCompleter() instanceof CommandCompleter)) {
            reader.setCompleter(new CommandCompleter(session, reader.getCompleter()));
        }
        return result;
    }

    private static String gogosProfile() throws URISyntaxException {
        return Shell.class.getResource("/gosh_profile").toURI().toString();
    }
}
