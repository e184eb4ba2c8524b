package neurath.http.upstream;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/** An answer as the parser tells it. */
final class Arrival implements HttpParser.ResponseHandler {
    int status;
    String reason;
    HttpFields.Mutable fields;
    boolean isHeadComplete;
    boolean isComplete;
    /** What was found last, in place. */
    ByteBuffer content;
    /** Why it is no HTTP, or {@code null}. */
    String violation;
    private HttpVersion version;

    void clear() {
        status = 0;
        reason = null;
        version = null;
        fields = HttpFields.build();
        isHeadComplete = false;
        isComplete = false;
        content = null;
        violation = null;
    }

    /**
     * Status line and fields, which outlast the connection's next request.
     *
     * @param reason perhaps {@code null}
     */
    record Head(int status, String reason, HttpFields fields) {}

    Head head() {
        return new Head(status, reason, fields);
    }

    /** Whether the backend keeps the connection open behind it. */
    boolean isPersistent() {
        return version == HttpVersion.HTTP_1_1
                ? !fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString())
                : fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.KEEP_ALIVE.asString());
    }

    @Override
    public void startResponse(HttpVersion version, int status, String reason) {
        this.version = version;
        this.status = status;
        this.reason = reason;
    }

    @Override
    public void parsedHeader(HttpField field) {
        fields.add(field);
    }

    @Override
    public boolean headerComplete() {
        isHeadComplete = true;
        return true;
    }

    @Override
    public boolean content(ByteBuffer found) {
        content = found.slice();
        found.position(found.limit());
        return true;
    }

    @Override
    public boolean contentComplete() {
        return false;
    }

    @Override
    public boolean messageComplete() {
        isComplete = true;
        return true;
    }

    @Override
    public void earlyEOF() {
        violation = "it ends too early";
    }

    @Override
    public void badMessage(HttpException failure) {
        violation = failure.getReason();
    }
}
