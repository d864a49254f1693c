using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>A cell of matrix products: from [batch, features] to [batch, units].</summary>
public abstract class DenseCell : KernelCell
{
    private int _units = 1;

    private protected DenseCell()
    {
    }

    private protected DenseCell(int units, ActivationFunction? activation, bool useBias, double dropout, double recurrentDropout,
        long? seed, string? name, DTypePolicy? dtype)
        : base(activation, useBias, dropout, recurrentDropout, seed, name, dtype) => _units = units;

    /// <summary>The size of the output and of each state.</summary>
    public int Units => _units;

    /// <summary>The number of states.</summary>
    private protected virtual int StateCount => 1;

    /// <summary>The shape of the bias.</summary>
    private protected virtual Shape BiasShape => [Gates * _units];

    /// <summary>The bias of the input, one for each column of its kernel; null: none.</summary>
    private protected virtual Tensor? InputBias => Bias?.Value;

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<Shape> StateShapes(Shape inputShape) =>
        [.. Enumerable.Repeat(Shape.Create([_units]), StateCount)];

    /// <inheritdoc/>
    protected internal sealed override Tensor PrepareInputs(Tensor inputs, IReadOnlyList<Tensor> constants, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(constants);
        inputs = DropInputs(inputs, constants);
        Tensor kernel = Kernel!.Value;
        Tensor rows = inputs.Rank == 2 ? inputs : Tf.Reshape(inputs, Tensor.From<long>([-1, kernel.Shape[0]]));
        Tensor product = Tf.MatMul(rows, kernel);
        if (InputBias is { } bias)
            product = Tf.NN.BiasAdd(product, bias);
        if (inputs.Rank == 2)
            return product;
        Tensor dims = Tf.Concat([RawOps.Shape(inputs, DType.Int64)[..^1], Tensor.From<long>([kernel.Shape[1]])], 0);
        return Tf.Reshape(product, inputs.Shape.IsFullyKnown
            ? Tensor.From<long>([.. inputs.Shape.ToArray()[..^1], kernel.Shape[1]]) : dims);
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count == 0 || !inputShapes[0].HasRank || inputShapes[0].Rank != 2 || inputShapes[0][-1] < 0)
            throw new TfLbfgsException($"{this}: expected an input of a step, [batch, features], with a known number of features, "
                + $"received {string.Join(" and ", inputShapes)}.");
        if (Kernel is not null && Kernel.Shape[0] != inputShapes[0][-1])
            throw new TfLbfgsException($"{this}: expected {Kernel.Shape[0]} features, for which it was built, received {inputShapes[0]}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        AddKernels([inputShape[-1], Gates * _units], [_units, Gates * _units], BiasShape);
    }

    internal override void DescribeCell(ConfigFields fields)
    {
        fields.Integer("units", ref _units, minimum: 1, required: true);
        base.DescribeCell(fields);
    }
}
