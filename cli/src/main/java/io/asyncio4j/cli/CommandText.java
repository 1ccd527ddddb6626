package io.asyncio4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the commands to run as strings that encode to exactly the bytes that the user gave: a shell
 * that gets a changed file name could do harm. Bytes that are not text in the locale become lone
 * surrogates; see {@code io.asyncio4j.os.NativeStrings}.
 */
final class CommandText {
    private static final char REPLACEMENT = '\ufffd';
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private CommandText() {}

    /**
     * Reads a job file: a job on each line that is neither blank nor begins with {@code #}.
     *
     * @param file its path, or {@code -} for {@code stdin}
     * @throws UsageException if it cannot be read
     */
    static List<String> readJobs(String file, InputStream stdin) throws UsageException {
        try {
            return jobs(file, file.equals("-") ? stdin.readAllBytes() : NamedFile.read(file));
        } catch (IOException e) {
            throw new UsageException("-f " + file + ": cannot be read: " + reason(e));
        } catch (InvalidPathException e) {
            throw new UsageException("-f " + file + ": not a file name: " + e.getReason());
        }
    }

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }

    static List<String> jobs(String file, byte[] bytes) throws UsageException {
        var jobs = new ArrayList<String>();
        int number = 0;
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            number++;
            if (isJob(bytes, start, end)) {
                jobs.add(text(Arrays.copyOfRange(bytes, start, end), file, number));
            }
            start = end + 1;
        }
        return jobs;
    }

    private static boolean isJob(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            boolean blank = b == ' ' || (b >= '\t' && b <= '\r');
            if (!blank) {
                return b != '#';
            }
        }
        return false;
    }

    private static String text(byte[] bytes, String file, int number) throws UsageException {
        String text = Native.text(bytes);
        if (isReversible(text, bytes)) {
            return text;
        }
        throw new UsageException(
                "-f "
                        + file
                        + ": line "
                        + number
                        + " cannot be passed on unchanged in this locale; try LC_ALL=C.UTF-8");
    }

    /** Some East Asian encodings have two byte sequences for one character. */
    private static boolean isReversible(String text, byte[] bytes) {
        return text.length() == bytes.length || Arrays.equals(Native.bytes(text), bytes);
    }

    /**
     * Returns the original arguments of the program. The JVM has replaced bytes that are not text
     * in the locale, which in the C locale is all but ASCII; Linux still has the original bytes.
     *
     * @throws UsageException if they are not available
     */
    static String[] arguments(String[] args) throws UsageException {
        if (Arrays.stream(args).noneMatch(arg -> arg.indexOf(REPLACEMENT) >= 0)) {
            return args;
        }
        try {
            return last(args.length, Files.readAllBytes(COMMAND_LINE));
        } catch (IOException e) {
            throw new UsageException(
                    "an argument contains bytes that are not text in this locale; put the commands"
                            + " into a file, and give -f FILE");
        }
    }

    /** Returns the last {@code count} NUL-terminated strings. */
    static String[] last(int count, byte[] strings) throws IOException {
        String[] last = new String[count];
        int end = strings.length - 1;
        for (int i = count - 1; i >= 0; i--) {
            if (end < 0 || strings[end] != 0) {
                throw new IOException("fewer than " + count + " strings");
            }
            int start = end;
            while (start > 0 && strings[start - 1] != 0) {
                start--;
            }
            last[i] = Native.text(Arrays.copyOfRange(strings, start, end));
            end = start - 1;
        }
        return last;
    }
}
