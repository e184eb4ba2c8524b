package neurath.operator.http.cond;

import neurath.api.Context;
import neurath.api.Default;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;
import neurath.http.Request;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/** Tells requests for another server from those for this one, by their path. What was refused is answered here. */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/cond")
@Parameters(Cond.Settings.class)
@In(value = "IN", type = Request.class)
@Out(value = "LOCAL", type = Request.class)
@Out(value = "REMOTE", type = Request.class)
public final class Cond implements Operator {
    /**
     * Parameters.
     *
     * @param remotePaths patterns of paths, with spaces between: {@code *} stands for a part of a segment, {@code **} for any number of
     *     segments, {@code ?} for a character
     */
    record Settings(@Default("") String remotePaths) {}

    private Patterns remote;
    private Output<Request> toLocal;
    private Output<Request> toRemote;

    @Override
    public void open(Context context) {
        try {
            remote = Patterns.of(context.parameters(Settings.class).remotePaths());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(context.node() + ": " + e.getMessage(), e);
        }
        toLocal = context.output("LOCAL", Request.class);
        toRemote = context.output("REMOTE", Request.class);
        context.receive("IN", Request.class, this::route);
    }

    private void route(Request request) {
        boolean isRemote = request.refusal() == 0 && remote.match(request.path());
        (isRemote ? toRemote : toLocal).emit(request);
    }
}
