package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import neurath.build.OperatorJar;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;

/** Every operator of the web server is replaced at any time, by versions that are built on the spot, while clients ask. */
public class EveryOperatorUnderLoadIT extends OnTheWebServer {
    private static final int IDLE = 1000;
    private static final int TIMES = 4;
    private static final List<String> ALONE = List.of("accept", "read", "parse", "compose");
    private static final List<String> VERSIONS = List.of("2.0.1", "2.0.2");

    private final List<Bundle> built = new ArrayList<>();

    @Override
    Option more() {
        return CoreOptions.composite(frameworkProperty("http.idle-timeout").value("PT10M"));
    }

    @Before
    public void buildVersions() throws Exception {
        shell.type("flow:policy web-server manual");
        for (String version : VERSIONS) {
            for (String node : ALONE) {
                built.add(deploy(OperatorJar.ofProduct("http." + node, FIRST).version(version)));
            }
            Bundle load = install(half("load", version));
            Bundle reply = install(half("reply", version));
            shell.start(load, reply);
            built.add(load);
            built.add(reply);
        }
    }

    @After
    public void bringTheProductsGraphBack() throws Exception {
        shell.type("flow:update web-server " + change(server.flow().versions().keySet(), FIRST));
        for (Bundle bundle : built) {
            bundle.uninstall();
        }
        shell.type("flow:update web-server " + productsText());
        shell.type("flow:policy web-server auto");
    }

    @Test
    public void each_is_replaced_several_times_and_nothing_fails_and_no_idle_connection_is_lost() throws Exception {
        List<Set<String>> order = new ArrayList<>(Collections.nCopies(TIMES, Set.of("load", "reply")));
        ALONE.forEach(node -> order.addAll(Collections.nCopies(TIMES, Set.of(node))));
        Collections.shuffle(order, new Random(7));
        var times = new HashMap<Set<String>, Integer>();
        List<Socket> idle = new ArrayList<>();
        try {
            InetSocketAddress address = server.address();
            for (int i = 0; i < IDLE; i++) {
                idle.add(new Socket(address.getAddress(), address.getPort()));
                Requests.ask(idle.getLast());
            }
            server.unharmed(() -> {
                for (Set<String> nodes : order) {
                    String version = VERSIONS.get(times.merge(nodes, 1, Integer::sum) % VERSIONS.size());
                    assertThat(shell.type("flow:update web-server " + change(nodes, version))).contains("SWITCHED");
                    nodes.forEach(node -> assertThat(server.version(node)).isEqualTo(version));
                    awaitRequests();
                }
            });
            for (Socket connection : idle) {
                Requests.ask(connection);
            }
        } finally {
            for (Socket connection : idle) {
                connection.close();
            }
        }
        assertThat(server.flow().versions().values()).noneMatch(version -> version.version().toString().equals(FIRST));
    }

    private static String change(Set<String> nodes, String version) {
        return nodes.stream().map(node -> node + "=http/" + node + '@' + version).collect(Collectors.joining(" "));
    }

    private void awaitRequests() {
        long taken = server.flow().status().getLast().taken();
        await().until(() -> server.flow().status().getLast().taken() > taken + 5);
    }
}
