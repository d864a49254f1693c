using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Optimization;

/// <summary>
/// A matrix on the device whose rows are replaced in place. The scatter ops of variables do not serve: the first one switches a variable to
/// copying at each read, which doubles the memory of the pairs and the traffic of an iteration.
/// </summary>
/// <remarks>
/// A value that was read shares the memory and changes with it, so it must not outlive the call in which it was read. What others may hold
/// is
/// copied once, by <see cref="Own"/>, before the next change.
/// </remarks>
internal sealed class RowMatrix : IDisposable
{
    private readonly Variable _variable;
    private bool _isShared;

    /// <summary>Takes a first value on the current device.</summary>
    /// <param name="value">Shape [rows, n]; has no other owner afterwards.</param>
    /// <param name="name">The name of the variable.</param>
    public RowMatrix(Tensor value, string name) => _variable = new Variable(value, name, trainable: false);

    /// <summary>The shape.</summary>
    public Shape Shape => _variable.Shape;

    /// <summary>The matrix as it is now, without a copy: eagerly, or traced.</summary>
    public Tensor Value => _variable.Value;

    /// <summary>The matrix for others, who may hold it: the next change is made in a copy.</summary>
    public Tensor Share()
    {
        _isShared = true;
        return _variable.Value;
    }

    /// <summary>Takes a value that others may hold too.</summary>
    /// <param name="value">Shape [rows, n]; borrowed.</param>
    public void Assign(Tensor value)
    {
        _variable.Assign(value);
        _isShared = true;
    }

    /// <summary>Copies what others may hold, before a change: on the host, since <see cref="Put"/> is traced.</summary>
    public void Own()
    {
        if (!_isShared)
            return;
        using Tensor value = _variable.Value;
        using Tensor copy = RawOps.DeepCopy(value);
        _variable.Assign(copy);
        _isShared = false;
    }

    /// <summary>Eagerly or traced: replaces rows.</summary>
    /// <param name="rows">Which, int64, a scalar or shape [k].</param>
    /// <param name="values">The new ones, shape [n] or [k, n].</param>
    public void Put(Tensor rows, Tensor values)
    {
        using Tensor vector = Tensor.From([-1]);
        using Tensor matrix = Tensor.From([-1L, Shape[1]]);
        // The assignment gives the same memory back; it orders the change before later reads.
        Tensor at = RawOps.Reshape(RawOps.Cast(rows, DType.Int32), vector);
        Tensor updated = RawOps.InplaceUpdate(_variable.Value, at, RawOps.Reshape(values, matrix));
        updated.RefineShape(_variable.Shape);
        _variable.Assign(updated);
    }

    /// <inheritdoc/>
    public void Dispose() => _variable.Dispose();
}
