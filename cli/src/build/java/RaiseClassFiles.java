import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Raises the class files of a jar that were compiled for Java 5 or before to Java 8, with the stack
 * maps that those lack: the JVM keeps no class without them in its AOT cache, and verifies it anew
 * in every start. The jar must be on the class path: stack maps need the classes' hierarchy.
 */
final class RaiseClassFiles {
    private static final String CLASS = ".class";

    private RaiseClassFiles() {}

    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        Path raised = Path.of(args[0] + ".raised");
        try (var in = new JarFile(jar.toFile());
                var out = new JarOutputStream(Files.newOutputStream(raised))) {
            for (Enumeration<JarEntry> entries = in.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                var copy = new JarEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(entry.getName().endsWith(CLASS) ? raise(bytes) : bytes);
                out.closeEntry();
            }
        }
        Files.move(raised, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] raise(byte[] bytes) {
        var classFile = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS);
        var model = classFile.parse(bytes);
        if (model.majorVersion() >= ClassFile.JAVA_7_VERSION) {
            return bytes;
        }
        ClassTransform version =
                (builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                        builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    } else {
                        builder.with(element);
                    }
                };
        // Code that is not taken apart is copied, and gets no stack maps.
        return classFile.transformClass(
                model,
                version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
    }
}
