using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>A tensor of a function that is being traced: it has a dtype and what is known of a shape, but no value.</summary>
internal sealed class SymbolicTensor : Tensor
{
    private Shape _shape;

    public SymbolicTensor(IOperationTarget owner, GraphOutput output, DType dtype, Shape shape)
        : this(owner, output, dtype, shape, EagerTensorHandle.NextId())
    {
    }

    private SymbolicTensor(IOperationTarget owner, GraphOutput output, DType dtype, Shape shape, long id)
    {
        Owner = owner;
        Output = output;
        DType = dtype;
        _shape = shape;
        Id = id;
    }

    /// <summary>The trace that made it.</summary>
    public IOperationTarget Owner { get; }

    /// <summary>Where it comes from in the graph.</summary>
    public GraphOutput Output { get; }

    /// <inheritdoc/>
    public override DType DType { get; }

    /// <inheritdoc/>
    public override Shape Shape => _shape;

    /// <inheritdoc/>
    public override bool IsSymbolic => true;

    /// <inheritdoc/>
    public override string DeviceName => "";

    /// <summary>The device that was chosen for the op which makes the tensor; null: that of the function.</summary>
    internal string? RequestedDevice { get; init; }

    /// <inheritdoc/>
    internal override long Id { get; }

    /// <inheritdoc/>
    public override Tensor CopyTo(string device)
    {
        using (Device.Use(device))
            return new Operation("Identity", 1).Input(this).Execute()[0];
    }

    /// <summary>The exception for who asks for a value.</summary>
    internal TfLbfgsException NoValue() => new(
        $"{Describe()} belongs to {Owner.Description}, which is being traced: it has no value, the function only records what to compute. "
        + "Return the tensor from the function and read it from the result, or run the code outside a function.");

    /// <inheritdoc/>
    public override Tensor Alias() =>
        new SymbolicTensor(Owner, Output, DType, _shape,
        Id)
        { KnownIntegers = KnownIntegers, KnownNumber = KnownNumber, RequestedDevice = RequestedDevice };

    /// <inheritdoc/>
    internal override void EnsureUsable()
    {
        if (!Owner.IsOpen)
        {
            throw new TfLbfgsException(
                $"{Describe()} belongs to {Owner.Description}, whose trace has ended: it cannot be used outside. Return it from the "
                    + "function instead of storing it.");
        }

        if (DispatchFrame.Current.Target is null)
        {
            throw new TfLbfgsException(
                $"{Describe()} belongs to {Owner.Description}, which is being traced, and was used where ops are executed at once. Use "
                    + "it inside the function only.");
        }
    }

    /// <inheritdoc/>
    public override void RefineShape(Shape shape)
    {
        Owner.SetShape(this, shape);
        _shape = shape;
    }

    private protected override void Dispose(bool disposing)
    {
        // The graph owns what stands behind it.
    }
}
