package io.asyncio4j.cli;

import io.asyncio4j.subprocess.ResourceUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Formats the results of the jobs as a table. */
final class ResultTable {
    private static final List<String> HEAD = List.of("JOB", "PID", "RESULT", "WALL", "CPU", "PEAK");
    private static final int RESULT_COLUMN = 2;

    private ResultTable() {}

    /** Returns the table's lines, in the order of the jobs' numbers. */
    static List<String> lines(List<JobResult> results) {
        var rows = new ArrayList<List<String>>(results.size() + 1);
        rows.add(HEAD);
        results.stream()
                .sorted((a, b) -> Integer.compare(a.job(), b.job()))
                .map(ResultTable::row)
                .forEach(rows::add);
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> align(row, widths)).toList();
    }

    private static List<String> row(JobResult result) {
        ResourceUsage usage = result.usage();
        return List.of(
                Integer.toString(result.job()),
                result.pid() == 0 ? "-" : Long.toString(result.pid()),
                result.describe(),
                DurationText.format(result.elapsed()),
                usage == null ? "-" : DurationText.format(usage.user().plus(usage.system())),
                usage == null ? "-" : peak(usage.maxRssKiB(), result.peakIsBound()));
    }

    private static String peak(long kib, boolean isBound) {
        return (isBound ? "\u2264 " : "") + size(kib);
    }

    static String size(long kib) {
        if (kib < 10_000) {
            return kib + "K";
        }
        long mib = Math.round(kib / 1024.0);
        return mib < 10_000 ? mib + "M" : oneDecimal(kib / (1024.0 * 1024)) + "G";
    }

    private static String oneDecimal(double value) {
        long tenths = Math.round(value * 10);
        return tenths / 10 + "." + tenths % 10;
    }

    private static String align(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            String space = " ".repeat(widths[i] - cell.length());
            line.append(i == 0 ? "" : "  ");
            line.append(i == RESULT_COLUMN ? cell + space : space + cell);
        }
        return line.toString();
    }

    /** Returns the line below the table. */
    static String summary(int total, List<JobResult> results, Duration elapsed) {
        long failed = results.stream().filter(JobResult::isFailure).count();
        int left = total - results.size();
        return total
                + (total == 1 ? " job: " : " jobs: ")
                + (results.size() - failed)
                + " ok, "
                + failed
                + " failed"
                + (left == 0 ? "" : ", " + left + " not run")
                + ", "
                + DurationText.format(elapsed);
    }
}
