using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>
/// Listens to the native calls of a driver's iterations, of any kind. Uploads and reads are no ops: a small input that no call
/// returned and that was not there before was uploaded, and the small
/// float64 output of a function is what is read. Both are checked against the counters.
/// </summary>
internal sealed class IterationRecorder : IOperationListener, IDisposable
{
    private const long MostSmallBytes = 16384;

    private readonly DispatchFrame _frame = DispatchFrame.Current;
    private readonly long _vectorLength;
    private readonly HashSet<long> _known = [];
    private readonly List<RecordedCall> _calls = [];
    private NativeCounters _before;

    /// <summary>
    /// Listens on the calling thread from now on; the first iteration shows only what is there before the one that is recorded.
    /// </summary>
    /// <param name="vectorLength">n: vectors are neither uploaded nor read.</param>
    public IterationRecorder(long vectorLength)
    {
        _vectorLength = vectorLength;
        _frame.Listeners.Add(this);
    }

    /// <summary>The calls of the recorded iteration.</summary>
    public IReadOnlyList<RecordedCall> Calls => _calls;

    /// <summary>What the counters say of the recorded iteration.</summary>
    public NativeCounters Counted { get; private set; }

    /// <summary>Whether an iteration is being recorded.</summary>
    public bool IsRecording { get; private set; }

    /// <summary>The iteration that is recorded begins; what was recorded before is forgotten.</summary>
    public void Begin()
    {
        Forget();
        IsRecording = true;
        _before = NativeCounters.Now;
    }

    /// <summary>It has ended.</summary>
    /// <exception cref="InvalidOperationException">The calls that were recorded are not those that were counted.</exception>
    public void End()
    {
        Counted = NativeCounters.Now.Since(_before);
        IsRecording = false;
        _frame.Listeners.Remove(this);
        (int reads, int uploads) = (_calls.Count(call => call.Read is not null), _calls.Sum(call => call.Uploads.Length));
        if ((_calls.Count, reads, uploads) != (Counted.Operations + Counted.FunctionCalls, Counted.Reads, Counted.Uploads))
        {
            throw new InvalidOperationException(
                $"Heard {_calls.Count} calls, {reads} reads and {uploads} uploads in one iteration, counted {Counted.Operations + Counted.FunctionCalls}, {Counted.Reads} and {Counted.Uploads}. "
                + "Teach IterationRecorder what the driver does now.");
        }
    }

    public void Dispose()
    {
        _frame.Listeners.Remove(this);
        Forget();
    }

    int IOperationListener.Orders => 0;

    bool IOperationListener.Tracks(Tensor tensor) => false;

    void IOperationListener.Executed(Operation operation, Tensor[] outputs)
    {
        if (IsRecording)
        {
            BareAttribute[] attributes =
                [.. operation.Attributes.ToArray().Where(attribute => !attribute.IsDefault)
                .Select(attribute => new BareAttribute(attribute))];
            int[] uploads =
                [.. Enumerable.Range(0, operation.Inputs.Count)
                .Where(i => IsSmall(operation.Inputs[i]) && !_known.Contains(operation.Inputs[i].Id))];
            int read = operation.IsFunctionCall
                ? Array.FindLastIndex(outputs, output => output.DType == DType.Float64 && IsSmall(output)) : -1;
            _calls.Add(new RecordedCall(operation.Name, [.. operation.Inputs.Select(input => input.Alias())], outputs.Length, read < 0
                ? null : read, uploads, attributes));
        }

        foreach (Tensor tensor in operation.Inputs.Concat(outputs))
            _known.Add(tensor.Id);
    }

    void IOperationListener.VariableAccessed(Tensor handle)
    {
    }

    private void Forget()
    {
        foreach (RecordedCall call in _calls)
            call.Dispose();
        _calls.Clear();
    }

    private bool IsSmall(Tensor tensor) =>
        tensor.DType is not (DType.Resource or DType.Variant or DType.String) && tensor.Shape.ElementCount != _vectorLength
            && tensor.Shape.ElementCount * tensor.DType.Size <= MostSmallBytes;
}
