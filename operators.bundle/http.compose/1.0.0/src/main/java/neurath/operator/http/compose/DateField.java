package neurath.operator.http.compose;

import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** The field {@code Date}, made once a second. */
final class DateField {
    private long second = -1;
    private HttpField field;

    HttpField now() {
        long now = System.currentTimeMillis() / 1000;
        if (now != second) {
            second = now;
            field = new PreEncodedHttpField(HttpHeader.DATE, DateGenerator.formatDate(now * 1000));
        }
        return field;
    }
}
