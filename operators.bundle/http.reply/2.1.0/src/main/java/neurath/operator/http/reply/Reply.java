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

/** Writes responses: from memory, or by transfer from an open file. */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/reply")
@RequiresOperator(operator = "http/load", version = "2.1.0")
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
        response.exchange().answer(answer(response.head(), response.content()));
    }

    private Answer answer(ByteBuffer head, Content content) {
        return switch (content) {
            case Content.FileRegion file -> new FromFile(head, file, context.lease());
            case Content.Bytes memory -> fromMemory(head, memory.bytes().duplicate());
            case Content.None none -> fromMemory(head);
            case Content.Parts parts -> inTurn(head, parts);
            case Content.Streamed streamed -> streamed.behind(head);
        };
    }

    private Answer fromMemory(ByteBuffer... parts) {
        return new FromMemory(parts, context.lease());
    }

    /** Parts of a file, and the few bytes between them; all that lies in memory side by side is one answer. */
    private Answer inTurn(ByteBuffer head, Content.Parts parts) {
        List<Answer> answers = new ArrayList<>();
        List<ByteBuffer> memory = new ArrayList<>(List.of(head));
        for (Content part : parts.contents()) {
            if (part instanceof Content.Bytes between) {
                memory.add(between.bytes().duplicate());
            } else {
                answers.add(fromMemory(memory.toArray(ByteBuffer[]::new)));
                memory = new ArrayList<>(List.of(NOTHING));
                answers.add(answer(NOTHING, part));
            }
        }
        answers.add(fromMemory(memory.toArray(ByteBuffer[]::new)));
        return answers.size() == 1 ? answers.getFirst() : new InTurn(answers);
    }
}
