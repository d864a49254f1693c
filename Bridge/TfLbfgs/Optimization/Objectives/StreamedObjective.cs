using System.Collections.Concurrent;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Functions;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The loss of another objective over rows that stand in files, for data larger than memory: each evaluation reads the files once from
/// beginning to end, slice by slice, the next ones while one is
/// computed. Loss and gradient are summed in float64 in the order of the rows, as by <see cref="ChunkedObjective"/>. Python:
/// <c>tf.data.FixedLengthRecordDataset(...).prefetch(2)</c>.
/// </summary>
/// <remarks>The other objective's loss must be a mean or a sum over the rows of all its data, plus parts that do not depend on them, which
/// count once.</remarks>
public sealed class StreamedObjective : Objective, IDisposable
{
    private readonly Objective _objective;
    private readonly StreamOptions _options;
    private readonly NpyRows[] _files = [];
    private readonly Function _function;

    /// <summary>Opens files.</summary>
    /// <param name="objective">The objective; its own data, such as a few rows, say which dtypes and shapes are expected; borrowed.</param>
    /// <param name="files">An array of NumPy (<c>.npy</c>) for each of the data of the objective, with as many rows each.</param>
    /// <param name="rowsPerChunk">The rows of a slice, at least 1.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="TfLbfgsException">The files do not fit the objective or each other, or cannot be read.</exception>
    public StreamedObjective(Objective objective, IReadOnlyList<string> files, int rowsPerChunk, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(files);
        _options = options ?? new StreamOptions();
        if (rowsPerChunk < 1)
            throw new TfLbfgsException($"StreamedObjective: expected at least 1 row in a slice, received {rowsPerChunk}.");
        if (_options.Prefetch < 1)
            throw new TfLbfgsException($"StreamOptions.Prefetch: expected 1 or more, received {_options.Prefetch}.");
        if (files.Count == 0 || files.Count != objective.Data.Count)
            throw new TfLbfgsException($"StreamedObjective: expected a file for each of the {objective.Data.Count} data of "
                + $"{objective.GetType().Name}, received {files.Count}.");
        _objective = objective;
        RowsPerChunk = rowsPerChunk;
        List<NpyRows> opened = [];
        try
        {
            foreach (string file in files)
            {
                opened.Add(NpyRows.Open(file));
                Check(file, opened[^1], objective.Data[opened.Count - 1], opened[0]);
            }
        }
        catch
        {
            opened.ForEach(file => file.Dispose());
            throw;
        }

        _files = [.. opened];
        _function = new Function(
            inputs =>
            {
                (Tensor loss, Tensor gradient) = ObjectiveGuard.Evaluate(_objective, inputs[0], inputs[4..]);
                return [inputs[2] + inputs[1] * As(loss, DType.Float64), inputs[3] + inputs[1] * As(gradient, DType.Float64)];
            },
            new FunctionOptions { Name = "streamed", Compile = _options.Compile });
    }

    /// <summary>The number of rows of the files.</summary>
    public long Rows => _files[0].Count;

    /// <summary>The rows of a slice, but the last.</summary>
    public int RowsPerChunk { get; }

    /// <summary>The bytes that an evaluation reads.</summary>
    public long BytesPerEvaluation => _files.Sum(file => file.Count * file.RowBytes);

    /// <inheritdoc/>
    public override long Count => _objective.Count;

    /// <inheritdoc/>
    public override DType DType => _objective.DType;

    /// <inheritdoc/>
    public override ParameterLayout? Layout => _objective.Layout;

    /// <inheritdoc/>
    public override bool IsHostDriven => true;

    /// <summary>Null: parts of the loss are those of one device or slice.</summary>
    public override LossTerms? Terms => null;

    /// <inheritdoc/>
    public override Tensor InitialPosition() => _objective.InitialPosition();

    /// <inheritdoc/>
    public override void Adopt(Tensor position) => _objective.Adopt(position);

