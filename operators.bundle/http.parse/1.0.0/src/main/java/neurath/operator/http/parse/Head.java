package neurath.operator.http.parse;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/** The head of a request as the parser tells it. */
final class Head implements HttpParser.RequestHandler {
    String method;
    String target;
    HttpVersion version;
    HttpFields.Mutable fields;
    boolean complete;
    /** The status that the parser refuses it with, or 0. */
    int refusal;

    void clear() {
        method = null;
        target = null;
        version = null;
        fields = HttpFields.build();
        complete = false;
        refusal = 0;
    }

    @Override
    public void startRequest(String method, String uri, HttpVersion version) {
        this.method = method;
        this.target = uri;
        this.version = version;
    }

    @Override
    public void parsedHeader(HttpField field) {
        fields.add(field);
    }

    @Override
    public boolean headerComplete() {
        complete = true;
        return true;
    }

    @Override
    public boolean content(ByteBuffer content) {
        return true;
    }

    @Override
    public boolean contentComplete() {
        return false;
    }

    @Override
    public boolean messageComplete() {
        return true;
    }

    @Override
    public void earlyEOF() {
        refusal = 400;
    }

    @Override
    public void badMessage(HttpException failure) {
        refusal = failure.getCode();
    }
}
