package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columns_are_as_wide_as_their_widest_cell_and_lines_end_without_spaces() {
        var table = new Table("node", "version", "");
        table.row("load", 2, "HELD");
        table.row("a-long-name", "10.0.0", "");
        assertThat(table).hasToString("""
                node         version
                load         2        HELD
                a-long-name  10.0.0""");
    }

    @Test
    void a_table_without_rows_is_its_heads() {
        assertThat(new Table("flow", "state")).hasToString("flow  state");
    }
}
