using System.Globalization;
using ScottPlot;
using TfLbfgs.Plotting;

namespace TfLbfgs.Cli.Output;

/// <summary>A predicted surface next to the true one, in the same colours, and the error between them.</summary>
internal static class SurfacePlot
{
    private const int Width = 1650;
    private const int Height = 485;

    /// <summary>Draws the surfaces over [-1, 1] x [-1, 1].</summary>
    /// <param name="predicted">By x2 (rows, upward) and x1 (columns).</param>
    /// <param name="truth">Of the same size.</param>
    /// <returns>A PNG file.</returns>
    public static byte[] Draw(double[,] predicted, double[,] truth)
    {
        double[,] error = new double[truth.GetLength(0), truth.GetLength(1)];
        double largest = 0;
        for (int row = 0; row < error.GetLength(0); row++)
        {
            for (int column = 0; column < error.GetLength(1); column++)
            {
                error[row, column] = predicted[row, column] - truth[row, column];
                largest = Math.Max(largest, Math.Abs(error[row, column]));
            }
        }

        ScottPlot.Range shared = new(truth.Cast<double>().Min(), truth.Cast<double>().Max());
        Multiplot figure = new();
        figure.RemovePlot(figure.GetPlot(0));
        figure.AddPlot(Panel("predicted", predicted, shared, new ScottPlot.Colormaps.Viridis(), "0.0"));
        figure.AddPlot(Panel("true: x1² + x2²", truth, shared, new ScottPlot.Colormaps.Viridis(), "0.0"));
        string title = string.Create(CultureInfo.InvariantCulture, $"predicted - true, at most {largest:0.0e+0}");
        double limit = largest > 0 ? largest : 1;
        figure.AddPlot(Panel(title, error, new ScottPlot.Range(-limit, limit), new ScottPlot.Colormaps.Balance(), "0.0e+0"));
        figure.Layout = new ScottPlot.MultiplotLayouts.Columns();
        return figure.Render(Width, Height).GetImageBytes();
    }

    private static Plot Panel(string title, double[,] values, ScottPlot.Range range, IColormap colours, string format)
    {
        Plot plot = FigureStyle.NewPlot(title, "x1", "x2");
        plot.HideGrid();
        var map = plot.Add.Heatmap(values);
        map.Colormap = colours;
        map.ManualRange = range;
        map.FlipVertically = true;
        map.Smooth = true;
        map.Position = new CoordinateRect(-1, 1, -1, 1);
        ScottPlot.Panels.ColorBar bar = plot.Add.ColorBar(map);
        bar.Width = 18;
        bar.Axis.TickLabelStyle.FontSize = 14;
        bar.Axis.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            LabelFormatter = value => value.ToString(format, CultureInfo.InvariantCulture),
            TargetTickCount = 7,
        };
        plot.Axes.SetLimits(-1, 1, -1, 1);
        // All panels alike, and square: 550 pixels wide each.
        plot.Layout.Fixed(new PixelPadding(75, 105, 65, 50));
        plot.Axes.Bottom.TickGenerator = Halves();
        plot.Axes.Left.TickGenerator = Halves();
        return plot;
    }

    private static ScottPlot.TickGenerators.NumericManual Halves() => new([-1, -0.5, 0, 0.5, 1], ["-1", "-0.5", "0", "0.5", "1"]);
}
