using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// Keeps the ops of a part of a function, so that the part can be differentiated when a gradient of the loop or branch that it belongs to
/// is taken.
/// </summary>
/// <param name="orders">How many derivatives the loops and branches within the part prepare for.</param>
/// <param name="keepsOps">Whether derivatives may be taken at all.</param>
internal sealed class PartRecorder(int orders, bool keepsOps) : IOperationListener, IDisposable
{
    private readonly List<TapeEntry> _entries = [];
    private readonly Dictionary<long, (Operation Operation, Tensor[] Outputs)> _makers = [];
    private readonly List<Tensor> _accessed = [];

    /// <summary>The ops through which a gradient may pass, in their order.</summary>
    public IReadOnlyList<TapeEntry> Entries => _entries;

    /// <summary>The trainable variables that were read; borrowed.</summary>
    public IReadOnlyList<Tensor> Accessed => _accessed;

    /// <summary>Whether derivatives may be taken.</summary>
    public bool KeepsOps => keepsOps;

    /// <inheritdoc/>
    public int Orders => orders;

    /// <inheritdoc/>
    public bool Tracks(Tensor tensor) => orders > 0;

    /// <summary>The op that made a tensor, and all its outputs; null: none of this part.</summary>
    public (Operation Operation, Tensor[] Outputs)? MakerOf(Tensor tensor) =>
        _makers.TryGetValue(tensor.Id, out (Operation, Tensor[]) maker) ? maker : null;

    /// <summary>Adds an op that the part repeats.</summary>
    public void AddMaker(Operation operation, Tensor[] outputs)
    {
        foreach (Tensor output in outputs)
            _makers[output.Id] = (operation, outputs);
    }

    /// <inheritdoc/>
    public void Executed(Operation operation, Tensor[] outputs)
    {
        if (!keepsOps)
            return;
        AddMaker(operation, outputs);
        if (Array.Exists(outputs, output => CarriesGradient(output.DType) || output.DType == DType.Resource))
            _entries.Add(new TapeEntry(operation, outputs));
    }

    /// <inheritdoc/>
    public void VariableAccessed(Tensor handle) => _accessed.Add(handle);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TapeEntry entry in _entries)
            entry.Dispose();
        _entries.Clear();
    }

    /// <summary>Whether tensors of a dtype have gradients: those of numbers with parts, and lists of such.</summary>
    public static bool CarriesGradient(DType dtype) => dtype.IsDifferentiable || dtype == DType.Variant;
}
