using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Writes each iteration into a CSV file while the minimization runs; the columns are those of <see cref="CsvHistory"/>. Every line is in the file as soon as the iteration is accepted, so that another
/// program can follow it. Python: <c>keras.callbacks.CSVLogger</c>.
/// </summary>
/// <param name="path">The file, in a folder that exists. Opened at the start of a minimization.</param>
/// <param name="append">Whether the lines of a file that exists stay; default: they are replaced.</param>
public sealed class CsvProgress(string path, bool append = false) : LbfgsObserver, IDisposable
{
    private StreamWriter? _writer;

    /// <inheritdoc/>
    public override void OnStart(long parameters)
    {
        Dispose();
        bool isNew = !append || !File.Exists(path) || new FileInfo(path).Length == 0;
        _writer = new StreamWriter(path, append) { NewLine = "\n", AutoFlush = true };
        if (isNew)
            _writer.WriteLine(CsvText.Header);
    }

    /// <inheritdoc/>
    public override void OnIteration(LbfgsProgress progress, Tensor position)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _writer?.WriteLine(CsvText.Line(progress));
    }

    /// <inheritdoc/>
    public override void OnEnd(LbfgsResult? result) => Dispose();

    /// <summary>Closes the file; every minimization does so by itself at its end.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }
}
