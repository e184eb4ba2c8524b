package neurath.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import neurath.shell.wire.Frame;
import neurath.shell.wire.Hello;
import neurath.shell.wire.Wire;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Job;
import org.apache.felix.service.command.Result;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;

/** One command line, run for a client that wants its output and whether it failed. It is interrupted when the client goes away. */
final class CommandRun {
    private final CommandProcessor processor;
    private final Wire wire;
    private volatile Result lastResult;

    CommandRun(CommandProcessor processor, Wire wire) {
        this.processor = processor;
        this.wire = wire;
    }

    /** Tells the client the exit code at the end: 0, or 1 if the command failed. */
    void run(Hello hello, String command) throws IOException {
        try (var out = new PrintStream(new FrameOutput(wire, Frame.Kind.OUTPUT), true, StandardCharsets.UTF_8);
                var err = new PrintStream(new FrameOutput(wire, Frame.Kind.ERROR), true, StandardCharsets.UTF_8);
                Terminal plain =
                        new DumbTerminal("neurath", Terminal.TYPE_DUMB, InputStream.nullInputStream(), out, StandardCharsets.UTF_8);
                CommandSession session = processor.createSession(InputStream.nullInputStream(), out, err)) {
            Sessions.prepare(session, hello, plain);
            session.setJobListener(this::remember);
            Thread.ofVirtual().name("shell-hangup").start(() -> closeAtHangup(session));
            int exitCode = execute(session, command, out, err);
            wire.send(Frame.Kind.EXIT, new byte[] {(byte) exitCode});
        }
    }

    private int execute(CommandSession session, String command, PrintStream out, PrintStream err) {
        try {
            Object value = session.execute(command);
            if (value != null) {
                out.println(session.format(value, Converter.INSPECT));
            }
            return lastResult == null || lastResult.isSuccess() ? 0 : 1;
        } catch (CommandNotFoundException e) {
            err.println("there is no command '" + e.getCommand() + "'; help lists them");
        } catch (Exception e) {
            err.println(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        return 1;
    }

    private void remember(Job job, Job.Status previous, Job.Status current) {
        if (current == Job.Status.Done && job.parent() == null) {
            lastResult = job.result();
        }
    }

    private void closeAtHangup(CommandSession session) {
        try {
            Frame frame;
            do {
                frame = wire.receive();
            } while (frame != null);
        } catch (IOException e) {
            session.put("hangup", e);
        }
        session.close();
    }
}
