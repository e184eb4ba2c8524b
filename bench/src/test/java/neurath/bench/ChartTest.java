package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChartTest {
    @Test
    void ticks_are_round_and_within_the_axis() {
        assertThat(Axis.linear(0, 21.3, 0, 100).ticks()).containsExactly(0.0, 5.0, 10.0, 15.0, 20.0);
        assertThat(Axis.decades(0.3, 40, 0, 100).ticks().stream().map(Axis::text)).containsExactly("0.1", "1", "10", "100");
        assertThat(Axis.linear(0, 0, 0, 100).ticks().getFirst()).isEqualTo(0.0);
    }

    @Test
    void values_lie_where_the_axis_has_them() {
        assertThat(Axis.linear(0, 10, 100, 50).at(5)).isEqualTo(125);
        assertThat(Axis.linear(0, 10, 100, -50).at(20)).isEqualTo(50);
        assertThat(Axis.decades(1, 100, 0, 100).at(10)).isEqualTo(50);
    }

    @Test
    void a_line_is_broken_where_there_is_no_value() {
        var chart = new Chart("title", "seconds");
        chart.panel("ms", true).line("a & b", new double[] {0, 1, 2, 3}, new double[] {1, 10, Double.NaN, 100});
        String svg = chart.svg().toString();
        assertThat(svg.replaceAll("(?s).* d=\"([^\"]*)\".*", "$1").replaceAll("[^ML]", "")).isEqualTo("MLM");
        assertThat(svg).contains("a &amp; b").doesNotContain("NaN");
    }

    @Test
    void a_subject_without_a_value_under_a_setting_is_left_out_there() {
        var measurements = new Measurements();
        measurements.add("ours", "small", 1, "cost", 12.5, "µs");
        measurements.add("theirs", "large", 1, "cost", 30, "µs");
        String svg = Spans.of("Cost", "µs", measurements, "cost", List.of("ours", "theirs"), List.of("small", "large")).toString();
        assertThat(svg.split(">ours<", -1)).hasSize(2);
        assertThat(svg).contains(">12.50<", ">30<");
    }
}
