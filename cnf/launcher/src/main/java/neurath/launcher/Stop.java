package neurath.launcher;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends the platform that has a home, as the signal to end does, and waits until it is gone. */
final class Stop {
    private static final long SECONDS = 60;

    private Stop() {}

    static int run(String[] args, Path defaultHome) {
        Path home = defaultHome;
        Iterator<String> words = Arrays.asList(args).iterator();
        while (words.hasNext()) {
            String option = words.next();
            if (!option.equals("--home")) {
                throw new UsageException("there is no option " + option + "; known is --home");
            }
            home = RunOptions.path(option, RunOptions.value(option, words));
        }
        Path folder = home;
        var owned = new Home(folder);
        ProcessHandle platform = owned.owner().orElseThrow(() -> new LaunchException("no platform runs with the home " + folder));
        platform.destroy();
        try {
            CompletableFuture.runAsync(owned::awaitFree).get(SECONDS, TimeUnit.SECONDS);
            return 0;
        } catch (TimeoutException e) {
            throw new LaunchException("process " + platform.pid() + " was told to end but still runs after " + SECONDS
                    + " s; its log is in " + folder.resolve("log"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchException("interrupted", e);
        } catch (ExecutionException e) {
            throw new LaunchException(e.getCause().getMessage(), e);
        }
    }
}
