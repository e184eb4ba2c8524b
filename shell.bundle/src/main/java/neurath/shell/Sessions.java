package neurath.shell;

import java.nio.file.Path;
import neurath.shell.gogo.BuiltinCommands;
import neurath.shell.wire.Hello;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandSession;
import org.jline.terminal.Terminal;

/** What every session of this shell begins with. */
final class Sessions {
    /** Arguments of gosh: a shell whose end leaves the framework alone. */
    private static final String[] LOGIN = {"--login", "--noshutdown"};

    private Sessions() {}

    /** Runs a shell in a session until the end of its input, or {@code exit}. */
    static void run(Shell shell, CommandSession session) throws Exception {
        session.put(BuiltinCommands.LEAVE, (Runnable) shell::stop);
        shell.gosh(session, LOGIN);
    }

    static void prepare(CommandSession session, Hello hello, Terminal terminal) {
        prepare(session, hello.directory(), terminal);
    }

    static void prepare(CommandSession session, Path directory, Terminal terminal) {
        session.currentDir(directory);
        session.put("_cwd", directory.toFile());
        session.put("SCOPE", "gogo:*");
        session.put(".gosh_quiet", true);
        session.put(Shell.VAR_TERMINAL, terminal);
    }
}
