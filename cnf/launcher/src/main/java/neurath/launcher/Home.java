package neurath.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder with the platform's state, readable by its owner only and used by one platform at a time. */
final class Home {
    private final Path folder;

    Home(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    Path cache() {
        return folder.resolve("cache");
    }

    Path load() {
        return folder.resolve("load");
    }

    /** What people set for this platform, see {@link Settings}. */
    Path settings() {
        return folder.resolve("neurath.properties");
    }

    Path welcome() {
        return folder.resolve("welcome");
    }

    /** SHA-256 of the jar each of the first operators was installed from. */
    Path operatorDigests() {
        return folder.resolve("operators.sha256");
    }

    /**
     * Makes the folder where it is missing and takes it for this process until it ends.
     *
     * @throws LaunchException if another platform has it
     */
    FileLock take() {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(load());
            Files.createDirectories(folder.resolve("log"));
            return lock();
        } catch (IOException e) {
            throw new LaunchException("cannot use " + folder + " as home: " + e, e);
        }
    }

    /** The process that has taken the folder; empty if none has. */
    Optional<ProcessHandle> owner() {
        Path file = lockFile();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip())) : Optional.empty();
        } catch (IOException e) {
            throw new LaunchException("cannot look into the home " + folder + ": " + e, e);
        }
    }

    /** Waits until the process that has taken the folder has ended. */
    void awaitFree() {
        try (FileChannel channel = FileChannel.open(lockFile(), StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            lock.release();
        } catch (IOException e) {
            throw new LaunchException("cannot see whether the platform of " + folder + " has ended: " + e, e);
        }
    }

    private Path lockFile() {
        return folder.resolve("lock");
    }

    private FileLock lock() throws IOException {
        Path file = lockFile();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            String owner = Files.readString(file).strip();
            channel.close();
            throw new LaunchException("a platform is already running with the home " + folder + " (process " + owner
                    + "); stop it with ./neurath stop or give another --home");
        }
        channel.truncate(0);
        channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"));
        return lock;
    }

    /** Copies the site that is served when no other folder is named. */
    Path provideWelcome(Path site) {
        try (Stream<Path> files = Files.walk(site)) {
            for (Path file : files.toList()) {
                Path copy = welcome().resolve(site.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return welcome();
        } catch (IOException e) {
            throw new LaunchException("cannot copy the welcome site " + site + " to " + welcome() + ": " + e, e);
        }
    }
}
