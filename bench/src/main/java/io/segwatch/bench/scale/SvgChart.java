package io.segwatch.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over a logarithmic axis, as an SVG picture. */
final class SvgChart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final int LEFT = 70;
    private static final int RIGHT = 170;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final List<String> COLOURS = List.of("#1f6feb", "#b35900", "#1a7f37", "#8250df", "#cf222e");

    private record Line(String name, List<double[]> points, boolean dots) {}

    private final String title;
    private final String across;
    private final String up;
    private final boolean logarithmicUp;
    private final List<Line> lines = new ArrayList<>();

    /** @param logarithmicUp whether the axis that goes up is logarithmic, too */
    SvgChart(String title, String across, String up, boolean logarithmicUp) {
        this.title = title;
        this.across = across;
        this.up = up;
        this.logarithmicUp = logarithmicUp;
    }

    /** @param points x above 0 and y each; not finite ones are left out */
    SvgChart line(String name, List<double[]> points) {
        lines.add(new Line(name, finite(points), false));
        return this;
    }

    /** What was measured, beside a line. */
    SvgChart dots(String name, List<double[]> points) {
        lines.add(new Line(name, finite(points), true));
        return this;
    }

    private static List<double[]> finite(List<double[]> points) {
        return points.stream()
                .filter(point -> Double.isFinite(point[0]) && Double.isFinite(point[1]))
                .toList();
    }

    void write(Path file) throws IOException {
        Files.writeString(file, svg());
    }

    String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(text(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                <text x="%d" y="22" font-size="15" font-weight="bold">%s</text>
                <text x="%d" y="%d" text-anchor="middle">%s</text>
                <text transform="translate(16 %d) rotate(-90)" text-anchor="middle">%s</text>
                """,
                WIDTH,
                HEIGHT,
                LEFT,
                title,
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 10,
                across,
                (TOP + HEIGHT - BOTTOM) / 2,
                up));
        double left = Math.floor(Math.log10(least(0)));
        double right = Math.max(left + 1, Math.ceil(Math.log10(most(0))));
        for (double power = left; power <= right; power++) {
            double x = LEFT + (power - left) / (right - left) * (WIDTH - LEFT - RIGHT);
            svg.append(text(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#d0d7de\"/>%n",
                    x, TOP, x, HEIGHT - BOTTOM));
            svg.append(text(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    x, HEIGHT - BOTTOM + 18, number(Math.pow(10, power))));
        }
        double bottom = logarithmicUp ? Math.floor(Math.log10(least(1))) : 0;
        double top = logarithmicUp ? Math.max(bottom + 1, Math.ceil(Math.log10(most(1)))) : roundUp(most(1));
        int steps = logarithmicUp ? (int) (top - bottom) : 5;
        for (int step = 0; step <= steps; step++) {
            double at = bottom + (top - bottom) * step / steps;
            double y = HEIGHT - BOTTOM - (double) step / steps * (HEIGHT - TOP - BOTTOM);
            svg.append(text(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#d0d7de\"/>%n",
                    LEFT, y, WIDTH - RIGHT, y));
            svg.append(text(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                    LEFT - 8, y + 4, number(logarithmicUp ? Math.pow(10, at) : at)));
        }
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, i, left, right, bottom, top);
        }
        return svg.append("</svg>\n").toString();
    }

    private void draw(StringBuilder svg, int index, double left, double right, double bottom, double top) {
        Line line = lines.get(index);
        String colour = COLOURS.get(index % COLOURS.size());
        StringBuilder path = new StringBuilder();
        for (double[] point : line.points) {
            double x = LEFT + (Math.log10(point[0]) - left) / (right - left) * (WIDTH - LEFT - RIGHT);
            double value = logarithmicUp ? Math.log10(Math.max(point[1], 1e-9)) : point[1];
            double y = HEIGHT - BOTTOM - (value - bottom) / (top - bottom) * (HEIGHT - TOP - BOTTOM);
            path.append(text("%.1f,%.1f ", x, y));
            if (line.dots) {
                svg.append(text("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\"/>%n", x, y, colour));
            }
        }
        if (!line.dots) {
            svg.append(text(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2.5\"/>%n",
                    path.toString().strip(), colour));
        }
        int y = TOP + 14 + 20 * index;
        svg.append(text(
                "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>%n",
                WIDTH - RIGHT + 12, y - 6, colour));
        svg.append(text("<text x=\"%d\" y=\"%d\">%s</text>%n", WIDTH - RIGHT + 32, y, line.name));
    }

    private double least(int axis) {
        return lines.stream()
                .flatMap(line -> line.points.stream())
                .mapToDouble(point -> point[axis])
                .filter(value -> value > 0)
                .min()
                .orElse(1);
    }

    private double most(int axis) {
        return lines.stream()
                .flatMap(line -> line.points.stream())
                .mapToDouble(point -> point[axis])
                .max()
                .orElse(1);
    }

    /** To 1, 2 or 5 times a power of ten. */
    private static double roundUp(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-9))));
        for (double step : new double[] {1, 2, 5}) {
            if (value <= step * power) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value) {
        return value >= 1_000_000
                ? text("%.0fM", value / 1e6)
                : value >= 1_000 ? text("%.0fk", value / 1e3) : text(value < 1 ? "%.2f" : "%.0f", value);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
