using System.Globalization;
using ScottPlot;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Output;

/// <summary>The loss against the iterations, on a logarithmic scale.</summary>
internal static class LossPlot
{
    private const int Width = 1200;
    private const int Height = 700;

    /// <summary>Draws the curve.</summary>
    /// <param name="history">The start and every accepted iteration.</param>
    /// <returns>A PNG file.</returns>
    public static byte[] Draw(IReadOnlyList<LbfgsProgress> history)
    {
        // A loss of 0 has no logarithm.
        LbfgsProgress[] points = [.. history.Where(p => p.Loss > 0 && double.IsFinite(p.Loss))];
        string title = points.Length == 0 ? "Loss" : string.Create(CultureInfo.InvariantCulture, $"Loss {points[0].Loss:0.0e+0} to {points[^1].Loss:0.0e+0} in {points[^1].Iteration} iterations of L-BFGS");
        Plot plot = PlotStyle.NewPlot(title, "iteration", "loss (mean squared error)");
        if (points.Length > 0)
        {
            double[] x = [.. points.Select(p => (double)p.Iteration)], y = [.. points.Select(p => Math.Log10(p.Loss))];
            plot.Add.ScatterLine(x, y, PlotStyle.Accent).LineWidth = 2.5f;
            var end = plot.Add.Marker(x[^1], y[^1], MarkerShape.FilledCircle, 10, PlotStyle.Accent);
            end.MarkerLineWidth = 0;
            plot.Axes.SetLimits(0, Math.Max(1, x[^1] * 1.02), Math.Floor(y.Min() - 0.1), Math.Ceiling(y.Max() + 0.1));
        }

        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TargetTickCount = 10, IntegerTicksOnly = true };
        plot.Axes.Left.TickGenerator = PlotStyle.LogarithmicTicks();
        return plot.GetImage(Width, Height).GetImageBytes();
    }
}
