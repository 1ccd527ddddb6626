package io.asyncio4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands to run, as text that turns back into the very bytes that the user gave: a shell that
 * is handed another file name than was meant does harm.
 */
final class CommandText {
    /** What the library encodes a child's arguments with. */
    private static final Charset CHARSET = charset();

    private CommandText() {}

    /**
     * Reads a job file: a job on each line that is neither blank nor begins with {@code #}.
     *
     * @param file its path, or {@code -} for {@code stdin}
     * @throws UsageException if it cannot be read
     */
    static List<String> readJobs(String file, InputStream stdin) throws UsageException {
        try {
            byte[] bytes =
                    file.equals("-") ? stdin.readAllBytes() : Files.readAllBytes(Path.of(file));
            return jobs(file, bytes);
        } catch (IOException e) {
            throw new UsageException("-f " + file + ": cannot be read: " + reason(e));
        } catch (java.nio.file.InvalidPathException e) {
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
            String line = decode(file, number, bytes, start, end);
            if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                jobs.add(line);
            }
            start = end + 1;
        }
        return jobs;
    }

    private static String decode(String file, int number, byte[] bytes, int start, int end)
            throws UsageException {
        try {
            return CHARSET.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UsageException(
                    "-f " + file + ": line " + number + " is not " + CHARSET.name() + " text");
        }
    }

    /**
     * Returns the arguments of the program as they were given. In the C locale the JVM has made
     * question marks of what is not ASCII; Linux still has the bytes.
     */
    static String[] arguments(String[] args) {
        if (!"ANSI_X3.4-1968".equals(System.getProperty("sun.jnu.encoding"))) {
            return args;
        }
        try {
            byte[] commandLine = Files.readAllBytes(Path.of("/proc/self/cmdline"));
            String[] all = new String(commandLine, CHARSET).split("\0", -1);
            int first = all.length - 1 - args.length;
            String[] original = args.clone();
            for (int i = 0; i < args.length && first >= 0; i++) {
                original[i] = all[first + i];
            }
            return original;
        } catch (IOException e) {
            return args;
        }
    }

    private static Charset charset() {
        Charset jnu =
                Charset.forName(
                        System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);
        return jnu.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : jnu;
    }
}
