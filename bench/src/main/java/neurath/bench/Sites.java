package neurath.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import neurath.build.Repository;
import neurath.load.Page;
import neurath.load.Site;

/** Files to be served, each telling of itself what is to be in it. They are written once and kept for later runs. */
final class Sites {
    private Sites() {}

    /** The folder of all of them. */
    static Path root() throws IOException {
        return Files.createDirectories(Repository.root().resolve("bench/target/site"));
    }

    /** Pages of a length, in a folder of their own; the first of a larger site are those of a smaller. */
    static Site of(int pages, int bytes) throws IOException {
        List<Page> all = new ArrayList<>(pages);
        for (int i = 0; i < pages; i++) {
            all.add(page(bytes, i));
        }
        return new Site(all).writeTo(root());
    }

    private static Page page(int bytes, int number) {
        return new Page("%d/page-%05d.bin".formatted(bytes, number), bytes);
    }

    /** One page. */
    static Page page(int bytes) throws IOException {
        return Site.write(page(bytes, 0), root());
    }
}
