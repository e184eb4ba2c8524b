package neurath.operator.http.receive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import neurath.api.Context;
import neurath.api.Default;
import neurath.api.In;
import neurath.api.Lease;
import neurath.api.OneToMany;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.api.Polling;
import neurath.api.Timed;
import neurath.api.Watch;
import neurath.http.Response;
import neurath.http.upstream.Forwarded;
import org.eclipse.jetty.http.HttpStatus;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * The home of requests that were sent on to another server, until the heads of their answers have come. What follows a head is brought in
 * by the home of the client's connection.
 *
 * <p>While it awaits an answer it has a lease, so that a marker waits here: all that a request causes is on one side of it, and an update
 * that takes this operator out leaves nobody unanswered. The time-outs bound the wait.
 */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/receive")
@OneToMany(inLaterCalls = true)
@Parameters(Receive.Settings.class)
@In(value = "IN", type = Forwarded.class)
@Out(value = "OUT", type = Response.class)
public final class Receive implements Polling, Timed {
    private static final int SCRATCH = 64 * 1024;

    /**
     * Parameters.
     *
     * @param connectTimeout for a connection to be had
     * @param responseTimeout for the head of an answer, from when the backend has the request
     */
    record Settings(
            @Default("PT2S") Duration connectTimeout,
            @Default("PT10S") Duration responseTimeout) {}

    /** What is kept for a request that is under way. */
    private static final class UnderWay {
        final Lease lease;
        Context.Timer timer;
        boolean isSent;
        SocketChannel watched;
        Watch watch;

        UnderWay(Lease lease) {
            this.lease = lease;
        }

        void rest() {
            if (watch != null) {
                watch.cancel();
                watch = null;
            }
        }
    }

    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);
    private final Map<Forwarded, UnderWay> underWay = new LinkedHashMap<>();
    private final ResponseHead head = new ResponseHead();
    private Context context;
    private Settings settings;
    private Output<Response> out;
    private SocketChannel bell;
    private Watch door;
    private String lastFailure;

    @Override
    public void open(Context context) throws IOException {
        this.context = context;
        settings = context.parameters(Settings.class);
        out = context.output("OUT", Response.class);
        bell = SocketChannel.open();
        bell.configureBlocking(false);
        door = context.watch(bell, 0, "door");
        context.receive("IN", Forwarded.class, this::receive);
    }

    @Override
    public void close() throws IOException {
        if (bell != null) {
            bell.close();
        }
    }

    private void receive(Forwarded request) {
        var kept = new UnderWay(context.lease());
        underWay.put(request, kept);
        kept.timer = context.timer(settings.connectTimeout(), request);
        follow(request, kept);
    }

    /** A connection may be free for those that wait. */
    private void serveQueue() {
        for (Forwarded request : List.copyOf(underWay.keySet())) {
            if (request.phase() == Forwarded.Phase.WAITING) {
                goOn(request);
            }
        }
    }

    @Override
    public void ready(Object subject, int operations) {
        if (subject instanceof Forwarded request) {
            goOn(request);
        } else {
            serveQueue();
        }
    }

    private void goOn(Forwarded request) {
        UnderWay kept = underWay.get(request);
        if (kept != null) {
            request.goOn(scratch);
            follow(request, kept);
        }
    }

    /** Waits for what the request's phase waits for, or answers. */
    private void follow(Forwarded request, UnderWay kept) {
        boolean waits = false;
        try {
            waits = waits(request, kept);
        } finally {
            if (!waits) {
                end(request, kept);
            }
        }
    }

    private boolean waits(Forwarded request, UnderWay kept) {
        while (request.phase() == Forwarded.Phase.WAITING && !request.waitInTurn(door)) {
            request.goOn(scratch);
        }
        switch (request.phase()) {
            case WAITING -> {}
            case CONNECTING, SENDING, AWAITED -> watch(request, kept);
            case ANSWERED -> {
                kept.rest();
                out.emit(head.response(request));
                return false;
            }
            case FAILED -> {
                kept.rest();
                say(request, String.valueOf(request.failure().getMessage()));
                out.emit(head.failure(request, HttpStatus.BAD_GATEWAY_502));
                return false;
            }
        }
        return true;
    }

    private void watch(Forwarded request, UnderWay kept) {
        if (request.phase() == Forwarded.Phase.AWAITED && !kept.isSent) {
            kept.isSent = true;
            kept.timer.cancel();
            kept.timer = context.timer(settings.responseTimeout(), request);
        }
        if (!request.channel().equals(kept.watched)) {
            kept.rest();
            kept.watched = request.channel();
            kept.watch = context.watch(kept.watched, request.phase().interest(), request);
        } else {
            kept.watch.interest(request.phase().interest());
        }
    }

    /** Tells people why requests are not answered; what they were told already is not said again. */
    private void say(Forwarded request, String reason) {
        String failure = request.backend() + ": " + reason;
        if (!failure.equals(lastFailure)) {
            lastFailure = failure;
            context.note("last failure", failure);
        }
    }

    /** It is answered, or never will be. */
    private void end(Forwarded request, UnderWay kept) {
        underWay.remove(request);
        kept.rest();
        kept.timer.cancel();
        kept.lease.close();
    }

    @Override
    public void expired(Object subject) {
        var request = (Forwarded) subject;
        UnderWay kept = underWay.get(request);
        if (kept == null) {
            return;
        }
        try {
            kept.rest();
            say(request, "no " + (kept.isSent ? "answer" : "connection") + " in time");
            request.abandon();
            out.emit(head.failure(request, HttpStatus.GATEWAY_TIMEOUT_504));
        } finally {
            end(request, kept);
        }
    }
}
