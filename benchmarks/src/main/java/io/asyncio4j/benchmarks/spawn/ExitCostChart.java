package io.asyncio4j.benchmarks.spawn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws the parent's CPU time for one exit against the number of live children. */
final class ExitCostChart {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;

    private ExitCostChart() {}

    /**
     * @param crowds the sizes, ascending
     * @param file a PNG
     */
    static void write(Standings standings, List<Measurement.Crowd> crowds, Path file)
            throws IOException {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title("Cost of one exit")
                        .xAxisTitle("live children")
                        .yAxisTitle("parent's CPU time, microseconds (median)")
                        .build();
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        for (String contestant : standings.contestants()) {
            List<Double> sizes = new ArrayList<>();
            List<Double> costs = new ArrayList<>();
            for (Measurement.Crowd crowd : crowds) {
                double cost = standings.median(crowd, contestant, "cpuPerExitMicros");
                if (cost > 0) {
                    sizes.add((double) crowd.children());
                    costs.add(cost);
                }
            }
            if (!sizes.isEmpty()) chart.addSeries(contestant, sizes, costs);
        }
        Files.write(file, ChartEncoder.getBytes(chart, "png"));
    }
}
