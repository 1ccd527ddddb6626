package io.asyncio4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds out which signals the process that started the tool has set to be ignored. */
final class Ignored {
    private Ignored() {}

    /** Returns whether SIGHUP is ignored, as by nohup. */
    static boolean hangUp() {
        try {
            String status =
                    Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1);
            return isHangUpIgnored(status);
        } catch (IOException e) {
            return false;
        }
    }

    static boolean isHangUpIgnored(String status) {
        int start = status.indexOf("SigIgn:");
        int end = start < 0 ? -1 : status.indexOf('\n', start);
        if (end < 0) {
            return false;
        }
        String mask = status.substring(start + "SigIgn:".length(), end).strip();
        return (Long.parseUnsignedLong(mask, 16) & 1) != 0;
    }
}
