package neurath.operator.http.parse;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/** The head of a request as the parser tells it. */
final class Head implements HttpParser.RequestHandler {
    String method;
    String target;
    HttpVersion version;
    HttpFields.Mutable fields;
    /** What {@code Transfer-Encoding} says, or {@code null}. */
    String transferCoding;
    /** What {@code Expect} says, or {@code null}. */
    String expectation;
    boolean complete;
    /** The status that the parser refuses it with, or 0. */
    int refusal;

    void clear() {
        method = null;
        target = null;
        version = null;
        fields = HttpFields.build();
        transferCoding = null;
        expectation = null;
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
        if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
            transferCoding = listed(transferCoding, field);
        } else if (field.getHeader() == HttpHeader.EXPECT) {
            expectation = listed(expectation, field);
        }
    }

    private static String listed(String before, HttpField field) {
        String value = field.getValue() == null ? "" : field.getValue();
        return before == null ? value : before + ',' + value;
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
