package neurath.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import neurath.shell.gogo.CompletingShell;
import neurath.shell.wire.Frame;
import neurath.shell.wire.Hello;
import neurath.shell.wire.WindowSize;
import neurath.shell.wire.Wire;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;

/** A shell for a person at a terminal elsewhere: prompt, completion, interrupt and end of input as on a local one. */
final class InteractiveRun {
    private final CommandProcessor processor;
    private final Shell.Context context;
    private final Wire wire;

    InteractiveRun(CommandProcessor processor, Shell.Context context, Wire wire) {
        this.processor = processor;
        this.context = context;
        this.wire = wire;
    }

    void run(Hello hello) throws Exception {
        var opened = new AtomicReference<Opened>();
        var input = new FrameInput(wire, window -> resize(opened.get(), window), () -> hangUp(opened.get()));
        var output = new FrameOutput(wire, Frame.Kind.OUTPUT);
        try (Terminal terminal = new ExternalTerminal("neurath", hello.terminal(), input, output, StandardCharsets.UTF_8);
                CommandSession session = processor.createSession(terminal.input(), terminal.output(), terminal.output())) {
            opened.set(new Opened(terminal, session));
            resize(opened.get(), hello.window());
            Sessions.prepare(session, hello, terminal);
            Sessions.run(new CompletingShell(context, processor), session);
            terminal.flush();
            sayGoodbye();
        }
    }

    /** Before the terminal closes: that interrupts its reading thread, and so closes the connection. */
    private void sayGoodbye() throws IOException {
        wire.send(Frame.Kind.EXIT, new byte[] {0});
    }

    private static void resize(Opened opened, WindowSize window) {
        if (opened != null && !window.equals(WindowSize.UNKNOWN)) {
            opened.terminal.setSize(new Size(window.columns(), window.rows()));
            opened.terminal.raise(Terminal.Signal.WINCH);
        }
    }

    private static void hangUp(Opened opened) {
        if (opened != null) {
            opened.session.close();
        }
    }

    private record Opened(Terminal terminal, CommandSession session) {}
}