    /// <summary>Computes loss and gradient: reads all rows.</summary>
    /// <inheritdoc/>
    /// <exception cref="TfLbfgsException">It is called in a trace, which could read no files.</exception>
    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(position);
        if (position.IsSymbolic)
            throw new TfLbfgsException("StreamedObjective: expected to be evaluated at once, received a position of a trace, where no "
                + "files are read. Minimize it with Execution.Traced or Eager, in the default mode.");
        using TensorScope scope = new();
        Tensor loss = Tensor.Scalar(0.0);
        Tensor gradient = Tensor.Fill([Count], 0, DType.Float64);
        long chunks = (Rows + RowsPerChunk - 1) / RowsPerChunk;
        using CancellationTokenSource cancellation = new();
        using BlockingCollection<Tensor[]> ready = new(_options.Prefetch);
        Task reading = Task.Run(() => Read(ready, chunks, cancellation.Token));
        try
        {
            foreach (Tensor[] slice in ready.GetConsumingEnumerable())
                (loss, gradient) =
                    Add(position, slice, loss, gradient, _options.Reduction == DataReduction.Mean ? (double)slice[0].Shape[0] / Rows : 1);
            // Its exception, where it failed.
            reading.GetAwaiter().GetResult();
            // Each slice of a sum has brought what depends on no row: the loss of no rows.
            if (_options.Reduction == DataReduction.Sum && chunks != 1)
                (loss, gradient) = Add(position, Slice(0, 0), loss, gradient, 1 - chunks);
        }
        finally
        {
            cancellation.Cancel();
            foreach (Tensor[] slice in ready.GetConsumingEnumerable())
                Dispose(slice);
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
        }

        return (scope.Keep(As(loss, DType)), scope.Keep(As(gradient, DType)));
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _function.Dispose();
        foreach (NpyRows file in _files)
            file.Dispose();
    }

    /// <inheritdoc/>
    protected internal override void OnEvaluated(double loss) => _objective.OnEvaluated(loss);

    private static void Check(string path, NpyRows file, Tensor expected, NpyRows first)
    {
        if (file.DType != expected.DType || file.Shape.Count != expected.Rank
            || !file.Shape.Skip(1).SequenceEqual(expected.Shape.ToArray().Skip(1)))
        {
            throw new TfLbfgsException(
                $"{path}: expected rows as of {expected.Describe()}, received "
                + $"{file.DType.PythonName}{Formats.StoredArray.Describe(file.Shape)}.");
        }

        if (file.Count != first.Count || file.Count == 0)
            throw new TfLbfgsException($"{path}: expected {Math.Max(1, first.Count)} rows as in the first file, received {file.Count}.");
    }

    private static void Dispose(Tensor[] tensors)
    {
        foreach (Tensor tensor in tensors)
            tensor.Dispose();
    }

    private (Tensor Loss, Tensor Gradient) Add(Tensor position, Tensor[] slice, Tensor loss, Tensor gradient, double weight)
    {
        try
        {
            using Tensor w = Tensor.Scalar(weight);
            using Tensor formerLoss = loss;
            using Tensor formerGradient = gradient;
            Tensor[] sums = _function.Call([position, w, loss, gradient, .. slice]);
            return (sums[0], sums[1]);
        }
        finally
        {
            Dispose(slice);
        }
    }

    private void Read(BlockingCollection<Tensor[]> ready, long chunks, CancellationToken cancellation)
    {
        try
        {
            for (long i = 0; i < chunks && !cancellation.IsCancellationRequested; i++)
            {
                long first = i * RowsPerChunk;
                Tensor[] slice = Slice(first, Math.Min(RowsPerChunk, Rows - first));
                try
                {
                    ready.Add(slice, cancellation);
                }
                catch (OperationCanceledException)
                {
                    Dispose(slice);
                }
            }
        }
        finally
        {
            ready.CompleteAdding();
        }
    }

    /// <summary>Rows of all files, read into the memory of the tensors.</summary>
    private Tensor[] Slice(long first, long count)
    {
        List<Tensor> slice = [];
        try
        {
            foreach (NpyRows file in _files)
                slice.Add(Tensor.FromBytes(file.DType, (long[])[count, .. file.Shape.Skip(1)], (file, first, count),
                    static (bytes, rows) => rows.file.Read(rows.first, rows.count, bytes)));
            return [.. slice];
        }
        catch
        {
            Dispose([.. slice]);
            throw;
        }
    }
}
