package io.asyncio4j.os;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings {@code java.lang.ProcessBuilder} in line with {@link Spawn}: the same checks, the same
 * search for the program, the same failures. Plain Java: works without native access, and on
 * Windows.
 */
public final class JdkStart {
    /** Of the JDK's messages, which differ in what is around the number. */
    private static final Pattern ERROR = Pattern.compile("error[=:] ?(\\d+)[, (]*([^)]*)");

    private static final Pattern TEXT_AT_END = Pattern.compile("\\(([^()]*)\\)$");

    private static final int LARGEST_ERRNO = 133;

    // Of the Windows API.
    private static final int FILE_NOT_FOUND = 2;
    private static final int PATH_NOT_FOUND = 3;
    private static final int ACCESS_DENIED = 5;

    private JdkStart() {}

    /** Returns whether the JDK would pass the same bytes to the system that {@link Spawn} would. */
    public static boolean passesOn(String string) {
        return !Os.HOST.isUnix()
                || Arrays.equals(
                        NativeStrings.encode(string), string.getBytes(NativeStrings.jdkCharset()));
    }

    /** Returns the text of a string for a message. */
    public static String show(String string) {
        return NativeStrings.show(string);
    }

    /**
     * Checks the directory of a request.
     *
     * @throws IllegalArgumentException if it is missing or none
     */
    public static void validate(SpawnRequest request) {
        Path directory = request.directory();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new IllegalArgumentException(
                    (Files.exists(directory) ? "not a directory: " : "no such directory: ")
                            + directory);
        }
    }

    /**
     * Returns the program to start: where the child has an environment of its own, what is found on
     * its PATH, because the JDK would search on this process's.
     *
     * @throws IOException if there is no such program
     */
    public static String program(SpawnRequest request) throws IOException {
        if (!isSearchedHere(request)) {
            return request.program();
        }
        for (byte[] candidate : ProgramSearch.candidates(request)) {
            Path file = NativeStrings.path(candidate, request.directory());
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                return NativeStrings.decode(candidate);
            }
        }
        byte[] culprit = culprit(request);
        boolean there = SpawnErrors.isFile(culprit, request.directory());
        throw SpawnErrors.ofProgram(
                request, request.directory(), culprit, there ? Errno.EACCES : Errno.ENOENT);
    }

    private static boolean isSearchedHere(SpawnRequest request) {
        return Os.HOST.isUnix()
                && request.environment() != null
                && ProgramSearch.isSearched(request.program());
    }

    /** Returns the file that the JDK has failed to start. */
    private static byte[] culprit(SpawnRequest request) {
        List<byte[]> candidates = ProgramSearch.candidates(request);
        for (byte[] candidate : candidates) {
            if (SpawnErrors.isFile(candidate, request.directory())) {
                return candidate;
            }
        }
        return candidates.getFirst();
    }

    /** Returns the failure of {@code ProcessBuilder.start} as {@link Spawn#spawn} throws it. */
    public static IOException explain(SpawnRequest request, IOException e) {
        String subject = "spawn(" + NativeStrings.show(request.program()) + ")";
        Matcher error = ERROR.matcher(String.valueOf(e.getMessage()));
        if (!error.find()) {
            return new IOException(subject + ": " + e.getMessage(), e);
        }
        int number = Integer.parseInt(error.group(1));
        IOException explained =
                Os.HOST.isUnix()
                        ? SpawnErrors.ofProgram(
                                request, request.directory(), culprit(request), number)
                        : ofWindows(subject, number, error.group(2));
        explained.initCause(e);
        return explained;
    }

    private static IOException ofWindows(String subject, int error, String text) {
        String detail = "error " + error + ": " + text;
        return switch (error) {
            case FILE_NOT_FOUND, PATH_NOT_FOUND -> new NoSuchFileException(subject, null, detail);
            case ACCESS_DENIED -> new AccessDeniedException(subject, null, detail);
            default -> new IOException(subject + ": " + detail);
        };
    }

    /** As {@link #explain}, if the file of a stream could not be opened. */
    public static IOException explainStream(
            SpawnRequest request, String stream, Path path, FileNotFoundException e) {
        Matcher text = TEXT_AT_END.matcher(String.valueOf(e.getMessage()));
        IOException cause = e;
        if (Os.HOST.isUnix() && text.find()) {
            String end = "(" + text.group(1) + ")";
            for (int errno = 1; errno <= LARGEST_ERRNO; errno++) {
                if (Errno.describe(errno).endsWith(end)) {
                    cause = Errno.exception("open", path, errno);
                    break;
                }
            }
        }
        return SpawnErrors.before(request.program(), stream, cause);
    }
}
