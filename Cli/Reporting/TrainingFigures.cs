using ScottPlot;
using TfLbfgs.Cli.Training;
using TfLbfgs.Optimization;
using TfLbfgs.Plotting;

namespace TfLbfgs.Cli.Reporting;

/// <summary>The pictures of a report.</summary>
internal static class TrainingFigures
{
    private const int Width = 1050;
    private const int Height = 420;
    private const int Side = 520;
    private const int MostPoints = 4000;
    private const int Bars = 40;

    /// <summary>Training and validation loss against iterations of L-BFGS.</summary>
    public static byte[] Loss(IReadOnlyList<LbfgsProgress> history) => Curves("Loss", "iteration", [
        ("training", [.. history.Select(p => (double)p.Iteration)], [.. history.Select(p => p.Loss)]),
        ("validation", [.. history.Where(HasValidation).Select(p => (double)p.Iteration)],
            [.. history.Where(HasValidation).Select(p => p.ValidationLoss!.Value)])]);

    /// <summary>The mean training loss of each epoch of Adam.</summary>
    public static byte[] Adam(IReadOnlyList<double> losses) =>
        Curves("Loss while Adam trained", "epoch", [("training", [.. losses.Select((_, i) => i + 1.0)], [.. losses])]);

    /// <summary>Data loss and regularization against iterations.</summary>
    public static byte[] Terms(RunRecord record)
    {
        Dictionary<int, double> losses = record.Result!.History.GroupBy(p => p.Iteration)
            .ToDictionary(group => group.Key, group => group.Last().Loss);
        (int Iteration, double Penalty)[] known = [.. record.Penalties.Where(entry => losses.ContainsKey(entry.Iteration))];
        double[] iterations = [.. known.Select(entry => (double)entry.Iteration)];
        return Curves("Terms of the loss", "iteration", [
            ("data", iterations, [.. known.Select(entry => losses[entry.Iteration] - entry.Penalty)]),
                ("regularization", iterations, [.. known.Select(entry => entry.Penalty)])]);
    }

    /// <summary>The largest component and the length of the gradient against iterations.</summary>
    public static byte[] Gradient(IReadOnlyList<LbfgsProgress> history) => Curves("Gradient", "iteration", [
        ("largest component", [.. history.Select(p => (double)p.Iteration)], [.. history.Select(p => p.GradientNorm)]),
        ("length", [.. history.Select(p => (double)p.Iteration)], [.. history.Select(p => p.GradientLength)])]);

    /// <summary>Predictions against targets.</summary>
    public static byte[] Predicted(string target, IReadOnlyList<(string Name, double[] Truth, double[] Predicted)> parts)
    {
        Plot plot = FigureStyle.NewPlot($"Predicted against true: {Short(target)}", "true", "predicted");
        double low = parts.Min(part => part.Truth.Min()), high = parts.Max(part => part.Truth.Max());
        plot.Add.Line(low, low, high, high).Color = FigureStyle.Ink;
        foreach ((int i, (string name, double[] truth, double[] predicted)) in parts.Index())
        {
            int step = 1 + ((truth.Length - 1) / MostPoints);
            int[] shown = [.. Enumerable.Range(0, truth.Length).Where(row => row % step == 0 && double.IsFinite(predicted[row]))];
            double[] across = [.. shown.Select(row => truth[row])], up = [.. shown.Select(row => predicted[row])];
            var points = plot.Add.ScatterPoints(across, up, ColorOf(i));
            points.MarkerSize = 4;
            if (parts.Count > 1)
                points.LegendText = name;
        }

        if (parts.Count > 1)
            plot.ShowLegend(Alignment.UpperLeft);
        return plot.GetImageBytes(Side, Side, ImageFormat.Png);
    }

    /// <summary>How often residuals, predicted minus true, are how large.</summary>
    public static byte[] Residuals(string target, double[] truth, double[] predicted)
    {
        double[] residuals = [.. truth.Select((t, i) => predicted[i] - t).Where(double.IsFinite)];
        Plot plot = FigureStyle.NewPlot($"Residuals: {Short(target)}", "predicted - true", "rows");
        double low = residuals.Length == 0 ? 0 : residuals.Min(), high = residuals.Length == 0 ? 0 : residuals.Max();
        double width = high > low ? (high - low) / Bars : 1;
        double[] counts = new double[Bars];
        foreach (double residual in residuals)
            counts[Math.Clamp((int)((residual - low) / width), 0, Bars - 1)]++;
        Bar[] bars = [.. counts.Select((count, i) => new Bar
        {
            Position = low + ((i + 0.5) * width), Value = count, Size = width, FillColor = FigureStyle.Accent, LineWidth = 0,
        })];
        plot.Add.Bars(bars);
        plot.Axes.Margins(bottom: 0);
        return plot.GetImageBytes(Side, Side, ImageFormat.Png);
    }

    private static bool HasValidation(LbfgsProgress progress) => progress.ValidationLoss is { } loss && double.IsFinite(loss);

    private static byte[] Curves(string title, string bottom, IReadOnlyList<(string Name, double[] X, double[] Y)> curves)
    {
        double[] all = [.. curves.SelectMany(curve => curve.Y).Where(double.IsFinite)];
        bool isLogarithmic = all.Any(y => y > 0) && !all.Any(y => y < 0);
        Plot plot = FigureStyle.NewPlot(title, bottom, title.Split(' ')[0].ToLowerInvariant());
        foreach ((int i, (string name, double[] x, double[] y)) in curves.Index())
        {
            int[] shown = [.. Enumerable.Range(0, x.Length).Where(k => double.IsFinite(y[k]) && (!isLogarithmic || y[k] > 0))];
            if (shown.Length == 0)
                continue;
            double[] across = [.. shown.Select(k => x[k])], up = [.. shown.Select(k => isLogarithmic ? Math.Log10(y[k]) : y[k])];
            var curve = plot.Add.ScatterLine(across, up, ColorOf(i));
            curve.LineWidth = 2;
            curve.LegendText = name;
        }

        if (isLogarithmic)
        {
            // Whole decades, so that a curve within one of them has ticks.
            double[] exponents = [.. all.Where(y => y > 0).Select(Math.Log10)];
            plot.Axes.SetLimitsY(Math.Floor(exponents.Min() - 0.1), Math.Ceiling(exponents.Max() + 0.1));
            plot.Axes.Left.TickGenerator = FigureStyle.LogarithmicTicks();
        }

        plot.ShowLegend(Alignment.UpperRight);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static Color ColorOf(int index) => index == 0 ? FigureStyle.Accent : FigureStyle.Second;

    private static string Short(string name) => Output.TerminalText.Shorten(name, 40);
}
