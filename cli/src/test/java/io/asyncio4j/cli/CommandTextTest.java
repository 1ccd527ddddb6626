package io.asyncio4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTextTest {

    @Test
    void jobs_blankLinesAndComments_areNone() throws UsageException {
        byte[] file = "true\n\n  \t\n# no\n  # neither\n echo # yes\nlast".getBytes(UTF_8);

        assertThat(CommandText.jobs("jobs", file)).containsExactly("true", " echo # yes", "last");
    }

    @Test
    void jobs_bytesThatAreNoText_areLoneSurrogates() throws UsageException {
        byte[] file = {'a', '\n', 'r', 'm', ' ', (byte) 0xff, '\n'};

        assertThat(CommandText.jobs("jobs", file)).containsExactly("a", "rm \udcff");
    }

    @Test
    void arguments_areTheLastStringsOfTheCommandLine() throws IOException {
        byte[] commandLine = "java\0-jar\0x.jar\0run\0\0e\u00e9\0".getBytes(UTF_8);

        assertThat(CommandText.last(3, commandLine)).containsExactly("run", "", "e\u00e9");
        assertThatThrownBy(() -> CommandText.last(7, commandLine)).isInstanceOf(IOException.class);
    }

    @Test
    void readJobs_dash_readsStandardInput() throws UsageException {
        var stdin = new ByteArrayInputStream("echo ü\n".getBytes(UTF_8));

        assertThat(CommandText.readJobs("-", stdin)).containsExactly("echo ü");
    }

    @Test
    void readJobs_fileThatCannotBeRead_isRefusedNamingIt(@TempDir Path directory)
            throws IOException {
        Path missing = directory.resolve("missing");
        Path folder = Files.createDirectory(directory.resolve("folder"));

        assertThatThrownBy(() ->
                        CommandText.readJobs(missing.toString(), InputStream.nullInputStream()))
                .isInstanceOf(UsageException.class)
                .hasMessage("-f " + missing + ": cannot be read: no such file");
        assertThatThrownBy(() ->
                        CommandText.readJobs(folder.toString(), InputStream.nullInputStream()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(folder.toString());
    }
}
