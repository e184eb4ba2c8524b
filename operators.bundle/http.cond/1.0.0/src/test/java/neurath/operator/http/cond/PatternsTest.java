package neurath.operator.http.cond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PatternsTest {
    @Test
    void two_stars_stand_for_any_number_of_segments() {
        Patterns feeds = Patterns.of("/feeds/**");
        assertThat(feeds.match("/feeds/")).isTrue();
        assertThat(feeds.match("/feeds/a")).isTrue();
        assertThat(feeds.match("/feeds/a/b.xml")).isTrue();
        assertThat(feeds.match("/feeds")).isFalse();
        assertThat(feeds.match("/feeds.html")).isFalse();
        assertThat(feeds.match("/old/feeds/a")).isFalse();
    }

    @Test
    void one_star_stands_for_a_part_of_a_segment() {
        Patterns images = Patterns.of("/*/img-*.png");
        assertThat(images.match("/a/img-1.png")).isTrue();
        assertThat(images.match("/a/img-.png")).isTrue();
        assertThat(images.match("/a/b/img-1.png")).isFalse();
        assertThat(images.match("/a/img-1/2.png")).isFalse();
    }

    @Test
    void a_question_mark_stands_for_one_character_and_everything_else_for_itself() {
        Patterns odd = Patterns.of("/a?/x.y+(z)");
        assertThat(odd.match("/ab/x.y+(z)")).isTrue();
        assertThat(odd.match("/a//x.y+(z)")).isFalse();
        assertThat(odd.match("/ab/xzy+(z)")).isFalse();
        assertThat(odd.match("/a/x.y+(z)")).isFalse();
    }

    @Test
    void one_of_several_is_enough_and_none_matches_nothing() {
        Patterns several = Patterns.of("  /a/**\n/b ");
        assertThat(several.match("/a/1")).isTrue();
        assertThat(several.match("/b")).isTrue();
        assertThat(several.match("/c")).isFalse();
        assertThat(Patterns.of("").match("/")).isFalse();
    }

    @Test
    void a_pattern_that_no_path_can_match_is_refused() {
        assertThatThrownBy(() -> Patterns.of("/a feeds/**")).hasMessageContaining("feeds/**").hasMessageContaining("begin it with /");
    }
}
