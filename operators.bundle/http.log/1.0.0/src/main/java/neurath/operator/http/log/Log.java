package neurath.operator.http.log;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.Context;
import neurath.api.Effect;
import neurath.api.In;
import neurath.api.Lease;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.Timed;
import neurath.http.Connection;
import neurath.http.Exchange;
import neurath.http.Response;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Writes a line for each response that passes, when the exchange has ended: with the bytes that were really sent.
 *
 * <p>Lines wait in memory and are written once in a while. An instance that is out tells the ends it was asked to tell, and writes them
 * at the latest when it is closed.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/log")
@Effect("adds lines to the access log")
@Parameters(Settings.class)
@In(value = "IN", type = Response.class)
@Out(value = "OUT", type = Response.class)
public final class Log implements Timed {
    /** Exchanges that have not ended. */
    private final AtomicInteger open = new AtomicInteger();
    /** Tells the timers of this instance from those of the one before. */
    private final Object mine = new Object();
    private Context context;
    private Settings settings;
    private Output<Response> out;
    private LogFile file;
    private Line line;
    private boolean isTimed;

    @Override
    public void open(Context context) throws IOException {
        this.context = context;
        settings = context.parameters(Settings.class);
        out = context.output("OUT", Response.class);
        context.receive("IN", Response.class, this::receive);
        line = new Line(Clock.system(ZoneId.systemDefault()), settings.format());
        file = LogFile.open(context.node(), settings.file(), settings.flush());
    }

    private void receive(Response response) {
        Exchange exchange = response.exchange();
        String beginning = line.beginning(client(exchange.connection()), response.request());
        String end = line.end(response.request().fields());
        int status = response.status();
        int head = Line.headLength(response.head());
        Lease lease = context.lease();
        open.incrementAndGet();
        exchange.whenEnded((sent, failure) -> {
            try {
                int instead = exchange.instead();
                file.add(beginning + (instead == 0 ? Line.outcome(status, sent - head) : Line.outcome(instead, 0)) + end);
            } finally {
                open.decrementAndGet();
                lease.close();
            }
        });
        setTimer();
        out.emit(response);
    }

    /** Address of a client that may have gone. */
    private static String client(Connection connection) {
        try {
            return connection.channel().getRemoteAddress() instanceof InetSocketAddress address ? address.getAddress().getHostAddress()
                    : "-";
        } catch (IOException e) {
            return "-";
        }
    }

    private void setTimer() {
        if (!isTimed) {
            isTimed = true;
            context.timer(settings.flush(), mine);
        }
    }

    @Override
    public void expired(Object subject) throws IOException {
        if (!mine.equals(subject)) {
            return;
        }
        isTimed = false;
        file.flush();
        if (open.get() > 0 || file.isBehind()) {
            setTimer();
        }
        tellTrouble();
    }

    /** The first time that the file cannot be written is a failure, and only that. */
    private void tellTrouble() throws IOException {
        IOException trouble = file.takeTrouble();
        if (trouble != null) {
            throw new IOException(context.node() + ": the access log " + settings.file() + " cannot be written, " + trouble.getMessage()
                    + "; requests are answered all the same, and lines are kept as far as there is room", trouble);
        }
    }

    /** Writes what is left. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
