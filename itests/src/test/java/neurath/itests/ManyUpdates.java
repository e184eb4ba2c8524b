package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.osgi.framework.Bundle;

/** Updates under load, each to a newly built bundle, the retired one uninstalled. */
abstract class ManyUpdates extends OnTheWebServer {
    private static final int WARM_UP = 10;

    private Bundle running;

    void leaveNothingBehind(int updates) throws Exception {
        var warmUp = new Leaks();
        server.unharmed(() -> replace("1.1.", WARM_UP, warmUp));
        var leaks = new Leaks();
        server.unharmed(() -> replace("1.2.", updates, leaks));
        assertThat(leaks.watched()).isEqualTo(updates);
        leaks.awaitNone();
    }

    private void replace(String versions, int times, Leaks leaks) throws Exception {
        for (int i = 1; i <= times; i++) {
            Bundle old = running;
            running = deploy(load(versions + i));
            server.awaitVersion("load", versions + i);
            if (old != null) {
                leaks.watch(old);
                await().until(() -> server.flow().retirement().retiring().isEmpty());
                old.uninstall();
            }
        }
    }
}
