using TfLbfgs.IO;
using TfLbfgs.Plotting;

namespace TfLbfgs.Optimization;

/// <summary>Figures of minimizations, found where results are.</summary>
public static class LossPlots
{
    /// <summary>
    /// Draws the loss against accepted iterations, evaluations and time, in one picture: 1650 x 520 pixels, with a logarithmic scale unless
    /// a loss is negative; the validation loss and named parts of the loss too where they were measured.
    /// Written completely or not at all; a file that exists is replaced. Python: <c>plt.semilogy(history.history["loss"])</c>.
    /// </summary>
    /// <param name="result">The result; may be disposed already.</param>
    /// <param name="path">The file: <c>.png</c> or <c>.svg</c>, in a folder that exists.</param>
    /// <exception cref="TfLbfgsException">Another extension, or a place that cannot be written.</exception>
    public static void PlotLoss(this LbfgsResult result, string path)
    {
        ArgumentNullException.ThrowIfNull(result);
        result.History.PlotLoss(path);
    }

    /// <inheritdoc cref="PlotLoss(LbfgsResult, string)"/>
    /// <param name="history">The start and every accepted iteration, such as <see cref="LbfgsResult.History"/>.</param>
    /// <param name="path">The file: <c>.png</c> or <c>.svg</c>, in a folder that exists.</param>
    public static void PlotLoss(this IEnumerable<LbfgsProgress> history, string path)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentException.ThrowIfNullOrEmpty(path);
        FigureFormat format = FigureFormats.Of(path);
        byte[] content = LossFigure.Draw(SeriesOf([.. history]), format);
        AtomicFile.Write(path, stream => stream.Write(content));
    }

    private static LossSeries SeriesOf(LbfgsProgress[] points) => new(
        [.. points.Select(p => (double)p.Iteration)],
        [.. points.Select(p => (double)p.Evaluations)],
        [.. points.Select(p => p.Seconds)],
        [.. points.Select(p => p.Loss)],
        [.. points.Select(p => p.ValidationLoss ?? double.NaN)])
    {
        Terms = points.SelectMany(p => p.Terms.Keys).Distinct()
            .Select(name => (name, points.Select(p => p.Terms.TryGetValue(name, out double value) ? value : double.NaN).ToArray()))
                .ToArray(),
    };
}
