package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;

/** Updates under load, each to a newly built bundle, the retired one uninstalled. */
abstract class ManyUpdates extends OnTheWebServer {
    private static final int WARM_UP = 10;

    private Bundle running;

    /** All are built before: what the compiler leaves in the process is none of the platform's. */
    void leaveNothingBehind(int updates) throws Exception {
        List<Path> first = jars("1.1.", WARM_UP);
        List<Path> all = jars("1.2.", updates);
        var warmUp = new Leaks();
        server.unharmed(() -> replace("1.1.", first, warmUp));
        var leaks = new Leaks();
        server.unharmed(() -> replace("1.2.", all, leaks));
        assertThat(leaks.watched()).isEqualTo(updates);
        leaks.awaitNone();
    }

    private List<Path> jars(String versions, int number) throws IOException {
        var jars = new ArrayList<Path>();
        for (int i = 1; i <= number; i++) {
            jars.add(write(load(versions + i)));
        }
        return jars;
    }

    private void replace(String versions, List<Path> jars, Leaks leaks) throws Exception {
        for (int i = 1; i <= jars.size(); i++) {
            Bundle old = running;
            running = shell.install(jars.get(i - 1));
            shell.start(running);
            server.awaitVersion("load", versions + i);
            if (old != null) {
                leaks.watch(old);
                await().until(() -> server.flow().retirement().retiring().isEmpty());
                old.uninstall();
            }
        }
    }
}
