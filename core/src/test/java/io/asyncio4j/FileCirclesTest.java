package io.asyncio4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Imports run downwards: a file imports none that, file by file, imports it. */
@Tag("mode-independent")
class FileCirclesTest {

    @Test
    @DisplayName("no circle of files that import each other")
    void library_withoutCircle() {
        Map<String, Set<String>> imports = new TreeMap<>();
        for (JavaClass type :
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.asyncio4j")) {
            Set<String> names = imports.computeIfAbsent(file(type), file -> new TreeSet<>());
            for (Dependency each : type.getDirectDependenciesFromSelf()) {
                JavaClass target = each.getTargetClass().getBaseComponentType();
                // Files of one package need no import, and may share their work as they like.
                if (target.getPackageName().startsWith("io.asyncio4j")
                        && !target.getPackageName().equals(type.getPackageName())) {
                    names.add(file(target));
                }
            }
        }
        assertThat(imports).isNotEmpty();
        assertThat(circle(imports)).isEmpty();
    }

    @Test
    @DisplayName("a circle is found")
    void circle_found() {
        Map<String, Set<String>> imports =
                Map.of("a", Set.of("b"), "b", Set.of("c", "d"), "c", Set.of("b"), "d", Set.of());
        assertThat(circle(imports)).containsExactlyInAnyOrder("b", "c");
        assertThat(circle(Map.of("a", Set.of("b", "c"), "b", Set.of("c")))).isEmpty();
    }

    private static String file(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getName();
    }

    /** Returns the files of some circle, empty if there is none. */
    private static List<String> circle(Map<String, Set<String>> imports) {
        var finished = new HashSet<String>();
        for (String start : imports.keySet()) {
            Deque<String> path = new ArrayDeque<>();
            List<String> found = search(start, imports, path, new HashSet<>(), finished);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private static List<String> search(
            String file,
            Map<String, Set<String>> imports,
            Deque<String> path,
            Set<String> onPath,
            Set<String> finished) {
        if (onPath.contains(file)) {
            var circle = new ArrayList<String>();
            for (String each : path) {
                circle.add(each);
                if (each.equals(file)) {
                    break;
                }
            }
            return circle;
        }
        if (finished.contains(file)) {
            return List.of();
        }
        path.push(file);
        onPath.add(file);
        for (String next : imports.getOrDefault(file, Set.of())) {
            List<String> found = search(next, imports, path, onPath, finished);
            if (!found.isEmpty()) {
                return found;
            }
        }
        path.pop();
        onPath.remove(file);
        finished.add(file);
        return List.of();
    }
}
