package neurath.operator.http.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.http.HttpURI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a.txt, /a.txt",
        "/a/, /a/",
        "/a%20b.txt, /a b.txt",
        "/a+b.txt, /a+b.txt",
        "/%C3%A4.txt, /ä.txt",
        "/a.txt?b=/../c, /a.txt",
        "/a/./b/../c, /a/c",
        "//a//b, /a/b",
        "/..., /...",
        "/.well-known/x, /.well-known/x",
        "/100%25.txt, /100%.txt",
        "/%252e%252e/secret, /%2e%2e/secret",
        "http://example.org/a, /a",
        "/a;b=c/d, /a;b=c/d",
        "/a;b=c?d, /a;b=c",
    })
    void a_clear_path_is_decoded_once(String target, String path) {
        assertThat(Paths.of(HttpURI.from("GET", target))).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret",
                "/a/../../secret",
                "/..",
                "/%2e%2e/secret",
                "/%2E%2e/secret",
                "/.%2e/secret",
                "/a/%2e%2e/%2e%2e/secret",
                "/a%2fsecret",
                "/..%2fsecret",
                "/..\\secret",
                "/..%5csecret",
                "/a%5c..%5csecret",
                "/a%00.txt",
                "/%00",
                "/a%0d%0ab", "/a%7f", "/a%1fb", "/a%c2%85",
                "/%c0%ae%c0%ae/secret",
                "/%c0%afsecret",
                "/%e0%80%ae%e0%80%ae/secret",
                "/%f0%80%80%ae/secret",
                "/%ff",
                "/%ed%a0%80",
                "/a;/../../secret",
                "/..;/secret",
                "/..;x=y/secret",
                "/a#b",
                "http:///a",
                "http:/a",
                "file:///etc/passwd",
                "*",
                "secret",
                "../secret"
            })
    void a_path_that_could_climb_or_mean_two_things_is_none(String target) {
        String path;
        try {
            path = Paths.of(HttpURI.from("GET", target));
        } catch (IllegalArgumentException unreadable) {
            path = null;
        }
        assertThat(path).isNull();
    }
}
