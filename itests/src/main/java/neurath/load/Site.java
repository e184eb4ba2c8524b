package neurath.load;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The pages that clients choose from.
 *
 * @param pages at least one
 */
public record Site(List<Page> pages) {
    public Site {
        if (pages.isEmpty()) {
            throw new IllegalArgumentException("a site without pages cannot be asked for anything; name at least one page");
        }
        pages = List.copyOf(pages);
    }

    /** Pages of one length, named {@code page-00000.bin} and so on. */
    public static Site of(int pages, long length) {
        List<Page> all = new ArrayList<>(pages);
        for (int i = 0; i < pages; i++) {
            all.add(new Page("page-%05d.bin".formatted(i), length));
        }
        return new Site(all);
    }

    /** The site of the acceptance: 10,000 files of 50 kB. */
    public static Site ofTenThousand() {
        return of(10_000, 50_000);
    }

    /** Writes every page below a folder; a page that lies there in full length already is left as it is. */
    public Site writeTo(Path root) throws IOException {
        for (Page page : pages) {
            write(page, root);
        }
        return this;
    }

    /** Writes one page below a folder. */
    public static Page write(Page page, Path root) throws IOException {
        Path file = root.resolve(page.name());
        if (Files.isRegularFile(file) && Files.size(file) == page.length()) {
            return page;
        }
        Files.createDirectories(file.getParent());
        Content content = page.content();
        byte[] block = new byte[(int) Math.min(page.length(), 1 << 16)];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long offset = 0; offset < page.length(); offset += block.length) {
                int length = (int) Math.min(block.length, page.length() - offset);
                content.fill(block, 0, length, offset);
                out.write(block, 0, length);
            }
        }
        return page;
    }

    Page any(RandomGenerator random) {
        return pages.get(random.nextInt(pages.size()));
    }
}
