package io.asyncio4j.graalpy;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.graalvm.polyglot.Context;

/** Contexts of GraalPy in which {@code import asyncio4j} works. */
public final class Python {

    private static final String PACKAGES = "python/";

    private Python() {}

    /**
     * Returns a builder with the options that asyncio4j needs: all access, and the native POSIX
     * backend, without which Python's descriptors are none of the kernel's.
     */
    public static Context.Builder contextBuilder() {
        return Context.newBuilder("python")
                .allowAllAccess(true)
                .option("python.PosixModuleBackend", "native")
                .option("engine.WarnInterpreterOnly", "false");
    }

    /** Creates a context and makes the package {@code asyncio4j} importable in it. */
    public static Context newContext() {
        Context context = contextBuilder().build();
        install(context);
        return context;
    }

    /** Makes the package {@code asyncio4j} importable in {@code context}. */
    public static void install(Context context) {
        context.eval("python", "lambda folder: __import__('sys').path.append(folder)")
                .execute(packages());
    }

    /** Returns the entry of {@code sys.path}: a folder, or one inside of a jar. */
    static String packages() {
        URL marker =
                Objects.requireNonNull(
                        Python.class.getResource(PACKAGES + "asyncio4j/__init__.py"), PACKAGES);
        String text = marker.toString();
        text = text.substring(0, text.length() - "/asyncio4j/__init__.py".length());
        try {
            if (text.startsWith("jar:")) {
                int inside = text.indexOf("!/");
                Path jar = Path.of(new URI(text.substring("jar:".length(), inside)));
                return jar + text.substring(inside + 1);
            }
            return Path.of(new URI(text)).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Not a place for Python's packages: " + text, e);
        }
    }
}
