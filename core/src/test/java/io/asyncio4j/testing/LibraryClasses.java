package io.asyncio4j.testing;

import io.asyncio4j.Asyncio;
import java.nio.file.Files;
import java.nio.file.Path;

/** The classes of the library, for tests that leave no descriptor to load one with. */
public final class LibraryClasses {

    private LibraryClasses() {}

    /** Loads them all: from a directory each needs a descriptor. */
    public static void load() throws Exception {
        var location = Asyncio.class.getProtectionDomain().getCodeSource().getLocation();
        Path root = Path.of(location.toURI());
        if (!Files.isDirectory(root)) {
            return;
        }
        try (var files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = root.relativize(file).toString().replace('/', '.');
                if (name.endsWith(".class") && !name.endsWith("-info.class")) {
                    Class.forName(name.substring(0, name.length() - ".class".length()));
                }
            }
        }
    }
}
