package neurath.operator.http.reply;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private Context context;

    @Override
    public void open(Context context) {
        this.context = context;
        context.receive("IN", Response.class, this::reply);
    }

    private void reply(Response response) {
        Answer answer = switch (response.content()) {
            case Content.FileRegion file -> new FromFile(response.head(), file, context.lease());
            case Content.None none -> new FromBuffer(response.head(), context.lease());
            case Content.Parts parts -> inTurn(response.head(), parts);
            case Content.Streamed streamed -> streamed.behind(response.head());
            case Content.Bytes content -> throw new IllegalArgumentException(context.node()
                    + ": was to write from memory, but http/reply 2.0.0 transfers open files only; update it together with http/load");
        };
        response.exchange().answer(answer);
    }

    /** Parts of a file, and the few bytes between them. */
    private Answer inTurn(ByteBuffer head, Content.Parts parts) {
        List<Answer> answers = new ArrayList<>();
        answers.add(new FromBuffer(head, context.lease()));
        for (Content part : parts.contents()) {
            if (part instanceof Content.FileRegion file) {
                answers.add(new FromFile(NOTHING, file, context.lease()));
            } else if (part instanceof Content.Bytes between) {
                answers.add(new FromBuffer(between.bytes().duplicate(), context.lease()));
            }
        }
        return new InTurn(answers);
    }
}
