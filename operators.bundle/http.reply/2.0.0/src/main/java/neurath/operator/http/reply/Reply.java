package neurath.operator.http.reply;

import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.RequiresOperator;
import neurath.http.Answer;
import neurath.http.Content;
import neurath.http.Response;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/** Writes responses whose content is an open file, by transfer from it. */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/reply")
@RequiresOperator(operator = "http/load", version = "2.0.0")
@In(value = "IN", type = Response.class)
public final class Reply implements Operator {
    private Context context;

    @Override
    public void open(Context context) {
        this.context = context;
        context.receive("IN", Response.class, this::reply);
    }

    private void reply(Response response) {
        Answer answer = switch (response.content()) {
            case Content.FileRegion file -> new FromFile(response.head(), file, context.lease());
            case Content.None none -> new HeadOnly(response.head(), context.lease());
            case Content.Bytes content -> throw new IllegalArgumentException(context.node()
                    + ": was to write from memory, but http/reply 2.0.0 transfers open files only; update it together with http/load");
        };
        response.exchange().answer(answer);
    }
}
