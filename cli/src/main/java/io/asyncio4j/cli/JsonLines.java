package io.asyncio4j.cli;

import com.google.gson.stream.JsonWriter;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.ResourceUsage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;

/** Formats results as JSON, one object per line. */
final class JsonLines {
    private JsonLines() {}

    /** Returns the line of a result, including its newline. */
    static byte[] line(JobResult result, String command) {
        var text = new StringWriter(256);
        try (var json = new JsonWriter(text)) {
            json.setSerializeNulls(true);
            write(json, result, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonWriter json, JobResult result, String command)
            throws IOException {
        ExitStatus status = result.status();
        ResourceUsage usage = result.usage();
        json.beginObject();
        json.name("job").value(result.job());
        writeCommand(json, Native.bytes(command));
        json.name("pid").value(result.pid() == 0 ? null : (Number) result.pid());
        json.name("returncode").value(status == null ? null : (Number) status.returncode());
        json.name("signal")
                .value(status instanceof ExitStatus.Signaled signaled ? signaled.signal() : null);
        json.name("timedOut").value(result.timedOut());
        json.name("started").value(result.started().toString());
        json.name("seconds").value(seconds(result.elapsed()));
        json.name("userSeconds").value(usage == null ? null : seconds(usage.user()));
        json.name("systemSeconds").value(usage == null ? null : seconds(usage.system()));
        json.name("maxRssKiB").value(usage == null ? null : (Number) usage.maxRssKiB());
        json.endObject();
    }

    /** JSON is UTF-8 text; the bytes of a command need not be. */
    private static void writeCommand(JsonWriter json, byte[] command) throws IOException {
        String text = new String(command, StandardCharsets.UTF_8);
        json.name("command").value(text);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), command)) {
            json.name("commandBytes").value(Base64.getEncoder().encodeToString(command));
        }
    }

    private static @Nullable Number seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos() / 1000, 6);
    }
}
