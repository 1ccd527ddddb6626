package io.asyncio4j;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.asyncio4j.policy.EventLoopPolicy;
import java.lang.reflect.Method;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Who may depend on whom inside the library. The packages and the reasons are in the design notes.
 */
@Tag("mode-independent")
class HouseRulesTest {
    private static final String ROOT = "io.asyncio4j";
    private static final String OS = ROOT + ".os..";
    private static final String REAP = ROOT + ".reap..";
    private static final String LOOP = ROOT + ".loop..";
    private static final String PROACTOR = ROOT + ".proactor..";
    private static final String WATCHER = ROOT + ".watcher..";
    private static final String ANNOTATION = ROOT + ".annotation..";

    /**
     * An exit is a value that watchers hand out and processes return. The rest of {@code
     * subprocess}, the contracts of processes, is no business of a watcher, which knows pids.
     */
    private static final DescribedPredicate<JavaClass> EXIT_VALUES =
            resideInAPackage(ROOT + ".subprocess")
                    .and(nameMatching(".*\\.(ExitStatus(\\$.*)?|ResourceUsage)"));

    private static JavaClasses library;

    @BeforeAll
    static void readClasses() {
        library =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(ROOT);
    }

    @Test
    @DisplayName("the rules look at the library's classes, and not at its tests")
    void importer_readsMainClassesOnly() {
        assertThat(library).isNotEmpty();
        assertThat(library.contain(HouseRulesTest.class)).isFalse();
    }

