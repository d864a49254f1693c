using TfLbfgs.Native.Handles;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// A tensor without a value, of a graph that is built outside traces: an op that has one among its inputs is given to it to be recorded,
/// instead of being executed. Derive from it to let operators and all
/// functions of tensors take part in a graph of your own. Python: a <c>KerasTensor</c>.
/// </summary>
public abstract class DeferredTensor : Tensor
{
    /// <summary>Creates a tensor.</summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">What is known of the shape.</param>
    protected DeferredTensor(DType dtype, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        DType = dtype;
        Shape = shape;
        Id = EagerTensorHandle.NextId();
    }

    /// <inheritdoc/>
    public sealed override DType DType { get; }

    /// <inheritdoc/>
    public sealed override Shape Shape { get; }

    /// <inheritdoc/>
    public sealed override bool IsSymbolic => true;

    /// <inheritdoc/>
    public sealed override string DeviceName => "";

    internal sealed override long Id { get; }

    /// <inheritdoc/>
    public sealed override Tensor CopyTo(string device)
    {
        using (Device.Use(device))
            return new Operation("Identity", 1).Input(this).Execute()[0];
    }

    /// <summary>Records an op, one of whose inputs this tensor is.</summary>
    /// <param name="operation">The op; its other inputs are deferred tensors too, or have a value.</param>
    /// <returns>The outputs.</returns>
    protected internal abstract IReadOnlyList<Tensor> Record(Operation operation);

    /// <inheritdoc/>
    // It owns nothing, so one object serves all who hold it.
    public sealed override Tensor Alias() => this;

    internal sealed override void EnsureUsable()
    {
    }

    /// <inheritdoc/>
    public sealed override void RefineShape(Shape shape)
    {
    }

    private protected sealed override void Dispose(bool disposing)
    {
    }
}
