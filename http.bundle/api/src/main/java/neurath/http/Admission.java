package neurath.http;

import java.util.concurrent.atomic.AtomicInteger;
import neurath.api.Watch;
import org.osgi.annotation.versioning.ProviderType;

/** How many connections are open, and who waits at the door while they are too many. For any thread. */
@ProviderType
public final class Admission {
    private final AtomicInteger open = new AtomicInteger();
    private volatile Watch waiting;

    /**
     * Lets one more connection in if fewer than {@code most} are open.
     *
     * @param door is woken as soon as a connection leaves after a refusal
     */
    public boolean enter(int most, Watch door) {
        if (open.get() < most) {
            waiting = null;
            open.incrementAndGet();
            return true;
        }
        waiting = door;
        if (open.get() < most) {
            door.wake();
        }
        return false;
    }

    /** One that was let in has left. */
    public void leave() {
        open.decrementAndGet();
        Watch door = waiting;
        if (door != null) {
            door.wake();
        }
    }

    /** How many are open. */
    public int open() {
        return open.get();
    }
}
