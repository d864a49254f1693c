using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace TfLbfgs.Plotting;

/// <summary>
/// The loss against iterations, evaluations and time, side by side. The scale is logarithmic, and shows what is positive; it is linear when
/// a loss is negative or none is positive.
/// </summary>
internal static class LossFigure
{
    private const int Width = 1650;
    private const int Height = 520;

    /// <summary>Draws the figure.</summary>
    /// <returns>The content of the file.</returns>
    public static byte[] Draw(LossSeries series, FigureFormat format)
    {
        double[] losses = [.. series.Loss.Concat(series.Validation).Where(double.IsFinite)];
        bool logarithmic = losses.Any(y => y > 0) && !losses.Any(y => y < 0);
        double[] all = [.. losses, .. series.Terms.SelectMany(term => term.Values).Where(double.IsFinite)];
        ScottPlot.Palettes.Category10 colors = new();
        bool validated = series.Validation.Any(double.IsFinite);
        Multiplot figure = new();
        figure.RemovePlot(figure.GetPlot(0));
        figure.AddPlot(Panel(Title(series.Iterations, "iteration"), "accepted iterations", series.Iterations, whole: true));
        figure.AddPlot(Panel(Title(series.Evaluations, "evaluation"), "evaluations of loss and gradient", series.Evaluations, whole: true));
        figure.AddPlot(Panel(TimeTitle(series.Seconds), "seconds", series.Seconds, whole: false));
        figure.Layout = new ScottPlot.MultiplotLayouts.Columns();
        return figure.Render(format, Width, Height);

        Plot Panel(string title, string bottom, double[] x, bool whole)
        {
            Plot plot = FigureStyle.NewPlot(title, bottom, "loss");
            AddCurve(plot, x, series.Loss, logarithmic, FigureStyle.Accent, validated
                ? "training" : series.Terms.Count > 0 ? "loss" : null);
            if (validated)
                AddCurve(plot, x, series.Validation, logarithmic, FigureStyle.Second, "validation");
            foreach ((int i, (string name, double[] values)) in series.Terms.Index())
                AddCurve(plot, x, values, logarithmic, colors.GetColor(i + 2), name);
            if (logarithmic)
            {
                double[] exponents = [.. all.Where(y => y > 0).Select(Math.Log10)];
                plot.Axes.SetLimitsY(Math.Floor(exponents.Min() - 0.1), Math.Ceiling(exponents.Max() + 0.1));
                plot.Axes.Left.TickGenerator = FigureStyle.LogarithmicTicks();
            }

            plot.Axes.SetLimitsX(0, x.Length > 0 && x[^1] > 0 ? 1.02 * x[^1] : 1);
            plot.Axes.Bottom.TickGenerator = new NumericAutomatic { TargetTickCount = 6, IntegerTicksOnly = whole };
            // All panels alike, so that the curves can be compared.
            plot.Layout.Fixed(new PixelPadding(95, 20, 65, 50));
            return plot;
        }
    }

    private static void AddCurve(Plot plot, double[] x, double[] y, bool logarithmic, Color color, string? name)
    {
        int[] shown = [.. Enumerable.Range(0, x.Length).Where(i => double.IsFinite(y[i]) && (!logarithmic || y[i] > 0))];
        if (shown.Length == 0)
            return;
        double[] left = [.. shown.Select(i => x[i])], up = [.. shown.Select(i => logarithmic ? Math.Log10(y[i]) : y[i])];
        var curve = plot.Add.ScatterLine(left, up, color);
        curve.LineWidth = 2.5f;
        if (name is not null)
        {
            curve.LegendText = name;
            plot.ShowLegend(Alignment.UpperRight);
        }

        var end = plot.Add.Marker(left[^1], up[^1], MarkerShape.FilledCircle, 9, color);
        end.MarkerLineWidth = 0;
    }

    private static string Title(double[] counts, string noun)
    {
        double last = counts.Length == 0 ? 0 : counts[^1];
        return string.Create(CultureInfo.InvariantCulture, $"{last:N0} {noun}{(last == 1 ? "" : "s")}");
    }

    private static string TimeTitle(double[] seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{(seconds.Length == 0 ? 0 : seconds[^1]):0.##} seconds");
}
