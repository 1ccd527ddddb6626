package io.asyncio4j.benchmarks.spawn;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

/** Finds the {@code benchmarks} directory, whose C and Python sources are used in place. */
public final class Home {

    private static final String MARK = "src/main/c/spawn_floor.c";

    private Home() {}

    /**
     * The directory above the class path entry that this class came from, or else {@code
     * benchmarks} or the working directory itself.
     *
     * @throws IllegalStateException if none of them has the sources
     */
    public static Path find() {
        CodeSource source = Home.class.getProtectionDomain().getCodeSource();
        if (source != null) {
            try {
                Path place = Path.of(source.getLocation().toURI());
                for (Path it = place; it != null; it = it.getParent()) {
                    if (isHome(it)) return it;
                }
            } catch (URISyntaxException e) {
                throw new IllegalStateException("odd code source " + source.getLocation(), e);
            }
        }
        for (String name : new String[] {"benchmarks", ""}) {
            Path place = Path.of(name).toAbsolutePath();
            if (isHome(place)) return place;
        }
        throw new IllegalStateException("no " + MARK + " here or above; use --home DIRECTORY");
    }

    private static boolean isHome(Path directory) {
        return Files.exists(directory.resolve(MARK));
    }
}
