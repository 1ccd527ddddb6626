package io.asyncio4j.examples;

import java.io.File;
import java.util.List;

/** Where the library is that these tests run with. */
final class Library {
    private Library() {}

    /** Returns its jar; before it is packaged, its directory of classes. */
    static String location() {
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
                .filter(entry -> entry.contains("core"))
                .filter(entry -> entry.contains("asyncio4j") || entry.endsWith("classes"))
                .findFirst()
                .orElseThrow();
    }
}
