namespace TfLbfgs.Optimization;

/// <summary>
/// Writes each iteration into a CSV file while the minimization runs; the columns are those of <see cref="CsvHistory"/>. Every line is in
/// the file as soon as the iteration is accepted, so that another
/// program can follow it. Python: <c>keras.callbacks.CSVLogger</c>.
/// </summary>
/// <param name="path">The file, in a folder that exists. Opened at the start of a minimization.</param>
/// <param name="append">Whether the lines of a file that exists stay; default: they are replaced.</param>
public sealed class CsvProgress(string path, bool append = false) : LbfgsObserver, IDisposable
{
    private StreamWriter? _writer;
    private bool _needsHeader;
    private string[] _terms = [];

    /// <summary>
    /// Whether six more columns for each variable of the layout follow, named <c>NAME:position_max</c>, <c>position_length</c>,
    /// <c>gradient_max</c>, <c>gradient_length</c>, <c>step_max</c>, <c>step_length</c>; default: no. One call and
    /// one small read per iteration.
    /// </summary>
    public bool Variables { get; init; }

    /// <inheritdoc/>
    public override void OnStart(long parameters)
    {
        Dispose();
        _needsHeader = !append || !File.Exists(path) || new FileInfo(path).Length == 0;
        _writer = new StreamWriter(path, append) { NewLine = "\n", AutoFlush = true };
        _terms = [];
    }

    /// <inheritdoc/>
    public override void OnIteration(LbfgsIteration iteration)
    {
        ArgumentNullException.ThrowIfNull(iteration);
        IReadOnlyList<VariableNorms> variables = Variables ? iteration.MeasureVariables() : [];
        if (_needsHeader)
            _terms = [.. iteration.Progress.Terms.Keys];
        WriteHeader(variables);
        _writer?.WriteLine(CsvText.Line(iteration.Progress, _terms, variables));
    }

    /// <inheritdoc/>
    public override void OnEnd(LbfgsResult? result) => Dispose();

    /// <summary>Closes the file; every minimization does so by itself at its end.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private void WriteHeader(IReadOnlyList<VariableNorms> variables)
    {
        if (_needsHeader)
            _writer?.WriteLine(CsvText.Header(_terms, variables));
        _needsHeader = false;
    }
}
