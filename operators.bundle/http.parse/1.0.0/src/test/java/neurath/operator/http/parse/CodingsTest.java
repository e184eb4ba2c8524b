package neurath.operator.http.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodingsTest {
    private final Codings codings = new Codings("br, gzip");

    private static HttpFields accepts(String value) {
        return HttpFields.from(new HttpField(HttpHeader.ACCEPT_ENCODING, value));
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "''                                | identity",
                "gzip                              | gzip identity",
                "GZIP                              | gzip identity",
                "x-gzip                            | gzip identity",
                "gzip, deflate, br, zstd           | br gzip identity",
                "gzip, br;q=0.5                    | gzip br identity",
                "br;q=0.001                        | br identity",
                "gzip;q=0                          | identity",
                "gzip;q=0.000, br                  | br identity",
                "identity, gzip;q=0.5              | identity gzip",
                "gzip, identity;q=0                | gzip",
                "identity;q=0                      | ''",
                "*                                 | br gzip identity",
                "*;q=0                             | ''",
                "gzip, *;q=0                       | gzip",
                "br;q=0, *;q=0.5                   | gzip identity",
                "*;q=0.5, gzip                     | gzip br identity",
                "deflate                           | identity",
                "gzip ; q=0.5, br ;q=0.7           | br gzip identity",
                "gzip;q=2, br;q=x, identity;level=9 | identity",
                ",, ,;q=1                          | identity",
            },
            delimiter = '|')
    void what_the_client_takes_is_put_in_order(String accepted, String expected) {
        assertThat(String.join(" ", codings.of(accepts(accepted)))).isEqualTo(expected);
    }

    @Test
    void a_client_that_says_nothing_takes_no_coding() {
        assertThat(codings.of(HttpFields.EMPTY)).containsExactly("identity");
    }

    @Test
    void several_fields_count_as_one() {
        HttpFields fields = HttpFields.from(
                new HttpField(HttpHeader.ACCEPT_ENCODING, "gzip"), new HttpField(HttpHeader.ACCEPT_ENCODING, "identity;q=0"));
        assertThat(codings.of(fields)).containsExactly("gzip");
    }

    @Test
    void the_same_words_give_the_same_list() {
        assertThat(codings.of(accepts("gzip, br"))).isSameAs(codings.of(accepts("gzip, br")));
    }

    @Test
    void a_server_without_codings_has_none_to_offer() {
        assertThat(new Codings("").of(accepts("gzip"))).containsExactly("identity");
    }
}
