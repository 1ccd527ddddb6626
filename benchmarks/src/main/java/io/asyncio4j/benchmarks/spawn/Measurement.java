package io.asyncio4j.benchmarks.spawn;

import com.google.gson.JsonObject;

/** What is measured of every contestant in one row of the tables. */
sealed interface Measurement {

    String PIPE = "pipe";
    String NO_PIPE = "nopipe";

    /** The heading of its table. */
    String title();

    /** The arguments that every contestant takes for it. */
    String[] arguments(ChildPrograms programs);

    /** Children run to the end as fast as they can be. */
    record Race(int total, int concurrency, boolean pipe) implements Measurement {
        @Override
        public String title() {
            return total + " children, " + concurrency + " at a time, " + (pipe ? PIPE : "no pipe");
        }

        @Override
        public String[] arguments(ChildPrograms programs) {
            String program = (pipe ? programs.hello() : programs.tiny()).toString();
            String mode = pipe ? PIPE : NO_PIPE;
            return new String[] {
                "race", Integer.toString(total), Integer.toString(concurrency), mode, program
            };
        }
    }

    /** One exit among many children that stay alive. */
    record Crowd(int children, int samples) implements Measurement {
        @Override
        public String title() {
            return "one exit among " + children + " live children";
        }

        @Override
        public String[] arguments(ChildPrograms programs) {
            return new String[] {
                "crowd",
                Integer.toString(children),
                Integer.toString(samples),
                programs.idle().toString()
            };
        }
    }

    /** One round of one contestant. */
    record Sample(String contestant, Measurement measurement, JsonObject report) {
        double number(String field) {
            return report.has(field) ? report.get(field).getAsDouble() : Double.NaN;
        }
    }
}
