package neurath.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.Test;

public class ContentTest {
    private final Content content = new Content("page-00001.bin");

    @Test
    public void content_is_the_same_whatever_the_pieces_it_is_written_in() {
        byte[] whole = new byte[1000];
        content.fill(whole, 0, 1000, 0);
        for (int cut = 1; cut < 20; cut++) {
            byte[] pieces = new byte[1000];
            content.fill(pieces, 0, cut, 0);
            content.fill(pieces, cut, 1000, cut);
            assertThat(pieces).isEqualTo(whole);
        }
    }

    @Test
    public void every_single_wrong_byte_is_found_at_every_alignment() {
        for (int offset = 0; offset < 9; offset++) {
            for (int length = 0; length < 40; length++) {
                byte[] bytes = new byte[50];
                content.fill(bytes, 3, 3 + length, offset);
                assertThat(content.firstDifference(bytes, 3, 3 + length, offset)).isEqualTo(-1);
                for (int wrong = 3; wrong < 3 + length; wrong++) {
                    bytes[wrong] ^= 1;
                    assertThat(content.firstDifference(bytes, 3, 3 + length, offset)).isEqualTo(wrong);
                    bytes[wrong] ^= 1;
                }
            }
        }
    }

    @Test
    public void another_page_has_other_content() {
        byte[] one = new byte[64];
        byte[] other = new byte[64];
        content.fill(one, 0, 64, 0);
        new Content("page-00002.bin").fill(other, 0, 64, 0);
        assertThat(Arrays.mismatch(one, other)).isBetween(0, 8);
    }
}
