package io.asyncio4j.cli;

import com.google.gson.stream.JsonWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command {@code doctor}: shows the {@link Diagnosis}. */
final class DoctorCommand implements Callable<Integer> {
    private static final int NAME_WIDTH = 16;
    private static final int PART_WIDTH = 16;

    private final OptionSpec json = Syntax.flag("Write JSON.", "--json");

    static CommandSpec spec() {
        var command = new DoctorCommand();
        CommandSpec spec =
                CommandSpec.wrapWithoutInspection(command)
                        .name("doctor")
                        .addOption(command.json)
                        .addOption(Syntax.help());
        spec.usageMessage()
                .description("Reports which parts work on this machine, which are used, and why.")
                .sortOptions(false);
        return spec;
    }

    @Override
    @SuppressWarnings("resource") // standard output must stay open
    public Integer call() throws IOException {
        Diagnosis diagnosis = Diagnosis.make();
        String text = Syntax.isGiven(json) ? toJson(diagnosis) : toText(diagnosis);
        new FileOutputStream(FileDescriptor.out).write(text.getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    static String toText(Diagnosis diagnosis) {
        var text = new StringBuilder();
        Diagnosis.Java java = diagnosis.java();
        Diagnosis.Machine system = diagnosis.system();
        line(text, "asyncio4j", diagnosis.version());
        line(text, "Java", java.version() + ", " + java.vendor() + ", " + java.home());
        if (java.fault() != null) {
            line(text, "", "known fault: " + java.fault());
        }
        line(
                text,
                "system",
                system.name()
                        + " "
                        + system.release()
                        + ", "
                        + system.architecture()
                        + ", "
                        + system.processors()
                        + (system.processors() == 1 ? " processor" : " processors"));
        String reason = diagnosis.nativeReason();
        line(text, "native calls", reason == null ? "work" : "do not work: " + reason);
        for (Diagnosis.Section section : diagnosis.sections()) {
            String name = section.name();
            for (Diagnosis.Part part : section.parts()) {
                line(text, name, describe(part));
                name = "";
            }
        }
        text.append("* is used by default; run --watcher auto takes pidfd where it works\n");
        return text.toString();
    }

    private static String describe(Diagnosis.Part part) {
        return (part.chosen() ? "* " : "  ")
                + pad(part.name(), PART_WIDTH)
                + (part.works() ? "works" : part.reason());
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(pad(name, NAME_WIDTH)).append(value).append('\n');
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    static String toJson(Diagnosis diagnosis) throws IOException {
        var text = new StringWriter();
        try (var json = new JsonWriter(text)) {
            json.setSerializeNulls(true);
            json.setIndent("  ");
            write(json, diagnosis);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonWriter json, Diagnosis diagnosis) throws IOException {
        json.beginObject();
        json.name("version").value(diagnosis.version());
        json.name("java").beginObject();
        json.name("version").value(diagnosis.java().version());
        json.name("vendor").value(diagnosis.java().vendor());
        json.name("home").value(diagnosis.java().home());
        json.name("fault").value(diagnosis.java().fault());
        json.endObject();
        json.name("system").beginObject();
        json.name("name").value(diagnosis.system().name());
        json.name("release").value(diagnosis.system().release());
        json.name("architecture").value(diagnosis.system().architecture());
        json.name("processors").value(diagnosis.system().processors());
        json.endObject();
        json.name("nativeCalls").beginObject();
        json.name("works").value(diagnosis.nativeReason() == null);
        json.name("reason").value(diagnosis.nativeReason());
        json.endObject();
        for (Diagnosis.Section section : diagnosis.sections()) {
            json.name(section.key()).beginArray();
            for (Diagnosis.Part part : section.parts()) {
                json.beginObject();
                json.name("name").value(part.name());
                json.name("works").value(part.works());
                json.name("chosen").value(part.chosen());
                json.name("reason").value(part.reason());
                json.endObject();
            }
            json.endArray();
        }
        json.endObject();
    }
}
