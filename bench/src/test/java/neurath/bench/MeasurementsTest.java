package neurath.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementsTest {
    private final Measurements measurements = new Measurements();

    @Test
    void each_subject_and_setting_has_its_own_spread() {
        for (int repetition = 1; repetition <= 3; repetition++) {
            measurements.add("A", "10", repetition, "pause", repetition, "ms");
            measurements.add("B", "10", repetition, "pause", 100L * repetition, "ms");
            measurements.add("A", "20", repetition, "pause", 10L * repetition, "ms");
        }
        assertThat(measurements.spread("A", "10", "pause").median()).isEqualTo(2);
        assertThat(measurements.spread("B", "10", "pause").median()).isEqualTo(200);
        assertThat(measurements.spread("A", "20", "pause").median()).isEqualTo(20);
        assertThat(measurements.has("B", "20", "pause")).isFalse();
    }

    @Test
    void the_raw_data_hold_every_value_and_survive_commas(@TempDir Path folder) throws Exception {
        measurements.add("A, the first", "10", 1, "pause", 0.5, "ms");
        measurements.add("A, the first", "10", 2, "pause", 1500, "ms");
        measurements.writeCsv(folder.resolve("raw.csv"));
        assertThat(Files.readAllLines(folder.resolve("raw.csv"))).containsExactly(
                "subject,setting,repetition,metric,value,unit",
                "\"A, the first\",10,1,pause,0.5000,ms",
                "\"A, the first\",10,2,pause,1500,ms");
    }

    @Test
    void the_table_tells_how_many_values_and_how_far_apart() {
        for (int repetition = 1; repetition <= 5; repetition++) {
            measurements.add("A", "10", repetition, "pause", repetition, "ms");
        }
        assertThat(measurements.table()).contains("| pause [ms] | A | 10 | 5 | 1 | 2 | **3** | 4 | 5 |");
    }
}
