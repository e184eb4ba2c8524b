package neurath.operator.http.reply;

import java.nio.ByteBuffer;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.http.Answer;
import neurath.http.Content;
import neurath.http.Response;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/** Writes responses whose content lies in memory. */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/reply")
@In(value = "IN", type = Response.class)
public final class Reply implements Operator {
    private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0);

    private Context context;

    @Override
    public void open(Context context) {
        this.context = context;
        context.receive("IN", Response.class, this::reply);
    }

    private void reply(Response response) {
        Answer answer = switch (response.content()) {
            case Content.Parts content -> new FromMemory(parts(response.head(), content), context.lease());
            case Content.Streamed streamed -> streamed.behind(response.head());
            case Content content -> new FromMemory(new ByteBuffer[] {response.head(), bytes(content)}, context.lease());
        };
        response.exchange().answer(answer);
    }

    private ByteBuffer[] parts(ByteBuffer head, Content.Parts content) {
        ByteBuffer[] parts = new ByteBuffer[content.contents().size() + 1];
        parts[0] = head;
        for (int i = 1; i < parts.length; i++) {
            parts[i] = bytes(content.contents().get(i - 1));
        }
        return parts;
    }

    private ByteBuffer bytes(Content content) {
        return switch (content) {
            case Content.Bytes memory -> memory.bytes().duplicate();
            case Content.None none -> NO_BODY;
            case Content.FileRegion file -> throw new IllegalArgumentException(context.node()
                    + ": was to write an open file, but http/reply 1.0.0 writes from memory only; update it together with http/load");
            case Content.Parts parts -> throw new IllegalArgumentException(
                    context.node() + ": was to write parts within parts; give them in one list");
            case Content.Streamed streamed -> throw new IllegalArgumentException(
                    context.node() + ": was to write a part that comes from elsewhere; give it alone");
        };
    }
}