    @Test
    @DisplayName("only os makes system calls or touches JDK internals")
    void jdkInternals_onlyInOs() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(OS)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("java.lang.foreign..", "sun..", "jdk.internal.."));
    }

    @Test
    @DisplayName("sub-packages form no cycle")
    void subPackages_freeOfCycles() {
        check(slices().assignedFrom(new Rooms()).should().beFreeOfCycles());
    }

    /**
     * The sub-packages; the policies that are built in make loops, while loops ask the contract in
     * the same package for the policy that holds.
     */
    private static final class Rooms implements SliceAssignment {
        private static final Pattern SUB_PACKAGE = Pattern.compile("io\\.asyncio4j\\.(\\w+).*");

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            Matcher matcher = SUB_PACKAGE.matcher(type.getPackageName());
            if (!matcher.matches()) {
                return SliceIdentifier.ignore();
            }
            boolean builtIn = type.isAssignableTo(EventLoopPolicy.class) && !type.isInterface();
            return SliceIdentifier.of(builtIn ? "policies" : matcher.group(1));
        }

        @Override
        public String getDescription() {
            return "sub-packages, built-in policies apart";
        }
    }

    @Test
    @DisplayName("the front package holds the front door: no class there is an implementation")
    void front_usesContractsOnly() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT)
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                        LOOP,
                                        ROOT + ".io..",
                                        ROOT + ".child..",
                                        ROOT + ".selector..",
                                        ROOT + ".interop..",
                                        ROOT + ".sync..",
                                        ROOT + ".stream..")));
    }

    @Test
    @DisplayName("EventLoop has no default methods, which would reach upwards")
    void eventLoop_abstract() {
        assertThat(EventLoop.class.getMethods()).noneMatch(Method::isDefault);
    }

    @Test
    @DisplayName("os knows nothing of the library but NoSuchProcessException")
    void os_dependsOnNothingOfOurs() {
        DescribedPredicate<JavaClass> ours =
                resideInAPackage(ROOT + "..")
                        .and(not(resideInAnyPackage(OS, ANNOTATION)))
                        .and(not(nameMatching("io\\.asyncio4j\\.NoSuchProcessException")));
        check(
                noClasses()
                        .that()
                        .resideInAPackage(OS)
                        .should()
                        .dependOnClassesThat(ours.as("belong to another package of ours")));
    }

    @Test
    @DisplayName("contracts and what users hold import no implementation")
    void contracts_nameNoImplementation() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                ROOT + ".transport..",
                                ROOT + ".stream..",
                                ROOT + ".subprocess..",
                                ROOT + ".sync..",
                                ROOT + ".watcher..",
                                ROOT + ".warning..",
                                ROOT + ".spi..")
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(ROOT + ".io..", ROOT + ".child..", LOOP)));
    }

    @Test
    @DisplayName("transports at work know no loop, and nothing of children")
    void io_knowsNoLoop() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + ".io..")
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                        ROOT + ".child..",
                                        LOOP,
                                        ROOT + ".stream..",
                                        ROOT + ".subprocess..")));
    }

    @Test
    @DisplayName("proactor knows os, and of the library the loops that it serves")
    void proactor_dependsOnOsAndRootOnly() {
        check(
                classes()
                        .that()
                        .resideInAPackage(PROACTOR)
                        .should()
                        .onlyDependOnClassesThat(
                                resideInAnyPackage(ROOT, PROACTOR, OS, ANNOTATION)
                                        .or(resideOutsideOfPackages(ROOT + ".."))));
    }

    @Test
    @DisplayName("io, child, reap and proactor are not mentioned where users see it")
    void publicSignatures_doNotMentionImplementations() {
        DescribedPredicate<JavaClass> hidden =
                resideInAnyPackage(ROOT + ".io..", ROOT + ".child..", REAP, PROACTOR);
        check(
                noCodeUnits()
                        .that(areVisibleToUsers())
                        .and()
                        .areDeclaredInClassesThat(
                                // UringSelector is made by a loop, of the loop's own proactor.
                                not(hidden).and(not(nameMatching(".*\\.UringSelector"))))
                        .should()
                        .haveRawReturnType(hidden)
                        .orShould()
                        .haveRawParameterTypes(anyElementThat(hidden)));
    }

    @Test
    @DisplayName("watcher uses only what is below it, and of subprocess only the values of an exit")
    void watcher_dependsOnOsAndRootOnly() {
        check(
                classes()
                        .that()
                        .resideInAPackage(WATCHER)
                        .should()
                        .onlyDependOnClassesThat(
                                resideInAnyPackage(
                                                ROOT,
                                                OS,
                                                WATCHER,
                                                PROACTOR,
                                                ANNOTATION,
                                                REAP,
                                                ROOT + ".spi..",
                                                ROOT + ".warning..")
                                        .or(EXIT_VALUES)
                                        .or(resideOutsideOfPackages(ROOT + ".."))));
    }

    @Test
    @DisplayName("children are reaped, and the kernel's word is decoded, in one place")
    void exits_passOnePoint() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(OS, REAP)
                        .should()
                        .dependOnClassesThat(nameMatching("io\\.asyncio4j\\.os\\.WaitStatus"))
                        .orShould()
                        .callMethodWhere(
                                target(nameMatching("reap|reapAny"))
                                        .and(
                                                target(
                                                        owner(
                                                                nameMatching(
                                                                        "io\\.asyncio4j\\.os\\..*"))))));
    }

    @Test
    @DisplayName("reap knows os, and of the library only the values of an exit")
    void reap_dependsOnOsAndValues() {
        check(
                classes()
                        .that()
                        .resideInAPackage(REAP)
                        .should()
                        .onlyDependOnClassesThat(
                                resideInAnyPackage(REAP, OS, ANNOTATION)
                                        .or(EXIT_VALUES)
                                        .or(resideOutsideOfPackages(ROOT + ".."))));
    }

    @Test
    @DisplayName("no sub-package uses the front door: Asyncio, Runner")
    void subPackages_doNotUseTheFacade() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + ".*..")
                        .should()
                        .dependOnClassesThat(
                                nameMatching("io\\.asyncio4j\\.(Asyncio|Runner)(\\$.*)?")));
    }

    @Test
    @DisplayName("no signature that users see mentions os, which is not exported")
    void publicSignatures_doNotMentionOs() {
        DescribedPredicate<JavaClass> os = resideInAPackage(OS);
        check(
                noCodeUnits()
                        .that(areVisibleToUsers())
                        .should()
                        .haveRawReturnType(os)
                        .orShould()
                        .haveRawParameterTypes(anyElementThat(os))
                        .orShould()
                        .declareThrowableOfType(os));
        check(noFields().that(areVisibleToUsers()).should().haveRawType(os));
    }

    private static DescribedPredicate<JavaMember> areVisibleToUsers() {
        return describe(
                "are visible to users",
                member ->
                        member.getOwner().getModifiers().contains(JavaModifier.PUBLIC)
                                && !resideInAnyPackage(OS, REAP, PROACTOR).test(member.getOwner())
                                && (member.getModifiers().contains(JavaModifier.PUBLIC)
                                        || member.getModifiers().contains(JavaModifier.PROTECTED)));
    }

    /** A rule about a package that does not exist yet holds. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(library);
    }
}
