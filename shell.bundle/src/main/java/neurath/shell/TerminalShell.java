package neurath.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import neurath.shell.gogo.CompletingShell;
import neurath.shell.gogo.SystemBundle;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell on the terminal the platform was started from, once the launcher says that it is free. Its end ends the platform. */
@Component(service = {})
public final class TerminalShell {
    private static final Logger LOG = LoggerFactory.getLogger(TerminalShell.class);
    private static final Duration TO_END = Duration.ofSeconds(2);

    private final CommandProcessor processor;
    private final SystemBundle system;
    private final Terminal terminal;
    private final Shell shell;
    private final Thread thread;
    private volatile boolean closing;

    @Activate
    public TerminalShell(
            BundleContext context,
            @Reference CommandProcessor processor,
            @Reference(target = "(osgi.condition.id=neurath.terminal)") Condition terminalIsFree)
            throws IOException {
        this.processor = processor;
        this.system = new SystemBundle(context);
        this.terminal = TerminalBuilder.builder()
                .name("neurath")
                .system(true)
                .nativeSignals(true)
                .signalHandler(Terminal.SignalHandler.SIG_IGN)
                .build();
        this.shell = new CompletingShell(system, processor);
        this.thread = Thread.ofPlatform().name("shell-terminal").start(this::run);
    }

    @Deactivate
    void close() throws InterruptedException, IOException {
        closing = true;
        shell.stop();
        thread.interrupt();
        thread.join(TO_END);
        terminal.close();
    }

    private void run() {
        try (CommandSession session = processor.createSession(terminal.input(), terminal.output(), terminal.output())) {
            Sessions.prepare(session, Path.of("").toAbsolutePath(), terminal);
            Sessions.run(shell, session);
            if (!closing) {
                system.exit();
            }
        } catch (Exception e) {
            LOG.error("shell: the terminal's shell ended; the platform runs on, ./neurath shell opens another", e);
        }
    }
}
