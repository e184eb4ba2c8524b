package neurath.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import neurath.build.Repository;
import neurath.load.Page;
import neurath.load.Site;

/**
 * Files below a folder to be served, each telling of itself what is to be in it. They are written once and kept for later runs.
 *
 * @param root that is served
 */
record Sites(Path root) {
    /** Of all experiments that do not need a folder of their own. */
    static Sites common() throws IOException {
        return of("site");
    }

    static Sites of(String name) throws IOException {
        return new Sites(Files.createDirectories(Repository.root().resolve("bench/target").resolve(name)));
    }

    /** Pages of a length, in a folder of their own; the first of a larger site are those of a smaller. */
    Site pages(int number, int bytes) throws IOException {
        List<Page> all = new ArrayList<>(number);
        for (int i = 0; i < number; i++) {
            all.add(named(bytes, i));
        }
        return new Site(all).writeTo(root);
    }

    private static Page named(int bytes, int number) {
        return new Page("%d/page-%05d.bin".formatted(bytes, number), bytes);
    }

    /** One page. */
    Page page(int bytes) throws IOException {
        return Site.write(named(bytes, 0), root);
    }
}
