package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds out what an errno of posix_spawn means. The C library reports a failed change of directory,
 * an unreadable program and a missing interpreter in the same way; checking again distinguishes
 * them.
 */
final class SpawnErrors {
    private static final int ETXTBSY = 26;

    private SpawnErrors() {}

    /** Linked when first needed: other failures are explained without native access as well. */
    private static final class Calls {
        static final NativeFunction ACCESS = Libc.function("access");
    }

    static IOException explain(
            SpawnRequest request, @Nullable Path chdir, byte[] candidate, int errno) {
        if (chdir != null) {
            // The dot makes this fail with ENOTDIR on a file.
            int failure = access(NativeStrings.decode(NativeStrings.encode(chdir)) + "/.");
            if (failure != 0) {
                return Errno.exception(
                        "chdir(" + chdir + ")",
                        failure,
                        Errno.describe(failure)
                                + ": the directory to start "
                                + NativeStrings.show(request.program())
                                + " in");
            }
        }
        return ofProgram(request, chdir, candidate, errno);
    }

    /** As {@link #explain}, if the directory is known not to be at fault. */
    static IOException ofProgram(
            SpawnRequest request, @Nullable Path chdir, byte[] candidate, int errno) {
        String program = request.program();
        String file = NativeStrings.decode(candidate);
        String hint = hint(request, NativeStrings.path(candidate, chdir), errno);
        boolean tellsFile = !file.equals(program) && isFile(candidate, chdir);
        String subject =
                "spawn("
                        + NativeStrings.show(program)
                        + (tellsFile ? " as " + NativeStrings.show(file) : "")
                        + ")";
        return Errno.exception(
                subject, errno, Errno.describe(errno) + (hint.isEmpty() ? "" : ": " + hint));
    }

    /** A failure on the way to the start of a program: what was tried, and what may help. */
    static IOException before(String program, String step, IOException e) {
        String subject =
                "spawn(" + NativeStrings.show(program) + ")" + (step.isEmpty() ? "" : ": " + step);
        for (int errno : new int[] {Errno.EMFILE, Errno.ENFILE}) {
            if (Errno.is(e, errno)) {
                return Errno.exception(subject, errno, e.getMessage() + ": " + exhausted(errno));
            }
        }
        return Errno.within(subject, e);
    }

    private static String exhausted(int errno) {
        return errno == Errno.EMFILE
                ? "this process has no descriptor left: raise ulimit -n"
                : "the system has no descriptor left: raise fs.file-max";
    }

    /** Whether a candidate is there, and not a directory. */
    static boolean isFile(byte[] candidate, @Nullable Path chdir) {
        Path file = NativeStrings.path(candidate, chdir);
        return Files.exists(file) && !Files.isDirectory(file);
    }

    private static String hint(SpawnRequest request, Path file, int errno) {
        if (errno == Errno.ENOENT) {
            if (Files.exists(file)) {
                return missingInterpreter(file);
            }
            return ProgramSearch.isSearched(request.program())
                    ? "not found on the PATH " + NativeStrings.show(ProgramSearch.path(request))
                    : "";
        }
        if (errno == Errno.EACCES) {
            return notAllowed(file);
        }
        if (errno == Errno.ENOEXEC) {
            return "neither a program for this machine nor a script that begins with #!";
        }
        if (errno == Errno.E2BIG) {
            return "the arguments and the environment are too long together, or a single one is (on"
                    + " Linux over 128 KiB): pass the data through standard input or a file";
        }
        if (errno == Errno.EAGAIN) {
            return "the limit on processes is reached: raise ulimit -u, or pids.max of the cgroup";
        }
        if (errno == Errno.EMFILE || errno == Errno.ENFILE) {
            return exhausted(errno);
        }
        if (errno == Errno.ENOMEM) {
            return "not enough memory for another process";
        }
        if (errno == ETXTBSY) {
            return "the program is open for writing";
        }
        Integer group = request.processGroup();
        if (errno == Errno.EPERM && group != null && group > 0) {
            return "process group " + group + " is not in this session";
        }
        return "";
    }

    private static String notAllowed(Path file) {
        if (Files.isDirectory(file)) {
            return "it is a directory";
        }
        if (Files.isRegularFile(file) && !Files.isExecutable(file)) {
            return "it is not executable: make it so with chmod +x";
        }
        String interpreter = interpreter(file);
        if (interpreter != null && !Files.isExecutable(pathOf(interpreter))) {
            return "the interpreter in its first line, " + interpreter + ", is not executable";
        }
        return "a directory on its path may not be searched, or the file system is mounted noexec";
    }

    private static String missingInterpreter(Path file) {
        String interpreter = interpreter(file);
        return interpreter != null
                ? "the interpreter in its first line, " + interpreter + ", does not exist"
                : "it exists, but the loader that it needs does not: is it for another system?";
    }

    /** The interpreter that a script names, or null if the file is none or cannot be read. */
    private static @Nullable String interpreter(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            // As much as the kernel reads.
            String head = new String(in.readNBytes(256), StandardCharsets.ISO_8859_1);
            if (!head.startsWith("#!")) {
                return null;
            }
            int newline = head.indexOf('\n');
            String line = head.substring(2, newline < 0 ? head.length() : newline);
            // In a file saved on Windows, the carriage return becomes part of the name: show it.
            String[] words = line.replace("\r", "\\r").strip().split("[ \t]+", 2);
            return words[0];
        } catch (IOException e) {
            return null;
        }
    }

    /** The path whose bytes are the characters of {@code name}. */
    private static Path pathOf(String name) {
        return NativeStrings.path(name.getBytes(StandardCharsets.ISO_8859_1), null);
    }

    private static int access(String path) {
        try (Scratch s = Scratch.take();
                Arena arena = Arena.ofConfined()) {
            return (int) Calls.ACCESS.call(s, CStrings.one(arena, path), 1) < 0 ? s.errno() : 0;
        }
    }
}
