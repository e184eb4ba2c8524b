package neurath.durability;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Kills a platform exactly where it is to be killed: a debugger stops all its threads at a place in the code, and then it gets SIGKILL.
 * So nothing for tests is in the product, and no moment is left to chance.
 */
final class Killer implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 30_000;

    private final ListeningConnector connector;
    private final Map<String, Connector.Argument> arguments;
    private final String address;
    private final CompletableFuture<VirtualMachine> platform;

    Killer() throws IOException {
        connector = Bootstrap.virtualMachineManager().listeningConnectors().stream()
                .filter(each -> each.name().equals("com.sun.jdi.SocketListen"))
                .findFirst()
                .orElseThrow();
        arguments = connector.defaultArguments();
        arguments.get("localAddress").setValue("127.0.0.1");
        try {
            address = connector.startListening(arguments);
        } catch (IllegalConnectorArgumentsException e) {
            throw new IllegalStateException(e);
        }
        platform = CompletableFuture.supplyAsync(this::accept);
    }

    private VirtualMachine accept() {
        try {
            return connector.accept(arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalConnectorArgumentsException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a platform must be started with to be killed by this. */
    Map<String, String> environment() {
        String port = address.substring(address.lastIndexOf(':') + 1);
        return Map.of("JAVA_TOOL_OPTIONS",
                "-agentlib:jdwp=transport=dt_socket,server=n,suspend=n,address=127.0.0.1:" + port);
    }

    /**
     * Kills the platform when it comes to a place.
     *
     * @param process of the platform
     * @return completes when it is dead; exceptionally if it does not come there in time
     */
    CompletableFuture<Void> killAt(KillPoint point, ProcessHandle process) throws Exception {
        VirtualMachine machine = platform.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        ClassPrepareRequest loaded = machine.eventRequestManager().createClassPrepareRequest();
        loaded.addClassFilter(point.type());
        loaded.setSuspendPolicy(EventRequest.SUSPEND_ALL);
        loaded.enable();
        machine.classesByName(point.type()).forEach(type -> stopAt(point, type));
        return CompletableFuture.runAsync(() -> await(machine, point, process));
    }

    private static void stopAt(KillPoint point, ReferenceType type) {
        List<Method> methods = type.methodsByName(point.method());
        if (methods.isEmpty()) {
            throw new IllegalArgumentException("the class " + point.type() + " has no method " + point.method());
        }
        for (Method method : methods) {
            BreakpointRequest stop = type.virtualMachine().eventRequestManager().createBreakpointRequest(method.location());
            stop.setSuspendPolicy(EventRequest.SUSPEND_ALL);
            stop.enable();
        }
    }

    private static void await(VirtualMachine machine, KillPoint point, ProcessHandle process) {
        try {
            while (true) {
                EventSet events = machine.eventQueue().remove(PATIENCE_MILLIS);
                if (events == null) {
                    throw new IllegalStateException("the platform did not come to " + point);
                }
                for (Event event : events) {
                    if (event instanceof ClassPrepareEvent prepared) {
                        stopAt(point, prepared.referenceType());
                    } else if (event instanceof BreakpointEvent reached && point.isMet(reached.thread().frame(0))) {
                        process.destroyForcibly();
                        process.onExit().join();
                        return;
                    }
                }
                events.resume();
            }
        } catch (InterruptedException | IncompatibleThreadStateException | VMDisconnectedException e) {
            throw new IllegalStateException("waiting for " + point, e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connector.stopListening(arguments);
        } catch (IllegalConnectorArgumentsException e) {
            throw new IllegalStateException(e);
        }
    }
}
